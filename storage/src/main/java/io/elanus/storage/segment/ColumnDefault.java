package io.elanus.storage.segment;

import io.elanus.storage.segment.column.ColumnBuffer;
import io.elanus.storage.segment.column.ColumnLayout;
import io.elanus.storage.segment.column.ColumnMemory;
import io.elanus.storage.segment.column.LiteralColumn;
import io.elanus.storage.type.Column;
import org.apache.arrow.memory.BufferAllocator;

/// One row that holds a column's default, or NULL: what rows read as that are older than the column. Owned by its
/// creator.
final class ColumnDefault implements AutoCloseable {
    private final ColumnBuffer row;

    ColumnDefault(Column column, BufferAllocator allocator) {
        row = new ColumnBuffer(ColumnLayout.of(column.type()), allocator, 1);
        try {
            column.defaultValue()
                    .ifPresentOrElse(
                            value -> LiteralColumn.append(row, column.type(), value), () -> row.appendNulls(1));
        } catch (RuntimeException e) {
            row.close();
            throw e;
        }
    }

    ColumnMemory memory() {
        return row.memory();
    }

    void appendTo(ColumnBuffer target, int count) {
        target.appendRepeated(row.memory(), 0, count);
    }

    @Override
    public void close() {
        row.close();
    }
}
