package io.elanus.sql.bench;

import io.elanus.storage.index.RowFilter;
import io.elanus.storage.index.VectorIndex.Hits;
import io.elanus.storage.index.VectorIndex.SearchParameters;
import io.elanus.storage.index.VectorIndex.Searcher;

/// The plain way to filter with an index: it is asked for so many more rows that enough pass, and the others are
/// dropped. What a filtered search is measured against. Owns the searcher.
final class DropAfter implements Searcher {
    private final Searcher searcher;
    private final RowFilter all;
    private final Hits wide;

    /// @param k rows wanted
    DropAfter(Searcher searcher, RowFilter filter, int k) {
        this.searcher = searcher;
        this.all = RowFilter.all(filter.rows());
        long wanted = (long) k * filter.rows() / Math.max(1, filter.cardinality());
        this.wide = new Hits((int) Math.min(filter.rows(), wanted + wanted / 2));
    }

    @Override
    public int search(float[] query, SearchParameters parameters, RowFilter filter, Hits hits) {
        int asked = wide.rows.length;
        int effort = (int) Math.min(Integer.MAX_VALUE, (long) parameters.effort() * asked / parameters.k());
        int found = searcher.search(query, new SearchParameters(asked, effort, parameters.maxDistance()), all, wide);
        int count = 0;
        for (int i = 0; i < found && count < parameters.k(); i++) {
            if (filter.passes(wide.rows[i])) {
                hits.rows[count] = wide.rows[i];
                hits.distances[count++] = wide.distances[i];
            }
        }
        hits.count = count;
        hits.distancesComputed = wide.distancesComputed;
        hits.strategy = wide.strategy;
        return count;
    }

    @Override
    public void close() {
        searcher.close();
    }
}
