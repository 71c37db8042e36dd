package io.elanus.storage.compute;

import io.elanus.storage.filter.Cells;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.jspecify.annotations.Nullable;

/// The accumulator of each aggregate; sums are in [Sums].
final class Accumulators {
    private Accumulators() {}

    static Accumulator of(AggregateCall call) {
        List<ColumnType> arguments = call.argumentTypes();
        return switch (call.function()) {
            case COUNT -> new Count();
            case SUM -> Sums.of(arguments.getFirst(), call.type(), Sums.Kind.SUM);
            case SUM0 -> Sums.of(arguments.getFirst(), call.type(), Sums.Kind.SUM0);
            case AVG -> Sums.of(arguments.getFirst(), call.type(), Sums.Kind.AVG);
            case MIN, BOOL_AND -> new Extreme(arguments.getFirst(), -1);
            case MAX, BOOL_OR -> new Extreme(arguments.getFirst(), 1);
            case ANY_VALUE -> new Extreme(arguments.getFirst(), 0);
            case SINGLE_VALUE -> new SingleValue(arguments.getFirst());
            case STDDEV_POP, STDDEV_SAMP, VAR_POP, VAR_SAMP -> new Variance(call.function(), arguments.getFirst());
            case ARRAY_AGG -> new Collected(arguments.getFirst());
            case STRING_AGG -> new Joined();
            case APPROX_COUNT_DISTINCT -> new Distinct(call.arguments());
        };
    }

    private static final class Count implements Accumulator {
        private long[] counts = new long[0];

        @Override
        public void grow(int count) {
            counts = Growth.longs(counts, count);
        }

        @Override
        public void add(List<FieldVector> arguments, int[] rows, int[] groups, int count) {
            if (arguments.stream().allMatch(column -> column.getNullCount() == 0)) {
                for (int i = 0; i < count; i++) {
                    counts[groups[i]]++;
                }
                return;
            }
            for (int i = 0; i < count; i++) {
                if (Slots.present(arguments, rows[i])) {
                    counts[groups[i]]++;
                }
            }
        }

        @Override
        public void merge(List<FieldVector> states, int[] groups, int count) {
            var counted = (BigIntVector) states.getFirst();
            for (int i = 0; i < count; i++) {
                counts[groups[i]] += counted.get(i);
            }
        }

        @Override
        public void writeState(int from, int count, List<FieldVector> columns) {
            writeResult(from, count, columns.getFirst());
        }

        @Override
        public void writeResult(int from, int count, FieldVector column) {
            var numbers = (BigIntVector) column;
            numbers.allocateNew(count);
            for (int i = 0; i < count; i++) {
                numbers.set(i, counts[from + i]);
            }
        }

        @Override
        public long heapBytes() {
            return 8L * counts.length;
        }
    }

    /// MIN (-1), MAX (1) and the first value that comes (0). Whole numbers and doubles in arrays, others as cells.
    private static final class Extreme implements Accumulator {
        private final ColumnType type;
        private final int sign;
        private final boolean whole;
        private long[] numbers = new long[0];
        private boolean[] present = new boolean[0];
        private @Nullable Object[] cells = new @Nullable Object[0];
        private long cellBytes;

        Extreme(ColumnType type, int sign) {
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
        public void add(List<FieldVector> arguments, int[] rows, int[] groups, int count) {
            FieldVector column = arguments.getFirst();
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
        public void merge(List<FieldVector> states, int[] groups, int count) {
            add(states, Selections.all(count), groups, count);
        }

        @Override
        public void writeState(int from, int count, List<FieldVector> columns) {
            writeResult(from, count, columns.getFirst());
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

    /// Welford's and Chan's methods: count, mean, sum of squared differences.
    private static final class Variance implements Accumulator {
        private final AggregateFunction function;
        private final ColumnType type;
        private long[] counts = new long[0];
        private double[] means = new double[0];
        private double[] squares = new double[0];

        Variance(AggregateFunction function, ColumnType type) {
            this.function = function;
            this.type = type;
        }

        @Override
        public void grow(int count) {
            counts = Growth.longs(counts, count);
            means = Growth.doubles(means, count);
            squares = Growth.doubles(squares, count);
        }

        @Override
        public void add(List<FieldVector> arguments, int[] rows, int[] groups, int count) {
            FieldVector column = arguments.getFirst();
            for (int i = 0; i < count; i++) {
                if (!column.isNull(rows[i])) {
                    double value = Slots.number(column, rows[i], type);
                    int group = groups[i];
                    counts[group]++;
                    double delta = value - means[group];
                    means[group] += delta / counts[group];
                    squares[group] += delta * (value - means[group]);
                }
            }
        }

        @Override
        public void merge(List<FieldVector> states, int[] groups, int count) {
            for (int i = 0; i < count; i++) {
                long other = Slots.whole(states.getFirst(), i);
                if (other == 0) {
                    continue;
                }
                int group = groups[i];
                double delta = Slots.number(states.get(1), i, Simple.DOUBLE) - means[group];
                long total = counts[group] + other;
                squares[group] += Slots.number(states.get(2), i, Simple.DOUBLE)
                        + delta * delta * ((double) counts[group] * other / total);
                means[group] += delta * other / total;
                counts[group] = total;
            }
        }

        @Override
        public void writeState(int from, int count, List<FieldVector> columns) {
            for (int i = 0; i < count; i++) {
                Cells.write(counts[from + i], Simple.BIGINT, columns.getFirst(), i);
                Cells.write(means[from + i], Simple.DOUBLE, columns.get(1), i);
                Cells.write(squares[from + i], Simple.DOUBLE, columns.get(2), i);
            }
        }

        @Override
        public void writeResult(int from, int count, FieldVector column) {
            for (int i = 0; i < count; i++) {
                Cells.write(result(from + i), Simple.DOUBLE, column, i);
            }
        }

        private @Nullable Double result(int group) {
            boolean sample = function == AggregateFunction.VAR_SAMP || function == AggregateFunction.STDDEV_SAMP;
            long divisor = counts[group] - (sample ? 1 : 0);
            if (divisor <= 0) {
                return null;
            }
            double variance = squares[group] / divisor;
            boolean root = function == AggregateFunction.STDDEV_POP || function == AggregateFunction.STDDEV_SAMP;
            return root ? Math.sqrt(variance) : variance;
        }

        @Override
        public long heapBytes() {
            return 24L * counts.length;
        }
    }

    /// ARRAY_AGG, NULLs included; NULL over no rows.
    private static final class Collected implements Accumulator {
        private final ColumnType type;
        private @Nullable Object[] lists = new @Nullable Object[0];
        private long bytes;

        Collected(ColumnType type) {
            this.type = type;
        }

        @Override
        public void grow(int count) {
            lists = Growth.objects(lists, count);
        }

        @Override
        public void add(List<FieldVector> arguments, int[] rows, int[] groups, int count) {
            for (int i = 0; i < count; i++) {
                Object cell = Cells.read(arguments.getFirst(), rows[i], type);
                list(groups[i]).add(cell);
                bytes += 8 + Slots.bytes(cell);
            }
        }

        @SuppressWarnings("unchecked")
        private List<@Nullable Object> list(int group) {
            Object list = lists[group];
            if (list == null) {
                list = new ArrayList<@Nullable Object>();
                lists[group] = list;
            }
            return (List<@Nullable Object>) list;
        }

        @Override
        public void merge(List<FieldVector> states, int[] groups, int count) {
            var array = new ColumnType.Array(type);
            for (int i = 0; i < count; i++) {
                if (Cells.read(states.getFirst(), i, array) instanceof List<?> items) {
                    list(groups[i]).addAll(items);
                    bytes += Slots.bytes(items);
                }
            }
        }

        @Override
        public void writeState(int from, int count, List<FieldVector> columns) {
            writeResult(from, count, columns.getFirst());
        }

        @Override
        public void writeResult(int from, int count, FieldVector column) {
            for (int i = 0; i < count; i++) {
                Cells.write(lists[from + i], new ColumnType.Array(type), column, i);
            }
        }

        @Override
        public long heapBytes() {
            return 8L * lists.length + bytes;
        }
    }

    /// STRING_AGG: NULL values are passed over, a NULL delimiter is empty.
    private static final class Joined implements Accumulator {
        private static final ColumnType TEXT = new ColumnType.Varchar(ColumnType.Varchar.UNLIMITED);
        private @Nullable Object[] texts = new @Nullable Object[0];
        private @Nullable Object[] delimiters = new @Nullable Object[0];
        private long bytes;

        @Override
        public void grow(int count) {
            texts = Growth.objects(texts, count);
            delimiters = Growth.objects(delimiters, count);
        }

        @Override
        public void add(List<FieldVector> arguments, int[] rows, int[] groups, int count) {
            for (int i = 0; i < count; i++) {
                Object text = Cells.read(arguments.getFirst(), rows[i], TEXT);
                Object delimiter = Cells.read(arguments.get(1), rows[i], TEXT);
                append(groups[i], delimiter == null ? "" : (String) delimiter, (String) text);
            }
        }

        private void append(int group, String delimiter, @Nullable String text) {
            if (text == null) {
                return;
            }
            if (texts[group] instanceof StringBuilder earlier) {
                earlier.append(delimiter).append(text);
            } else {
                var joined = new StringBuilder();
                joined.append(text);
                texts[group] = joined;
                delimiters[group] = delimiter;
            }
            bytes += 2L * (delimiter.length() + text.length());
        }

        @Override
        public void merge(List<FieldVector> states, int[] groups, int count) {
            for (int i = 0; i < count; i++) {
                Object delimiter = Cells.read(states.getFirst(), i, TEXT);
                Object text = Cells.read(states.get(1), i, TEXT);
                append(groups[i], delimiter == null ? "" : (String) delimiter, (String) text);
            }
        }

        @Override
        public void writeState(int from, int count, List<FieldVector> columns) {
            for (int i = 0; i < count; i++) {
                Cells.write(delimiters[from + i], TEXT, columns.getFirst(), i);
            }
            writeResult(from, count, columns.get(1));
        }

        @Override
        public void writeResult(int from, int count, FieldVector column) {
            for (int i = 0; i < count; i++) {
                Object text = texts[from + i];
                Cells.write(text == null ? null : text.toString(), TEXT, column, i);
            }
        }

        @Override
        public long heapBytes() {
            return 16L * texts.length + bytes;
        }
    }

    /// A HyperLogLog per group: register j holds the highest rank (leading zeros + 1) of the hashes that fall on
    /// it.
    private static final class Distinct implements Accumulator {
        private static final int BITS = 12;
        private static final int REGISTERS = 1 << BITS;
        private final RowKeys keys;
        private final KeyBytes encoded = new KeyBytes();
        private byte[] @Nullable [] registers = new byte[0][];
        private long bytes;

        Distinct(List<io.elanus.storage.filter.Expr> arguments) {
            this.keys = RowKeys.ofEquality(arguments);
        }

        @Override
        public void grow(int count) {
            if (registers.length < count) {
                registers = Arrays.copyOf(registers, Growth.size(registers.length, count));
            }
        }

        @Override
        public void add(List<FieldVector> arguments, int[] rows, int[] groups, int count) {
            keys.encode(arguments, Arrays.copyOf(rows, count), encoded);
            for (int i = 0; i < count; i++) {
                if (Slots.present(arguments, rows[i])) {
                    long hash = encoded.hash(i);
                    int register = (int) (hash >>> (64 - BITS));
                    byte rank = (byte) (Long.numberOfLeadingZeros(hash << BITS | 1L << (BITS - 1)) + 1);
                    byte[] own = registers(groups[i]);
                    own[register] = (byte) Math.max(own[register], rank);
                }
            }
        }

        private byte[] registers(int group) {
            byte[] own = registers[group];
            if (own == null) {
                own = new byte[REGISTERS];
                registers[group] = own;
                bytes += REGISTERS;
            }
            return own;
        }

        @Override
        public void merge(List<FieldVector> states, int[] groups, int count) {
            var sketches = (VarBinaryVector) states.getFirst();
            for (int i = 0; i < count; i++) {
                if (!sketches.isNull(i)) {
                    byte[] own = registers(groups[i]);
                    byte[] other = sketches.get(i);
                    for (int j = 0; j < REGISTERS; j++) {
                        own[j] = (byte) Math.max(own[j], other[j]);
                    }
                }
            }
        }

        @Override
        public void writeState(int from, int count, List<FieldVector> columns) {
            for (int i = 0; i < count; i++) {
                Cells.write(registers[from + i], Simple.VARBINARY, columns.getFirst(), i);
            }
        }

        @Override
        public void writeResult(int from, int count, FieldVector column) {
            for (int i = 0; i < count; i++) {
                byte[] own = registers[from + i];
                Cells.write(own == null ? 0L : estimate(own), Simple.BIGINT, column, i);
            }
        }

        private static long estimate(byte[] registers) {
            double sum = 0;
            int zeros = 0;
            for (byte register : registers) {
                sum += Math.scalb(1.0, -register);
                zeros += register == 0 ? 1 : 0;
            }
            double raw = 0.7213 / (1 + 1.079 / REGISTERS) * REGISTERS * REGISTERS / sum;
            boolean small = raw <= 2.5 * REGISTERS && zeros > 0;
            return Math.round(small ? REGISTERS * Math.log((double) REGISTERS / zeros) : raw);
        }

        @Override
        public long heapBytes() {
            return 8L * registers.length + bytes;
        }
    }
}
