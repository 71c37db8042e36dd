package io.elanus.storage.index;

import io.elanus.storage.index.VectorIndex.Hits;
import io.elanus.storage.index.VectorIndex.SearchParameters;
import io.elanus.storage.index.VectorIndex.Searcher;

/// Goes on by searching again for twice as many and leaving out what was given: for exact searches that leave out
/// most rows by bounds, where twice as many cost little more and all of them at once would cost far more.
final class RepeatedSearch implements NearestIterator {
    private final Searcher searcher;
    private final Query query;
    private final SearchParameters parameters;
    private final RowFilter filter;
    private Hits found = new Hits(0);
    private int given;

    RepeatedSearch(Searcher searcher, Query query, SearchParameters parameters, RowFilter filter) {
        this.searcher = searcher;
        this.query = query;
        this.parameters = parameters;
        this.filter = filter;
    }

    @Override
    public int next(int count, Hits hits) {
        int wanted = (int) Math.min((long) given + count, filter.cardinality());
        hits.distancesComputed = 0;
        if (wanted > found.rows.length) {
            int k = (int) Math.min(Math.max(wanted, 2L * found.rows.length), filter.cardinality());
            found = new Hits(k);
            var more = new SearchParameters(k, parameters.effort(), parameters.maxDistance(), parameters.accuracy());
            found.count = searcher.search(query, more, filter, found);
            hits.distancesComputed = found.distancesComputed;
        }
        hits.strategy = found.strategy;
        hits.count = Math.max(0, Math.min(count, found.count - given));
        System.arraycopy(found.rows, given, hits.rows, 0, hits.count);
        System.arraycopy(found.distances, given, hits.distances, 0, hits.count);
        given += hits.count;
        return hits.count;
    }

    @Override
    public long heldBytes() {
        return (long) found.rows.length * (Integer.BYTES + Float.BYTES);
    }

    @Override
    public void close() {
        found = new Hits(0);
    }
}
