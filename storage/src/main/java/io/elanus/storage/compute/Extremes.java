package io.elanus.storage.compute;

import io.elanus.storage.filter.Cells;
import io.elanus.storage.type.ColumnType;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/// MIN (-1), MAX (1) and the first value that comes (0). Whole numbers in arrays, others as cells.
final class Extremes implements ResultState {
    private final ColumnType type;
    private final int sign;
    private final boolean whole;
    private long[] numbers = new long[0];
    private boolean[] present = new boolean[0];
    private @Nullable Object[] cells = new @Nullable Object[0];
    private long cellBytes;

    Extremes(ColumnType type, int sign) {
        this.type = type;
        this.sign = sign;
        this.whole = Slots.isWhole(type);
    }

    @Override
    public void grow(int count) {
        present = Growth.booleans(present, count);
        if (whole) {
            numbers = Growth.longs(numbers, count);
        } else {
            cells = Growth.objects(cells, count);
        }
    }

    @Override
    public void add(Arguments arguments, int[] rows, int[] groups, int count) {
        WholeColumn wholes = arguments.whole;
        if (whole && wholes != null) {
            for (int i = 0; i < count; i++) {
                if (!wholes.isNull(rows[i])) {
                    offer(groups[i], wholes.get(rows[i]));
                }
            }
            return;
        }
        FieldVector column = arguments.first();
        for (int i = 0; i < count; i++) {
            if (column.isNull(rows[i])) {
                continue;
            }
            if (whole) {
                offer(groups[i], Slots.whole(column, rows[i]));
            } else {
                offer(groups[i], Cells.read(column, rows[i], type));
            }
        }
    }

    private void offer(int group, long value) {
        if (!present[group] || sign * Long.compare(value, numbers[group]) > 0) {
            numbers[group] = value;
            present[group] = true;
        }
    }

    private void offer(int group, @Nullable Object value) {
        Object best = cells[group];
        if (value != null && (best == null || sign * Cells.compare(value, best) > 0)) {
            cells[group] = value;
            cellBytes += Slots.bytes(value) - Slots.bytes(best);
        }
    }

    @Override
    public void absorb(Accumulator other, int[] theirs, int[] groups, int count) {
        var extremes = (Extremes) other;
        for (int i = 0; i < count; i++) {
            int group = theirs[i];
            if (!whole) {
                offer(groups[i], extremes.cells[group]);
            } else if (extremes.present[group]) {
                offer(groups[i], extremes.numbers[group]);
            }
        }
    }

    @Override
    public void writeResult(int from, int count, FieldVector column) {
        for (int i = 0; i < count; i++) {
            int group = from + i;
            Object cell = whole ? (present[group] ? (Long) numbers[group] : null) : cells[group];
            Cells.write(cell, type, column, i);
        }
    }

    @Override
    public long heapBytes() {
        return present.length + 8L * numbers.length + 8L * cells.length + cellBytes;
    }
}
