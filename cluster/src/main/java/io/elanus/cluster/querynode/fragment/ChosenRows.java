package io.elanus.cluster.querynode.fragment;

import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// Rows that were chosen one by one, in the order of choice, with what was computed for each. Their columns are
/// fetched as they are asked for.
final class ChosenRows implements RowProducer {
    /// @param distances NaN: the row has no vector
    /// @param queries which query chose the row; empty: there is none
    @SuppressWarnings("ArrayRecordComponent")
    record Choice(long[] locators, double[] distances, int[] queries) {
        static Choice of(long[] locators) {
            return new Choice(locators, new double[0], new int[0]);
        }
    }

    private final Choice choice;
    private final RowOutput output;
    private final int batchRows;
    private int at;

    ChosenRows(FragmentRequest request, FragmentResources resources, Choice choice) {
        this.choice = choice;
        this.output = new RowOutput(request, resources);
        this.batchRows = output.batchRows();
    }

    @Override
    public @Nullable VectorSchemaRoot produce() {
        int count = Math.min(batchRows, choice.locators().length - at);
        if (count == 0) {
            return null;
        }
        VectorSchemaRoot batch = output.batch(choice, at, count);
        at += count;
        return batch;
    }

    @Override
    public boolean isDrained() {
        return at == choice.locators().length;
    }

    @Override
    public void close() {}
}
