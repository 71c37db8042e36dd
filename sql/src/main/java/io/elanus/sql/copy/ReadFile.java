package io.elanus.sql.copy;

import io.elanus.proto.grpc.Literal;
import io.elanus.sql.copy.CopyPlan.Format;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.plan.PlanColumn;
import io.elanus.sql.plan.RowFile;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Layout;
import io.elanus.storage.type.TableName;
import io.elanus.storage.type.TableSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/// A file of the server that a query reads as a table, by the readers of COPY. It is looked at again when it is
/// opened: rows of a file whose columns have changed since are not mistaken for others.
record ReadFile(Path path, Format format, FileColumns found) implements RowFile {
    static ReadFile of(Path path, Format format) {
        return new ReadFile(path, format, FileColumns.of(path, name(path), format));
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    @Override
    public String name() {
        return name(path);
    }

    @Override
    public List<PlanColumn> columns() {
        return found.columns();
    }

    @Override
    public OptionalLong rowsExpected() {
        return found.rows();
    }

    @Override
    public Rows open(List<Integer> columns, BufferAllocator allocator) {
        if (!FileColumns.of(path, name(), format).columns().equals(columns())) {
            throw new QueryException(
                    ErrorCode.BAD_COPY_FILE,
                    "File [%s] has other columns than when the statement was prepared.".formatted(name()),
                    "Prepare the statement again.");
        }
        List<Integer> decoded = decoded(columns);
        CopyPlan plan = plan(path, format, decoded.stream().map(columns()::get).toList());
        int[] places = columns.stream().mapToInt(decoded::indexOf).toArray();
        try {
            return new LocatedRows(CopyReaders.open(plan, null, allocator), places, name());
        } catch (QueryException e) {
            throw named(e, name());
        } catch (IOException e) {
            throw CopyErrors.unreadable(name(), e);
        }
    }

    /// What the reader is asked for: a vector file has all or nothing, and rows alone are counted by the column that
    /// is decoded with the least work.
    private List<Integer> decoded(List<Integer> columns) {
        return switch (format) {
            case FVECS, BVECS, IVECS, NPY -> List.of(0, 1);
            case CSV, TSV, JSONL, ARROW, PARQUET ->
                columns.isEmpty()
                        ? List.of(IntStream.range(0, columns().size())
                                .filter(i -> columns().get(i).type() instanceof ColumnType.Simple)
                                .findFirst()
                                .orElse(0))
                        : columns;
        };
    }

    /// A COPY of these columns of the file. The table that it names is none.
    static CopyPlan plan(Path path, Format format, List<PlanColumn> read) {
        var columns = new ArrayList<Column>();
        for (PlanColumn column : read) {
            columns.add(Column.of(columns.size() + 1, column.name(), column.type()));
        }
        List<Column> some = columns.isEmpty() ? List.of(Column.of(1, "none", ColumnType.Simple.BIGINT)) : columns;
        var table = new TableSchema(0, new TableName("file", name(path)), 1, some, 1, Layout.of(List.of()), Map.of());
        boolean byPlace = switch (format) {
            case FVECS, BVECS, IVECS, NPY -> true;
            case CSV, TSV, JSONL, ARROW, PARQUET -> false;
        };
        boolean headed = !read.isEmpty() && (format == Format.CSV || format == Format.TSV);
        var options = new CopyOptions(headed ? Map.of("header", "true") : Map.of());
        return new CopyPlan(table, List.of(), columns, byPlace, path, format, options);
    }

    private static QueryException named(QueryException e, String name) {
        return new QueryException(
                e.code(),
                "%s File [%s].".formatted(e.getMessage(), name),
                0,
                e.hint().orElse("Mend the row, or COPY the file into a table of your own columns."),
                e);
    }

    /// The rows of a reader, with the place in the file in what it throws.
    private record LocatedRows(CopyReader reader, int[] places, String name) implements Rows {
        @Override
        public Literal @Nullable [] next() {
            Literal[] row;
            try {
                row = reader.next();
            } catch (QueryException e) {
                throw named(CopyErrors.located(e, reader.row(), reader.position()), name);
            }
            if (row == null) {
                return null;
            }
            Literal[] picked = new Literal[places.length];
            for (int i = 0; i < places.length; i++) {
                picked[i] = row[places[i]];
            }
            return picked;
        }

        @Override
        public void close() {
            reader.close();
        }
    }
}
