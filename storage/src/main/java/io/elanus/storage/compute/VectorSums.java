package io.elanus.storage.compute;

import io.elanus.storage.filter.Cells;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/// Sums of vectors, element by element, in double.
final class VectorSums extends Sums {
    private final ColumnType.Vector vector;
    private double[] @Nullable [] sums = new double[0][];
    private long bytes;

    VectorSums(Kind kind, ColumnType.Vector vector, ColumnType result, GroupRows rows) {
        super(kind, vector, result, rows);
        this.vector = vector;
    }

    @Override
    public void grow(int count) {
        super.grow(count);
        if (sums.length < count) {
            sums = Arrays.copyOf(sums, Growth.size(sums.length, count));
        }
    }

    @Override
    public void add(Arguments arguments, int[] rows, int[] groups, int count) {
        for (int i = 0; i < count; i++) {
            if (Cells.read(arguments.first(), rows[i], vector) instanceof float[] elements) {
                double[] sum = sum(groups[i]);
                for (int e = 0; e < sum.length; e++) {
                    sum[e] += elements[e];
                }
            } else {
                counts.leaveOut(groups[i]);
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
            }
        }
        mergeCounts(states, groups, count);
    }

    @Override
    public void absorb(Accumulator other, int[] theirs, int[] groups, int count) {
        var vectors = (VectorSums) other;
        for (int i = 0; i < count; i++) {
            double[] values = vectors.sums[theirs[i]];
            if (values != null) {
                double[] sum = sum(groups[i]);
                for (int e = 0; e < sum.length; e++) {
                    sum[e] += values[e];
                }
            }
        }
        counts.absorb(vectors.counts, theirs, groups, count);
    }

    @Override
    public void writeState(int from, int count, List<FieldVector> columns) {
        for (int i = 0; i < count; i++) {
            Object packed = counts.of(from + i) == 0 ? null : pack(sum(from + i));
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
        if (counts.of(group) == 0 || sum == null) {
            return null;
        }
        float[] elements = new float[sum.length];
        double divisor = kind == Kind.AVG ? counts.of(group) : 1;
        for (int e = 0; e < elements.length; e++) {
            elements[e] = (float) (sum[e] / divisor);
        }
        return elements;
    }

    @Override
    public long heapBytes() {
        return 8L * sums.length + bytes + counts.heapBytes();
    }
}
