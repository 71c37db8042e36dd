package io.elanus.storage.compute;

import java.util.List;
import org.apache.arrow.vector.FieldVector;

/// The state of one aggregate for every group. States of groups that were never touched are those over no rows.
interface Accumulator {
    /// Makes room for groups below `count`.
    void grow(int count);

    /// Takes row `rows[i]` of the arguments into group `groups[i]`, for i below `count`.
    void add(Arguments arguments, int[] rows, int[] groups, int count);

    /// As [#add], all of them into group 0.
    ///
    /// @param rows rising
    /// @param zeros as many groups
    default void addToOne(Arguments arguments, int[] rows, int[] zeros, int count) {
        add(arguments, rows, zeros, count);
    }

    /// Takes partial states: row i of the columns into group `groups[i]`.
    void merge(List<FieldVector> states, int[] groups, int count);

    /// Takes states of another accumulator of the same call, which keeps them: that of group `theirs[i]` into group
    /// `groups[i]`. The rows that the two count are added up by their owner.
    void absorb(Accumulator other, int[] theirs, int[] groups, int count);

    /// Writes the states of groups `from` … into rows 0 … of the columns.
    void writeState(int from, int count, List<FieldVector> columns);

    /// Writes the results of groups `from` … into rows 0 … of the column.
    void writeResult(int from, int count, FieldVector column);

    long heapBytes();
}
