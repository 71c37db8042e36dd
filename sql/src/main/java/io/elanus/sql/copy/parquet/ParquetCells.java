package io.elanus.sql.copy.parquet;

import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/// The cells of one column within a row group. Each row takes one of the read methods once.
public final class ParquetCells {
    private static final int ABSENT = -1;

    private final ColumnReader reader;
    private final ParquetColumn.Leaf leaf;
    private final ValueReader values;
    private final int present;
    private long left;

    /// @param count of values and absences in the row group
    ParquetCells(ColumnReader reader, long count, ParquetColumn.Leaf leaf) {
        this.reader = reader;
        this.leaf = leaf;
        this.values = ValueReader.of(leaf.element());
        this.present = leaf.descriptor().getMaxDefinitionLevel();
        this.left = count;
    }

    /// Is it a list of floats or doubles, which [#floats] takes?
    public boolean holdsFloats() {
        PrimitiveTypeName type = leaf.descriptor().getPrimitiveType().getPrimitiveTypeName();
        return leaf.list() && (type == PrimitiveTypeName.FLOAT || type == PrimitiveTypeName.DOUBLE);
    }

    /// The cell as a Java value, a list as a [List] of them: Boolean, Long, Float, Double, BigDecimal, String,
    /// byte[], UUID, LocalDate, LocalTime, LocalDateTime, OffsetDateTime.
    ///
    /// @param text bytes without an annotation are text
    public @Nullable Object value(boolean text) {
        int level = level();
        if (!leaf.list()) {
            Object value = level == present ? values.read(reader, text) : null;
            consume();
            return value;
        }
        if (level < leaf.repeatedAt()) {
            consume();
            return level < leaf.repeatedAt() - 1 ? null : List.of();
        }
        var items = new ArrayList<@Nullable Object>();
        do {
            items.add(reader.getCurrentDefinitionLevel() == present ? values.read(reader, text) : null);
            consume();
        } while (left > 0 && reader.getCurrentRepetitionLevel() > 0);
        return items;
    }

    /// Reads a list of numbers into an array, as many as fit, and returns how many there are; -1 for NULL. A NULL
    /// among them is NaN.
    public int floats(float[] target) {
        int level = level();
        if (level < leaf.repeatedAt()) {
            consume();
            return level < leaf.repeatedAt() - 1 ? ABSENT : 0;
        }
        boolean wide = leaf.descriptor().getPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.DOUBLE;
        int count = 0;
        do {
            if (count < target.length) {
                boolean absent = reader.getCurrentDefinitionLevel() < present;
                target[count] = absent ? Float.NaN : wide ? (float) reader.getDouble() : reader.getFloat();
            }
            count++;
            consume();
        } while (left > 0 && reader.getCurrentRepetitionLevel() > 0);
        return count;
    }

    private int level() {
        if (left == 0) {
            throw new CorruptParquetException("A column has fewer values than the row group has rows.");
        }
        return reader.getCurrentDefinitionLevel();
    }

    private void consume() {
        left--;
        reader.consume();
    }
}
