package io.elanus.storage.compute;

import io.elanus.storage.filter.Cells;
import io.elanus.storage.type.ColumnType;
import org.apache.arrow.vector.FieldVector;

/// BIT_AND, BIT_OR and BIT_XOR of whole numbers; NULLs are passed over.
final class Bits implements ResultState {
    private final AggregateFunction function;
    private final ColumnType type;
    private long[] numbers = new long[0];
    private boolean[] present = new boolean[0];

    Bits(AggregateFunction function, ColumnType type) {
        this.function = function;
        this.type = type;
    }

    @Override
    public void grow(int count) {
        numbers = Growth.longs(numbers, count);
        present = Growth.booleans(present, count);
    }

    @Override
    public void add(Arguments arguments, int[] rows, int[] groups, int count) {
        FieldVector column = arguments.first();
        for (int i = 0; i < count; i++) {
            if (!column.isNull(rows[i])) {
                take(groups[i], Slots.whole(column, rows[i]));
            }
        }
    }

    private void take(int group, long value) {
        if (!present[group]) {
            numbers[group] = value;
            present[group] = true;
            return;
        }
        numbers[group] = switch (function) {
            case BIT_AND -> numbers[group] & value;
            case BIT_OR -> numbers[group] | value;
            default -> numbers[group] ^ value;
        };
    }

    @Override
    public void absorb(Accumulator other, int[] theirs, int[] groups, int count) {
        var bits = (Bits) other;
        for (int i = 0; i < count; i++) {
            if (bits.present[theirs[i]]) {
                take(groups[i], bits.numbers[theirs[i]]);
            }
        }
    }

    @Override
    public void writeResult(int from, int count, FieldVector column) {
        for (int i = 0; i < count; i++) {
            Cells.write(present[from + i] ? (Long) numbers[from + i] : null, type, column, i);
        }
    }

    @Override
    public long heapBytes() {
        return 8L * numbers.length + present.length;
    }
}
