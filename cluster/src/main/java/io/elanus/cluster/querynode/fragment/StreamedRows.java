package io.elanus.cluster.querynode.fragment;

import io.elanus.cluster.querynode.fragment.ChosenRows.Choice;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// Nearest rows that are searched for as they are read. Owns the search.
final class StreamedRows implements RowProducer {
    /// Who reads little is to wait for little.
    private static final int FIRST_ROWS = 256;

    private final NearestStream rows;
    private final RowOutput output;
    private final int batchRows;
    private int wanted = FIRST_ROWS;
    private long left;

    StreamedRows(NearestStream rows, FragmentRequest request, FragmentResources resources, long limit) {
        this.rows = rows;
        this.output = new RowOutput(request, resources);
        this.batchRows = output.batchRows();
        this.left = limit;
    }

    @Override
    public @Nullable VectorSchemaRoot produce() {
        int most = (int) Math.min(Math.min(wanted, batchRows), left);
        wanted = Math.min(batchRows, 2 * wanted);
        var choice = new Choice(new long[most], new double[most], new int[most]);
        int count = rows.next(choice.locators(), choice.distances(), most);
        left = count < most ? 0 : left - count;
        return count == 0 ? null : output.batch(choice, 0, count);
    }

    @Override
    public boolean isDrained() {
        return left == 0;
    }

    @Override
    public void close() {
        rows.close();
    }
}
