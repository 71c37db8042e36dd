package io.elanus.storage.compute;

import io.elanus.storage.type.ColumnType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/// Sums of unscaled values: 64 bits for each group until the first of them overflows, 128 bits from then on.
final class ExactSums extends Sums {
    private final int scale;
    private final ColumnType.Decimal state;
    private long[] low = new long[0];
    /// Empty as long as every sum is its low word.
    private long[] high = new long[0];

    ExactSums(Kind kind, ColumnType argument, ColumnType result, int scale, GroupRows rows) {
        super(kind, argument, result, rows);
        this.scale = scale;
        this.state = new ColumnType.Decimal(ColumnType.Decimal.MAX_PRECISION, scale);
    }

    @Override
    public void grow(int count) {
        super.grow(count);
        low = Growth.longs(low, count);
        if (high.length > 0) {
            high = Growth.longs(high, low.length);
        }
    }

    @Override
    public void add(Arguments arguments, int[] rows, int[] groups, int count) {
        FieldVector column = arguments.first();
        WholeColumn whole = arguments.whole;
        if (column instanceof DecimalVector decimals) {
            addDecimals(decimals, arguments.nulls, rows, groups, count);
        } else if (whole != null && !arguments.nulls) {
            for (int i = 0; i < count; i++) {
                add(groups[i], whole.get(rows[i]));
            }
        } else {
            for (int i = 0; i < count; i++) {
                if (column.isNull(rows[i])) {
                    counts.leaveOut(groups[i]);
                } else {
                    add(groups[i], Slots.whole(column, rows[i]));
                }
            }
        }
    }

    private void addDecimals(DecimalVector decimals, boolean nulls, int[] rows, int[] groups, int count) {
        long address = decimals.getDataBufferAddress();
        for (int i = 0; i < count; i++) {
            if (nulls && decimals.isNull(rows[i])) {
                counts.leaveOut(groups[i]);
            } else {
                addDecimal(address, rows[i], groups[i]);
            }
        }
    }

    private void addDecimal(long address, int row, int group) {
        long at = address + 16L * row;
        long valueLow = MemoryUtil.getLong(at);
        long valueHigh = MemoryUtil.getLong(at + 8);
        if (valueHigh == valueLow >> 63) {
            add(group, valueLow);
        } else {
            add(group, valueHigh, valueLow);
        }
    }

    @Override
    public void addToOne(Arguments arguments, int[] rows, int[] zeros, int count) {
        WholeColumn whole = arguments.whole;
        boolean inTurn = rows[count - 1] - rows[0] == count - 1;
        if (whole != null && !whole.isWide() && !arguments.nulls && inTurn) {
            add(0, whole.sumOfNarrow(rows[0], count));
        } else {
            add(arguments, rows, zeros, count);
        }
    }

    private void add(int group, long value) {
        long before = low[group];
        long sum = before + value;
        if (high.length > 0 || ((before ^ sum) & (value ^ sum)) < 0) {
            add(group, value >> 63, value);
        } else {
            low[group] = sum;
        }
    }

    private void add(int group, long valueHigh, long valueLow) {
        widen();
        long sumLow = low[group] + valueLow;
        long carry = Long.compareUnsigned(sumLow, valueLow) < 0 ? 1 : 0;
        long before = high[group];
        long sumHigh = before + valueHigh + carry;
        if (((before ^ sumHigh) & (valueHigh ^ sumHigh)) < 0) {
            throw outOfRange();
        }
        low[group] = sumLow;
        high[group] = sumHigh;
    }

    private void widen() {
        if (high.length == 0) {
            high = new long[low.length];
            for (int i = 0; i < low.length; i++) {
                high[i] = low[i] >> 63;
            }
        }
    }

    private long high(int group) {
        return high.length == 0 ? low[group] >> 63 : high[group];
    }

    @Override
    public void merge(List<FieldVector> states, int[] groups, int count) {
        var sums = (DecimalVector) states.getFirst();
        boolean nulls = sums.getNullCount() > 0;
        long address = sums.getDataBufferAddress();
        for (int i = 0; i < count; i++) {
            if (!nulls || !sums.isNull(i)) {
                addDecimal(address, i, groups[i]);
            }
        }
        mergeCounts(states, groups, count);
    }

    @Override
    public void absorb(Accumulator other, int[] theirs, int[] groups, int count) {
        var sums = (ExactSums) other;
        for (int i = 0; i < count; i++) {
            if (sums.high.length == 0) {
                add(groups[i], sums.low[theirs[i]]);
            } else {
                add(groups[i], sums.high[theirs[i]], sums.low[theirs[i]]);
            }
        }
        counts.absorb(sums.counts, theirs, groups, count);
    }

    private BigDecimal sum(int group) {
        byte[] bytes =
                ByteBuffer.allocate(16).putLong(high(group)).putLong(low[group]).array();
        return new BigDecimal(new BigInteger(bytes), scale);
    }

    @Override
    public void writeState(int from, int count, List<FieldVector> columns) {
        var sums = (DecimalVector) columns.getFirst();
        sums.allocateNew(count);
        long address = sums.getDataBufferAddress();
        for (int i = 0; i < count; i++) {
            int group = from + i;
            if (counts.of(group) == 0) {
                sums.setNull(i);
                continue;
            }
            if (!narrow(group) && sum(group).precision() > state.precision()) {
                throw outOfRange();
            }
            sums.setIndexDefined(i);
            MemoryUtil.putLong(address + 16L * i, low[group]);
            MemoryUtil.putLong(address + 16L * i + 8, high(group));
        }
        writeCounts(from, count, columns);
    }

    /// Is the sum within 64 bits?
    private boolean narrow(int group) {
        return high.length == 0 || high[group] == low[group] >> 63;
    }

    @Override
    boolean writeNumbers(int from, int count, FieldVector column) {
        if (kind == Kind.AVG || scale != 0 || !(column instanceof BigIntVector numbers)) {
            return false;
        }
        numbers.allocateNew(count);
        for (int i = 0; i < count; i++) {
            int group = from + i;
            if (counts.of(group) == 0 && kind == Kind.SUM) {
                numbers.setNull(i);
            } else if (narrow(group)) {
                numbers.set(i, low[group]);
            } else {
                throw outOfRange();
            }
        }
        return true;
    }

    @Override
    @Nullable
    Object result(int group) {
        long values = counts.of(group);
        if (values == 0) {
            return kind == Kind.SUM0 ? convert(BigDecimal.ZERO) : null;
        }
        if (kind != Kind.AVG) {
            return convert(sum(group));
        }
        int digits = result instanceof ColumnType.Decimal decimal ? decimal.scale() : 20;
        return convert(sum(group).divide(BigDecimal.valueOf(values), digits, RoundingMode.HALF_UP));
    }

    @Override
    public long heapBytes() {
        return 8L * (low.length + high.length) + counts.heapBytes();
    }
}
