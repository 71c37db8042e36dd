package io.elanus.storage.compute;

import io.elanus.storage.filter.Cells;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/// Welford's and Chan's methods: count, mean, sum of squared differences.
final class Variances implements Accumulator {
    private final AggregateFunction function;
    private final ColumnType type;
    private long[] counts = new long[0];
    private double[] means = new double[0];
    private double[] squares = new double[0];

    Variances(AggregateFunction function, ColumnType type) {
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
    public void add(Arguments arguments, int[] rows, int[] groups, int count) {
        FieldVector column = arguments.first();
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
            merge(
                    groups[i],
                    Slots.whole(states.getFirst(), i),
                    Slots.number(states.get(1), i, Simple.DOUBLE),
                    Slots.number(states.get(2), i, Simple.DOUBLE));
        }
    }

    private void merge(int group, long other, double mean, double squared) {
        if (other > 0) {
            double delta = mean - means[group];
            long total = counts[group] + other;
            squares[group] += squared + delta * delta * ((double) counts[group] * other / total);
            means[group] += delta * other / total;
            counts[group] = total;
        }
    }

    @Override
    public void absorb(Accumulator other, int[] theirs, int[] groups, int count) {
        var variances = (Variances) other;
        for (int i = 0; i < count; i++) {
            int group = theirs[i];
            merge(groups[i], variances.counts[group], variances.means[group], variances.squares[group]);
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
