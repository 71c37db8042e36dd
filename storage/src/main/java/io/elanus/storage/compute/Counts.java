package io.elanus.storage.compute;

import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;

/// COUNT: the rows of a group whose arguments are all there.
final class Counts implements Accumulator {
    private final GroupCounts counts;

    Counts(GroupRows rows) {
        this.counts = new GroupCounts(rows);
    }

    @Override
    public void grow(int count) {
        counts.grow(count);
    }

    @Override
    public void add(Arguments arguments, int[] rows, int[] groups, int count) {
        if (!arguments.nulls) {
            return;
        }
        for (int i = 0; i < count; i++) {
            if (!Slots.present(arguments.columns, rows[i])) {
                counts.leaveOut(groups[i]);
            }
        }
    }

    @Override
    public void merge(List<FieldVector> states, int[] groups, int count) {
        var counted = (BigIntVector) states.getFirst();
        for (int i = 0; i < count; i++) {
            counts.add(groups[i], counted.get(i));
        }
    }

    @Override
    public void absorb(Accumulator other, int[] theirs, int[] groups, int count) {
        counts.absorb(((Counts) other).counts, theirs, groups, count);
    }

    @Override
    public void writeState(int from, int count, List<FieldVector> columns) {
        writeResult(from, count, columns.getFirst());
    }

    @Override
    public void writeResult(int from, int count, FieldVector column) {
        counts.write(from, count, (BigIntVector) column);
    }

    @Override
    public long heapBytes() {
        return counts.heapBytes();
    }
}
