package io.elanus.storage.compute;

import io.elanus.storage.kernel.DoubleSums;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.math.BigDecimal;
import java.util.List;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.jspecify.annotations.Nullable;

/// Compensated sums: the order of the rows hardly matters.
final class FloatingSums extends Sums {
    /// Of each group the sum, and what its additions lost.
    private double[] sums = new double[0];

    FloatingSums(Kind kind, ColumnType argument, ColumnType result, GroupRows rows) {
        super(kind, argument, result, rows);
    }

    @Override
    public void grow(int count) {
        super.grow(count);
        sums = Growth.doubles(sums, 2 * count);
    }

    @Override
    public void add(Arguments arguments, int[] rows, int[] groups, int count) {
        FieldVector column = arguments.first();
        if (column instanceof Float8Vector doubles && !arguments.nulls) {
            long address = doubles.getDataBufferAddress();
            for (int i = 0; i < count; i++) {
                add(groups[i], Double.longBitsToDouble(MemoryUtil.getLong(address + 8L * rows[i])));
            }
            return;
        }
        for (int i = 0; i < count; i++) {
            if (column.isNull(rows[i])) {
                counts.leaveOut(groups[i]);
            } else {
                add(groups[i], Slots.number(column, rows[i], argument));
            }
        }
    }

    @Override
    public void addToOne(Arguments arguments, int[] rows, int[] zeros, int count) {
        boolean inTurn = rows[count - 1] - rows[0] == count - 1;
        if (inTurn && !arguments.nulls && arguments.first() instanceof Float8Vector doubles) {
            double[] partial = new double[2];
            if (DoubleSums.sum(doubles.getDataBufferAddress() + 8L * rows[0], count, partial)) {
                add(0, partial[0]);
                sums[1] += partial[1];
                return;
            }
        }
        add(arguments, rows, zeros, count);
    }

    /// What is lost is computed by Knuth's formula: more operations than a look at which of the two is larger, but
    /// no branch.
    private void add(int group, double value) {
        double before = sums[2 * group];
        double sum = before + value;
        double added = sum - before;
        double error = before - (sum - added) + (value - added);
        sums[2 * group] = sum;
        if (Double.isFinite(error)) {
            sums[2 * group + 1] += error;
        }
    }

    @Override
    public void merge(List<FieldVector> states, int[] groups, int count) {
        var partial = (Float8Vector) states.getFirst();
        boolean nulls = partial.getNullCount() > 0;
        long address = partial.getDataBufferAddress();
        for (int i = 0; i < count; i++) {
            if (!nulls || !partial.isNull(i)) {
                add(groups[i], Double.longBitsToDouble(MemoryUtil.getLong(address + 8L * i)));
            }
        }
        mergeCounts(states, groups, count);
    }

    @Override
    public void absorb(Accumulator other, int[] theirs, int[] groups, int count) {
        var floating = (FloatingSums) other;
        for (int i = 0; i < count; i++) {
            add(groups[i], floating.sums[2 * theirs[i]]);
            sums[2 * groups[i] + 1] += floating.sums[2 * theirs[i] + 1];
        }
        counts.absorb(floating.counts, theirs, groups, count);
    }

    private double sum(int group) {
        double sum = sums[2 * group];
        return Double.isFinite(sum) ? sum + sums[2 * group + 1] : sum;
    }

    private double number(int group) {
        return kind == Kind.AVG ? sum(group) / counts.of(group) : sum(group);
    }

    @Override
    public void writeState(int from, int count, List<FieldVector> columns) {
        var doubles = (Float8Vector) columns.getFirst();
        doubles.allocateNew(count);
        for (int i = 0; i < count; i++) {
            if (counts.of(from + i) == 0) {
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
            if (counts.of(group) > 0) {
                doubles.set(i, number(group));
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
        if (counts.of(group) == 0) {
            return kind == Kind.SUM0 ? convert(BigDecimal.ZERO) : null;
        }
        double value = number(group);
        boolean floating = result == Simple.DOUBLE || result == Simple.REAL;
        return floating ? (Object) value : convert(BigDecimal.valueOf(value));
    }

    @Override
    public long heapBytes() {
        return 8L * sums.length + counts.heapBytes();
    }
}
