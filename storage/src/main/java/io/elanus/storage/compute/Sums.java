package io.elanus.storage.compute;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.filter.Cells;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.jspecify.annotations.Nullable;

/// SUM, SUM0 and AVG: exact for integers and DECIMAL (128-bit sums), compensated for floating point, element by
/// element for vectors. The count tells a group without values from a sum of 0.
abstract sealed class Sums implements Accumulator {
    enum Kind {
        SUM,
        SUM0,
        AVG
    }

    final Kind kind;
    final ColumnType argument;
    final ColumnType result;
    long[] counts = new long[0];

    private Sums(Kind kind, ColumnType argument, ColumnType result) {
        this.kind = kind;
        this.argument = argument;
        this.result = result;
    }

    static Sums of(ColumnType argument, ColumnType result, Kind kind) {
        return switch (argument) {
            case Simple.TINYINT, Simple.SMALLINT, Simple.INTEGER, Simple.BIGINT -> new Exact(kind, argument, result, 0);
            case ColumnType.Decimal(int _, int scale) -> new Exact(kind, argument, result, scale);
            case Simple.REAL, Simple.DOUBLE -> new Floating(kind, argument, result);
            case ColumnType.Vector vector when !vector.sparse() -> new Elements(kind, vector, result);
            case Simple _, ColumnType.Varchar _, ColumnType.Array _, ColumnType.Vector _ ->
                throw new StorageException(
                        ErrorCode.UNDEFINED_FUNCTION,
                        "Aggregate [%s] does not take the type [%s]. Cast the argument to a number."
                                .formatted(kind, argument.sql()));
        };
    }

    @Override
    public void grow(int count) {
        counts = Growth.longs(counts, count);
    }

    /// The partial state's count: only AVG carries it; a sum that is there counts as one.
    final long stateCount(List<FieldVector> states, int row) {
        boolean counted = kind == Kind.AVG || argument instanceof ColumnType.Vector;
        return counted ? Slots.whole(states.get(1), row) : states.getFirst().isNull(row) ? 0 : 1;
    }

    final void writeCounts(int from, int count, List<FieldVector> columns) {
        if (columns.size() > 1) {
            var numbers = (BigIntVector) columns.get(1);
            numbers.allocateNew(count);
            for (int i = 0; i < count; i++) {
                numbers.set(i, counts[from + i]);
            }
        }
    }

    @Override
    public final void writeResult(int from, int count, FieldVector column) {
        if (writeNumbers(from, count, column)) {
            return;
        }
        for (int i = 0; i < count; i++) {
            Cells.write(result(from + i), result, column, i);
        }
    }

    /// Writes results of a primitive type at once; false if it cannot.
    boolean writeNumbers(int from, int count, FieldVector column) {
        return false;
    }

    /// The cell of the final result.
    abstract @Nullable Object result(int group);

    final Object convert(BigDecimal value) {
        return switch (result) {
            case ColumnType.Decimal(int precision, int scale) -> {
                BigDecimal rounded = value.setScale(scale, RoundingMode.HALF_UP);
                if (rounded.precision() > precision) {
                    throw outOfRange();
                }
                yield rounded;
            }
            case Simple.REAL, Simple.DOUBLE -> value.doubleValue();
            case Simple _ -> {
                BigInteger whole = value.setScale(0, RoundingMode.HALF_UP).unscaledValue();
                if (whole.bitLength() > 63) {
                    throw outOfRange();
                }
                yield whole.longValue();
            }
            case ColumnType.Varchar _, ColumnType.Array _, ColumnType.Vector _ ->
                throw new IllegalStateException("A sum is no " + result.sql());
        };
    }

    final StorageException outOfRange() {
        return new StorageException(
                ErrorCode.NUMBER_OUT_OF_RANGE,
                "A sum is out of the range of [%s]. Cast the argument to DECIMAL or DOUBLE.".formatted(result.sql()));
    }

    /// 128-bit sums of unscaled values, as a high and a low word.
    private static final class Exact extends Sums {
        private final int scale;
        private final ColumnType.Decimal state;
        private long[] high = new long[0];
        private long[] low = new long[0];

        Exact(Kind kind, ColumnType argument, ColumnType result, int scale) {
            super(kind, argument, result);
            this.scale = scale;
            this.state = new ColumnType.Decimal(ColumnType.Decimal.MAX_PRECISION, scale);
        }

        @Override
        public void grow(int count) {
            super.grow(count);
            high = Growth.longs(high, count);
            low = Growth.longs(low, count);
        }

        @Override
        public void add(List<FieldVector> arguments, int[] rows, int[] groups, int count) {
            FieldVector column = arguments.getFirst();
            if (column instanceof DecimalVector decimals) {
                boolean nulls = decimals.getNullCount() > 0;
                long address = decimals.getDataBufferAddress();
                for (int i = 0; i < count; i++) {
                    if (!nulls || !decimals.isNull(rows[i])) {
                        addDecimal(address, rows[i], groups[i]);
                        counts[groups[i]]++;
                    }
                }
                return;
            }
            WholeColumn whole = WholeColumn.of(column);
            if (whole != null) {
                addWhole(whole, rows, groups, count);
                return;
            }
            for (int i = 0; i < count; i++) {
                if (!column.isNull(rows[i])) {
                    long value = Slots.whole(column, rows[i]);
                    add(groups[i], value >> 63, value);
                    counts[groups[i]]++;
                }
            }
        }

        private void addWhole(WholeColumn column, int[] rows, int[] groups, int count) {
            for (int i = 0; i < count; i++) {
                if (!column.isNull(rows[i])) {
                    long value = column.get(rows[i]);
                    int group = groups[i];
                    long sum = low[group] + value;
                    low[group] = sum;
                    high[group] += (value >> 63) + (Long.compareUnsigned(sum, value) < 0 ? 1 : 0);
                    counts[group]++;
                }
            }
        }

        private void addDecimal(long address, int row, int group) {
            long at = address + 16L * row;
            add(group, MemoryUtil.getLong(at + 8), MemoryUtil.getLong(at));
        }

        private void add(int group, long valueHigh, long valueLow) {
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

        @Override
        public void merge(List<FieldVector> states, int[] groups, int count) {
            var sums = (DecimalVector) states.getFirst();
            for (int i = 0; i < count; i++) {
                if (!sums.isNull(i)) {
                    addDecimal(sums.getDataBufferAddress(), i, groups[i]);
                    counts[groups[i]] += stateCount(states, i);
                }
            }
        }

        private BigDecimal sum(int group) {
            byte[] bytes = ByteBuffer.allocate(16)
                    .putLong(high[group])
                    .putLong(low[group])
                    .array();
            return new BigDecimal(new BigInteger(bytes), scale);
        }

        @Override
        public void writeState(int from, int count, List<FieldVector> columns) {
            var sums = (DecimalVector) columns.getFirst();
            sums.allocateNew(count);
            for (int i = 0; i < count; i++) {
                int group = from + i;
                if (counts[group] == 0) {
                    sums.setNull(i);
                    continue;
                }
                if (!narrow(group) && sum(group).precision() > state.precision()) {
                    throw outOfRange();
                }
                sums.setIndexDefined(i);
                sums.getDataBuffer().setLong(16L * i, low[group]);
                sums.getDataBuffer().setLong(16L * i + 8, high[group]);
            }
            writeCounts(from, count, columns);
        }

        /// Is the sum within 64 bits?
        private boolean narrow(int group) {
            return high[group] == low[group] >> 63;
        }

        @Override
        boolean writeNumbers(int from, int count, FieldVector column) {
            if (kind == Kind.AVG || scale != 0 || !(column instanceof BigIntVector numbers)) {
                return false;
            }
            numbers.allocateNew(count);
            for (int i = 0; i < count; i++) {
                int group = from + i;
                if (counts[group] == 0 && kind == Kind.SUM) {
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
            if (counts[group] == 0) {
                return kind == Kind.SUM0 ? convert(BigDecimal.ZERO) : null;
            }
            if (kind != Kind.AVG) {
                return convert(sum(group));
            }
            int digits = result instanceof ColumnType.Decimal decimal ? decimal.scale() : 20;
            return convert(sum(group).divide(BigDecimal.valueOf(counts[group]), digits, RoundingMode.HALF_UP));
        }

        @Override
        public long heapBytes() {
            return 24L * counts.length;
        }
    }

    /// Neumaier's compensated sums: the order of the rows hardly matters.
    private static final class Floating extends Sums {
        private double[] sums = new double[0];
        private double[] lost = new double[0];

        Floating(Kind kind, ColumnType argument, ColumnType result) {
            super(kind, argument, result);
        }

        @Override
        public void grow(int count) {
            super.grow(count);
            sums = Growth.doubles(sums, count);
            lost = Growth.doubles(lost, count);
        }

        @Override
        public void add(List<FieldVector> arguments, int[] rows, int[] groups, int count) {
            FieldVector column = arguments.getFirst();
            if (column instanceof Float8Vector doubles && doubles.getNullCount() == 0) {
                long address = doubles.getDataBufferAddress();
                for (int i = 0; i < count; i++) {
                    add(groups[i], Double.longBitsToDouble(MemoryUtil.getLong(address + 8L * rows[i])));
                    counts[groups[i]]++;
                }
                return;
            }
            for (int i = 0; i < count; i++) {
                if (!column.isNull(rows[i])) {
                    add(groups[i], Slots.number(column, rows[i], argument));
                    counts[groups[i]]++;
                }
            }
        }

        private void add(int group, double value) {
            double before = sums[group];
            double sum = before + value;
            double error = Math.abs(before) >= Math.abs(value) ? before - sum + value : value - sum + before;
            sums[group] = sum;
            if (Double.isFinite(error)) {
                lost[group] += error;
            }
        }

        @Override
        public void merge(List<FieldVector> states, int[] groups, int count) {
            for (int i = 0; i < count; i++) {
                if (!states.getFirst().isNull(i)) {
                    add(groups[i], Slots.number(states.getFirst(), i, Simple.DOUBLE));
                    counts[groups[i]] += stateCount(states, i);
                }
            }
        }

        private double sum(int group) {
            double sum = sums[group];
            return Double.isFinite(sum) ? sum + lost[group] : sum;
        }

        @Override
        public void writeState(int from, int count, List<FieldVector> columns) {
            var doubles = (Float8Vector) columns.getFirst();
            doubles.allocateNew(count);
            for (int i = 0; i < count; i++) {
                if (counts[from + i] == 0) {
                    doubles.setNull(i);
                } else {
                    doubles.set(i, sum(from + i));
                }
            }
            writeCounts(from, count, columns);
        }

        @Override
        boolean writeNumbers(int from, int count, FieldVector column) {
            if (!(column instanceof Float8Vector doubles)) {
                return false;
            }
            doubles.allocateNew(count);
            for (int i = 0; i < count; i++) {
                int group = from + i;
                if (counts[group] > 0) {
                    doubles.set(i, kind == Kind.AVG ? sum(group) / counts[group] : sum(group));
                } else if (kind == Kind.SUM0) {
                    doubles.set(i, 0);
                } else {
                    doubles.setNull(i);
                }
            }
            return true;
        }

        @Override
        @Nullable
        Object result(int group) {
            if (counts[group] == 0) {
                return kind == Kind.SUM0 ? convert(BigDecimal.ZERO) : null;
            }
            double value = kind == Kind.AVG ? sum(group) / counts[group] : sum(group);
            boolean floating = result == Simple.DOUBLE || result == Simple.REAL;
            return floating ? (Object) value : convert(BigDecimal.valueOf(value));
        }

        @Override
        public long heapBytes() {
            return 24L * counts.length;
        }
    }

    /// Sums of vectors, element by element, in double.
    private static final class Elements extends Sums {
        private final ColumnType.Vector vector;
        private double[] @Nullable [] sums = new double[0][];
        private long bytes;

        Elements(Kind kind, ColumnType.Vector vector, ColumnType result) {
            super(kind, vector, result);
            this.vector = vector;
        }

        @Override
        public void grow(int count) {
            super.grow(count);
            if (sums.length < count) {
                sums = java.util.Arrays.copyOf(sums, Growth.size(sums.length, count));
            }
        }

        @Override
        public void add(List<FieldVector> arguments, int[] rows, int[] groups, int count) {
            for (int i = 0; i < count; i++) {
                if (Cells.read(arguments.getFirst(), rows[i], vector) instanceof float[] elements) {
                    double[] sum = sum(groups[i]);
                    for (int e = 0; e < sum.length; e++) {
                        sum[e] += elements[e];
                    }
                    counts[groups[i]]++;
                }
            }
        }

        private double[] sum(int group) {
            double[] sum = sums[group];
            if (sum == null) {
                sum = new double[vector.dimension()];
                sums[group] = sum;
                bytes += 8L * sum.length;
            }
            return sum;
        }

        @Override
        public void merge(List<FieldVector> states, int[] groups, int count) {
            for (int i = 0; i < count; i++) {
                if (Cells.read(states.getFirst(), i, Simple.VARBINARY) instanceof byte[] packed) {
                    var values = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN);
                    double[] sum = sum(groups[i]);
                    for (int e = 0; e < sum.length; e++) {
                        sum[e] += values.getDouble();
                    }
                    counts[groups[i]] += stateCount(states, i);
                }
            }
        }

        @Override
        public void writeState(int from, int count, List<FieldVector> columns) {
            for (int i = 0; i < count; i++) {
                Object packed = counts[from + i] == 0 ? null : pack(sum(from + i));
                Cells.write(packed, Simple.VARBINARY, columns.getFirst(), i);
            }
            writeCounts(from, count, columns);
        }

        private static byte[] pack(double[] values) {
            var buffer = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
            for (double value : values) {
                buffer.putDouble(value);
            }
            return buffer.array();
        }

        @Override
        @Nullable
        Object result(int group) {
            double[] sum = sums[group];
            if (counts[group] == 0 || sum == null) {
                return null;
            }
            float[] elements = new float[sum.length];
            double divisor = kind == Kind.AVG ? counts[group] : 1;
            for (int e = 0; e < elements.length; e++) {
                elements[e] = (float) (sum[e] / divisor);
            }
            return elements;
        }

        @Override
        public long heapBytes() {
            return 16L * counts.length + bytes;
        }
    }
}
