package io.elanus.storage.compute;

import io.elanus.storage.filter.Cells;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/// What functions WITHIN GROUP take beside their values: a fraction, or an array of them, and a direction. The first
/// row of a group says them. Arguments and states have them in the same columns.
final class WithinGroup {
    /// Of the fraction; of the direction alone for MODE, which has no fraction.
    private final ColumnType fractionType;

    private @Nullable Object[] fractions = new @Nullable Object[0];
    private boolean[] descending = new boolean[0];

    WithinGroup(AggregateCall call) {
        this.fractionType = call.argumentTypes().get(1);
    }

    void grow(int count) {
        fractions = Growth.objects(fractions, count);
        descending = Growth.booleans(descending, count);
    }

    /// Takes them from a row, for a group that has none yet.
    void settle(int group, List<FieldVector> columns, int row) {
        if (fractions[group] == null) {
            fractions[group] = Cells.read(columns.get(1), row, fractionType);
            descending[group] = Boolean.TRUE.equals(Cells.read(columns.getLast(), row, Simple.BOOLEAN));
        }
    }

    /// Takes those of another's group, for a group that has none yet.
    void settle(int group, WithinGroup other, int their) {
        if (fractions[group] == null) {
            fractions[group] = other.fractions[their];
            descending[group] = other.descending[their];
        }
    }

    @Nullable
    Object fraction(int group) {
        return fractions[group];
    }

    boolean descending(int group) {
        return descending[group];
    }

    void write(int group, List<FieldVector> columns, int row) {
        Cells.write(fractions[group], fractionType, columns.get(1), row);
        if (columns.size() > 2) {
            Cells.write(descending[group], Simple.BOOLEAN, columns.get(2), row);
        }
    }

    long heapBytes() {
        return 9L * fractions.length;
    }
}
