package io.elanus.sql.copy;

import io.elanus.sql.bulk.BulkStorage;
import io.elanus.sql.bulk.FilePattern;
import io.elanus.sql.bulk.SourceFile;
import io.elanus.sql.bulk.SourceFiles;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;

/// A file, or several of one kind, that a query reads as a table, by the readers of COPY. The columns are those of
/// the first. It is looked at again when it is opened: rows of a file whose columns have changed since are not
/// mistaken for others.
record ReadFile(Source source, Format format, CopyOptions options, FileColumns found) implements RowFile {
    /// Where the files are.
    ///
    /// @param storage asked only for files of object stores
    record Source(FilePattern pattern, Supplier<BulkStorage> storage) {
        SourceFiles open() {
            return SourceFiles.open(pattern, storage);
        }
    }

    static ReadFile of(Source source, Format format, CopyOptions options) {
        try (SourceFiles files = source.open()) {
            FileColumns first = FileColumns.of(files.files().getFirst(), format, options);
            int count = files.files().size();
            OptionalLong rows = first.rows().stream().map(each -> each * count).findFirst();
            return new ReadFile(source, format, options, new FileColumns(first.columns(), rows));
        }
    }

    @Override
    public String name() {
        String name = source.pattern.name();
        return name.substring(name.lastIndexOf('/') + 1);
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
        SourceFiles files = source.open();
        boolean opened = false;
        try {
            if (!FileColumns.of(files.files().getFirst(), format, options)
                    .columns()
                    .equals(columns())) {
                throw new QueryException(
                        ErrorCode.BAD_COPY_FILE,
                        "File [%s] has other columns than when the statement was prepared.".formatted(name()),
                        "Prepare the statement again.");
            }
            var rows = new FileRows(this, files, decoded(columns), columns, allocator);
            opened = true;
            return rows;
        } finally {
            if (!opened) {
                files.close();
            }
        }
    }

    /// The rows of one of the files, in the columns that are decoded.
    CopyReader reader(SourceFile file, List<Integer> decoded, BufferAllocator allocator) throws IOException {
        CopyPlan plan =
                plan(file, format, options, decoded.stream().map(columns()::get).toList());
        return CopyReaders.open(plan, null, allocator);
    }

    /// What the reader is asked for: a vector file has all or nothing, so has one whose fields go by their places,
    /// and rows alone are counted by the column that is decoded with the least work.
    private List<Integer> decoded(List<Integer> columns) {
        if (!options.flag("header", true)) {
            return IntStream.range(0, columns().size()).boxed().toList();
        }
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
    static CopyPlan plan(SourceFile file, Format format, CopyOptions given, List<PlanColumn> read) {
        var columns = new ArrayList<Column>();
        for (PlanColumn column : read) {
            columns.add(Column.of(columns.size() + 1, column.name(), column.type()));
        }
        List<Column> some = columns.isEmpty() ? List.of(Column.of(1, "none", ColumnType.Simple.BIGINT)) : columns;
        var table = new TableSchema(0, new TableName("file", file.name()), 1, some, 1, Layout.of(List.of()), Map.of());
        boolean byPlace = switch (format) {
            case FVECS, BVECS, IVECS, NPY -> true;
            case CSV, TSV, JSONL, ARROW, PARQUET -> false;
        };
        var options = new HashMap<>(given.values());
        options.putIfAbsent("header", Boolean.toString(!read.isEmpty()));
        return new CopyPlan(table, List.of(), columns, byPlace, file, format, new CopyOptions(options));
    }
}
