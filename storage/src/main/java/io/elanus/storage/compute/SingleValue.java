package io.elanus.storage.compute;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.filter.Cells;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/// The value of a group's only row, which may be NULL; fails on a second row.
final class SingleValue implements Accumulator {
    private final ColumnType type;
    private boolean[] taken = new boolean[0];
    private @Nullable Object[] cells = new @Nullable Object[0];
    private long cellBytes;

    SingleValue(ColumnType type) {
        this.type = type;
    }

    @Override
    public void grow(int count) {
        taken = Growth.booleans(taken, count);
        cells = Growth.objects(cells, count);
    }

    @Override
    public void add(Arguments arguments, int[] rows, int[] groups, int count) {
        for (int i = 0; i < count; i++) {
            take(groups[i], Cells.read(arguments.first(), rows[i], type));
        }
    }

    private void take(int group, @Nullable Object cell) {
        if (taken[group]) {
            throw new StorageException(
                    ErrorCode.TOO_MANY_ROWS,
                    "A subquery that is used as a value returned more than one row. Add LIMIT 1, or use IN or a join.");
        }
        taken[group] = true;
        cells[group] = cell;
        cellBytes += Slots.bytes(cell);
    }

    @Override
    public void merge(List<FieldVector> states, int[] groups, int count) {
        for (int i = 0; i < count; i++) {
            if (Slots.whole(states.getFirst(), i) > 0) {
                take(groups[i], Cells.read(states.get(1), i, type));
            }
        }
    }

    @Override
    public void absorb(Accumulator other, int[] theirs, int[] groups, int count) {
        var single = (SingleValue) other;
        for (int i = 0; i < count; i++) {
            if (single.taken[theirs[i]]) {
                take(groups[i], single.cells[theirs[i]]);
            }
        }
    }

    @Override
    public void writeState(int from, int count, List<FieldVector> columns) {
        for (int i = 0; i < count; i++) {
            Cells.write(taken[from + i] ? 1L : 0L, Simple.BIGINT, columns.getFirst(), i);
        }
        writeResult(from, count, columns.get(1));
    }

    @Override
    public void writeResult(int from, int count, FieldVector column) {
        for (int i = 0; i < count; i++) {
            Cells.write(cells[from + i], type, column, i);
        }
    }

    @Override
    public long heapBytes() {
        return taken.length + 8L * cells.length + cellBytes;
    }
}
