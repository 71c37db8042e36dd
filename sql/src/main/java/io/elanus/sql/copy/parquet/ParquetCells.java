package io.elanus.sql.copy.parquet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/// The cells of one column within a row group. Each row takes one of the read methods once.
public final class ParquetCells {
    static final int ABSENT = -1;

    private final ColumnReadStoreImpl store;
    private final ChunkPages pages;
    private final ParquetColumn.Leaf leaf;
    private final ValueReader values;
    private final int present;
    private long left;
    /// One of the two reads the pages: whichever is asked for first.
    private @Nullable ColumnReader opened;

    private @Nullable FloatLists lists;

    /// @param store which has the column's pages, too
    ParquetCells(ColumnReadStoreImpl store, ChunkPages pages, ParquetColumn.Leaf leaf) {
        this.store = store;
        this.pages = pages;
        this.leaf = leaf;
        this.values = ValueReader.of(leaf.element());
        this.present = leaf.descriptor().getMaxDefinitionLevel();
        this.left = pages.getTotalValueCount();
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
        ColumnReader reader = reader();
        int level = level(reader);
        if (!leaf.list()) {
            Object value = level == present ? values.read(reader, text) : null;
            consume(reader);
            return value;
        }
        if (level < leaf.repeatedAt()) {
            consume(reader);
            return level < leaf.repeatedAt() - 1 ? null : List.of();
        }
        var items = new ArrayList<@Nullable Object>();
        do {
            items.add(reader.getCurrentDefinitionLevel() == present ? values.read(reader, text) : null);
            consume(reader);
        } while (left > 0 && reader.getCurrentRepetitionLevel() > 0);
        return items;
    }

    /// Reads a list of numbers into an array, as many as fit, and returns how many there are; -1 for NULL. A NULL
    /// among them is NaN.
    public int floats(float[] target) throws IOException {
        if (opened == null && lists == null && FloatLists.takes(pages, leaf)) {
            lists = new FloatLists(pages, leaf);
        }
        return lists == null ? floats(reader(), target) : lists.read(target);
    }

    private int floats(ColumnReader reader, float[] target) {
        int level = level(reader);
        if (level < leaf.repeatedAt()) {
            consume(reader);
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
            consume(reader);
        } while (left > 0 && reader.getCurrentRepetitionLevel() > 0);
        return count;
    }

    private ColumnReader reader() {
        ColumnReader reader = opened;
        if (reader == null) {
            if (lists != null) {
                throw new IllegalStateException("The cells are read as lists of floats");
            }
            reader = store.getColumnReader(leaf.descriptor());
            opened = reader;
        }
        return reader;
    }

    private int level(ColumnReader reader) {
        if (left == 0) {
            throw new CorruptParquetException("A column has fewer values than the row group has rows.");
        }
        return reader.getCurrentDefinitionLevel();
    }

    private void consume(ColumnReader reader) {
        left--;
        reader.consume();
    }
}
