package io.elanus.storage.compute;

import java.util.List;
import org.apache.arrow.vector.FieldVector;

/// An accumulator whose state is its result: partial states are taken as rows are.
interface ResultState extends Accumulator {
    @Override
    default void merge(List<FieldVector> states, int[] groups, int count) {
        add(new Arguments(states), Selections.all(count), groups, count);
    }

    @Override
    default void writeState(int from, int count, List<FieldVector> columns) {
        writeResult(from, count, columns.getFirst());
    }
}
