package io.elanus.storage.compute;

import io.elanus.storage.filter.Cells;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/// CORR, COVAR_* and REGR_* of pairs (y, x): their count, means and central moments, by Welford's and Chan's methods.
final class Regressions implements Accumulator {
    /// Of one group, in this order: mean of y, mean of x, sums of (y-ȳ)², (x-x̄)² and (y-ȳ)(x-x̄).
    private static final int WIDTH = 5;

    private static final int MEAN_Y = 0;
    private static final int MEAN_X = 1;
    private static final int SYY = 2;
    private static final int SXX = 3;
    private static final int SXY = 4;

    private final AggregateFunction function;
    private long[] counts = new long[0];
    private double[] moments = new double[0];

    Regressions(AggregateFunction function) {
        this.function = function;
    }

    @Override
    public void grow(int count) {
        counts = Growth.longs(counts, count);
        moments = Growth.doubles(moments, WIDTH * count);
    }

    @Override
    public void add(Arguments arguments, int[] rows, int[] groups, int count) {
        FieldVector first = arguments.first();
        FieldVector second = arguments.columns.get(1);
        for (int i = 0; i < count; i++) {
            if (!first.isNull(rows[i]) && !second.isNull(rows[i])) {
                add(
                        groups[i],
                        Slots.number(first, rows[i], Simple.DOUBLE),
                        Slots.number(second, rows[i], Simple.DOUBLE));
            }
        }
    }

    private void add(int group, double y, double x) {
        long count = ++counts[group];
        int at = WIDTH * group;
        double fromY = y - moments[at + MEAN_Y];
        double fromX = x - moments[at + MEAN_X];
        moments[at + MEAN_Y] += fromY / count;
        moments[at + MEAN_X] += fromX / count;
        double toX = x - moments[at + MEAN_X];
        moments[at + SYY] += fromY * (y - moments[at + MEAN_Y]);
        moments[at + SXX] += fromX * toX;
        moments[at + SXY] += fromY * toX;
    }

    @Override
    public void merge(List<FieldVector> states, int[] groups, int count) {
        double[] other = new double[WIDTH];
        for (int i = 0; i < count; i++) {
            for (int at = 0; at < WIDTH; at++) {
                other[at] = Slots.number(states.get(at + 1), i, Simple.DOUBLE);
            }
            merge(groups[i], Slots.whole(states.getFirst(), i), other, 0);
        }
    }

    private void merge(int group, long count, double[] other, int from) {
        if (count == 0) {
            return;
        }
        int at = WIDTH * group;
        long total = counts[group] + count;
        double deltaY = other[from + MEAN_Y] - moments[at + MEAN_Y];
        double deltaX = other[from + MEAN_X] - moments[at + MEAN_X];
        double weight = (double) counts[group] * count / total;
        moments[at + SYY] += other[from + SYY] + deltaY * deltaY * weight;
        moments[at + SXX] += other[from + SXX] + deltaX * deltaX * weight;
        moments[at + SXY] += other[from + SXY] + deltaY * deltaX * weight;
        moments[at + MEAN_Y] += deltaY * count / total;
        moments[at + MEAN_X] += deltaX * count / total;
        counts[group] = total;
    }

    @Override
    public void absorb(Accumulator other, int[] theirs, int[] groups, int count) {
        var pairs = (Regressions) other;
        for (int i = 0; i < count; i++) {
            merge(groups[i], pairs.counts[theirs[i]], pairs.moments, WIDTH * theirs[i]);
        }
    }

    @Override
    public void writeState(int from, int count, List<FieldVector> columns) {
        for (int i = 0; i < count; i++) {
            Cells.write(counts[from + i], Simple.BIGINT, columns.getFirst(), i);
            for (int at = 0; at < WIDTH; at++) {
                Cells.write(moments[WIDTH * (from + i) + at], Simple.DOUBLE, columns.get(at + 1), i);
            }
        }
    }

    @Override
    public void writeResult(int from, int count, FieldVector column) {
        for (int i = 0; i < count; i++) {
            if (function == AggregateFunction.REGR_COUNT) {
                Cells.write(counts[from + i], Simple.BIGINT, column, i);
            } else {
                Cells.write(result(from + i), Simple.DOUBLE, column, i);
            }
        }
    }

    /// NULL over no pairs, and where it would divide by zero.
    private @Nullable Double result(int group) {
        long count = counts[group];
        if (count == 0) {
            return null;
        }
        int at = WIDTH * group;
        double syy = moments[at + SYY];
        double sxx = moments[at + SXX];
        double sxy = moments[at + SXY];
        return switch (function) {
            case COVAR_POP -> sxy / count;
            case COVAR_SAMP -> count == 1 ? null : (Double) (sxy / (count - 1));
            case REGR_AVGX -> moments[at + MEAN_X];
            case REGR_AVGY -> moments[at + MEAN_Y];
            case REGR_SXX -> sxx;
            case REGR_SYY -> syy;
            case REGR_SXY -> sxy;
            case CORR -> sxx == 0 || syy == 0 ? null : (Double) (sxy / Math.sqrt(sxx * syy));
            case REGR_R2 -> sxx == 0 ? null : (Double) (syy == 0 ? 1.0 : sxy * sxy / (sxx * syy));
            case REGR_SLOPE -> sxx == 0 ? null : (Double) (sxy / sxx);
            case REGR_INTERCEPT -> sxx == 0 ? null : (Double) (moments[at + MEAN_Y] - moments[at + MEAN_X] * sxy / sxx);
            default -> throw new IllegalStateException("Not of pairs: " + function);
        };
    }

    @Override
    public long heapBytes() {
        return 8L * (counts.length + moments.length);
    }
}
