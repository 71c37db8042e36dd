package io.elanus.sql.copy;

import io.elanus.proto.grpc.Literal;
import io.elanus.sql.bulk.SourceFile;
import io.elanus.sql.copy.parquet.CorruptParquetException;
import io.elanus.sql.copy.parquet.ParquetCells;
import io.elanus.sql.copy.parquet.ParquetColumn;
import io.elanus.sql.copy.parquet.ParquetFile;
import io.elanus.sql.copy.parquet.ParquetRows;
import io.elanus.sql.dml.ColumnRules;
import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.VectorElement;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Parquet. Fields are columns by name; others are skipped and never decoded.
final class ParquetSource implements CopyReader {
    private final String name;
    private final ParquetFile file;
    private final ParquetRows rows;
    private final ColumnRules rules;
    private final int width;
    private final List<Target> targets = new ArrayList<>();
    private long row;

    /// A field of the file that a column takes.
    ///
    /// @param at the column's place among the targets
    /// @param floats room for a vector of the column's dimension; empty when it takes none
    private record Target(int at, Column column, boolean text, float[] floats) {
        static Target of(int at, Column column) {
            boolean text = column.type() instanceof ColumnType.Varchar || column.type() == ColumnType.Simple.JSON;
            boolean vector = column.type() instanceof ColumnType.Vector type && type.element() == VectorElement.FLOAT32;
            int dimension = vector ? ((ColumnType.Vector) column.type()).dimension() : 0;
            return new Target(at, column, text, new float[dimension]);
        }
    }

    ParquetSource(CopyPlan plan, SourceFile source) throws IOException {
        this.name = plan.name();
        this.width = plan.columns().size();
        this.rules = new ColumnRules(plan.table(), List.of());
        boolean opened = false;
        ParquetFile open = open(source);
        try {
            this.rows = open.rows(choose(open, plan.columns()));
            opened = true;
        } finally {
            if (!opened) {
                open.close();
            }
        }
        this.file = open;
    }

    private static ParquetFile open(SourceFile source) throws IOException {
        try {
            return ParquetFile.open(source);
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException | RuntimeException e) { // the library has many kinds for a damaged footer
            throw damaged("It is not valid Parquet", e);
        }
    }

    private List<ParquetColumn> choose(ParquetFile open, List<Column> columns) {
        var chosen = new ArrayList<ParquetColumn>();
        for (int i = 0; i < columns.size(); i++) {
            Column column = columns.get(i);
            for (ParquetColumn field : open.columns()) {
                if (field.name().equals(column.name())
                        || field.name().toLowerCase(Locale.ROOT).equals(column.name())) {
                    chosen.add(field);
                    targets.add(Target.of(i, column));
                    break;
                }
            }
        }
        if (chosen.isEmpty()) {
            throw CopyErrors.bad("File [%s] has none of the table's columns; it has: %s."
                    .formatted(
                            name,
                            open.columns().stream().map(ParquetColumn::name).toList()));
        }
        for (ParquetColumn field : chosen) {
            if (!field.readable()) {
                throw CopyErrors.bad(
                        "Field [%s] of file [%s] is a struct, a map or a list of these, which no column takes."
                                .formatted(field.name(), name));
            }
        }
        return chosen;
    }

    private static QueryException damaged(String what, Exception e) {
        Throwable cause = e instanceof CorruptParquetException ? e : e.getCause();
        String why = cause instanceof CorruptParquetException ? ": " + cause.getMessage() : ".";
        return CopyErrors.bad(what + why, e);
    }

    @Override
    public Literal @Nullable [] next() {
        row++;
        try {
            if (!rows.next()) {
                return null;
            }
            Literal[] literals = new Literal[width];
            Arrays.fill(literals, Literals.NULL);
            for (int i = 0; i < targets.size(); i++) {
                Target target = targets.get(i);
                literals[target.at()] = read(rows.cells().get(i), target);
            }
            return literals;
        } catch (QueryException e) {
            throw e;
        } catch (FileSystemException e) {
            throw CopyErrors.unreadable(name, e);
        } catch (IOException | RuntimeException e) { // decoding a damaged page ends in exceptions of every kind
            throw damaged("The row is not valid Parquet", e);
        }
    }

    private Literal read(ParquetCells cells, Target target) throws IOException {
        float[] floats = target.floats();
        if (floats.length > 0 && cells.holdsFloats()) {
            int count = cells.floats(floats);
            if (count < 0) {
                return Literals.NULL;
            }
            if (count != floats.length) {
                throw FieldParser.dimensions(target.column(), count, floats.length);
            }
            return FieldParser.packed(floats, count);
        }
        Object value = cells.value(target.text());
        return value == null ? Literals.NULL : rules.convert(value, target.column());
    }

    @Override
    public long position() {
        return rows.bytesRead();
    }

    @Override
    public long row() {
        return row;
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new QueryException(ErrorCode.IO_ERROR, "File [%s] could not be closed.".formatted(name), 0, null, e);
        }
    }
}
