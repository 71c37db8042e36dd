package io.elanus.cluster.querynode.fragment;

import io.elanus.storage.StorageException;
import io.elanus.storage.compute.HeapAccount;
import io.elanus.storage.index.NearestIterator;
import io.elanus.storage.index.Query;
import io.elanus.storage.index.RowFilter;
import io.elanus.storage.index.VectorIndex.Hits;
import io.elanus.storage.index.VectorIndex.SearchParameters;
import io.elanus.storage.index.VectorIndex.Searcher;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The rows of one segment that pass, nearest first, as far as they are asked for. Keeps a searcher until it is
/// closed; what the search holds counts against the fragment's memory. An index that turns out to be damaged is
/// left for a comparison of the rows that it has not given. One thread at a time.
final class SegmentStream implements AutoCloseable {
    private static final int FIRST_ROWS = 64;
    private static final int MOST_ROWS = 4096;

    /// What is searched for, and how.
    ///
    /// @param index what serves it; empty: every row is compared
    /// @param exact searchers that compare every row
    record Search(
            Query query, SearchParameters parameters, Optional<SegmentView.Index> index, Supplier<SearcherPool> exact) {
        SearcherPool pool() {
            return index.map(SegmentView.Index::searchers).orElseGet(exact);
        }

        Search withoutIndex() {
            return new Search(query, parameters, Optional.empty(), exact);
        }
    }

    final int segment;
    private final RowFilter passing;
    private final FragmentResources resources;
    private final HeapAccount account;
    private final long[] left;
    private Search search;
    private SearcherPool pool;
    private @Nullable Searcher searcher;
    private @Nullable NearestIterator rows;
    private Hits hits = new Hits(FIRST_ROWS);
    private int at;
    private boolean last;

    SegmentStream(int segment, RowFilter passing, Search search, FragmentResources resources) {
        this.segment = segment;
        this.passing = passing;
        this.search = search;
        this.resources = resources;
        this.pool = search.pool();
        this.left = passing.words().clone();
        this.account = new HeapAccount(resources.memory());
    }

    /// The rows that it gives, and those without a vector.
    RowFilter passing() {
        return passing;
    }

    /// Is there another row? Searches for it.
    boolean hasNext() {
        while (at == hits.count && !last) {
            load();
        }
        return at < hits.count;
    }

    /// Distance of the row that [#next] will return.
    float distance() {
        return hits.distances[at];
    }

    int next() {
        return hits.rows[at++];
    }

    private void load() {
        resources.guard().check();
        boolean first = rows == null;
        if (!first && hits.rows.length < MOST_ROWS) {
            hits = new Hits(Math.min(MOST_ROWS, 4 * hits.rows.length));
        }
        try {
            advance();
        } catch (StorageException | InternalError damage) {
            if (search.index().isEmpty() || !NearestSearch.isDamage(damage)) {
                throw damage;
            }
            abandon();
            var damaged = search.index().get();
            search = search.withoutIndex();
            pool = search.pool();
            advance();
            // The rows are whole, so it was the index.
            damaged.onDamaged().accept(damage);
        }
        for (int i = 0; i < hits.count; i++) {
            left[hits.rows[i] >>> 6] &= ~(1L << hits.rows[i]);
        }
        resources.tally().distances.add(hits.distancesComputed);
        if (first) {
            resources.tally().strategy(NearestSearch.strategy(search.index(), hits, passing) + ", streamed");
        }
    }

    private void advance() {
        NearestIterator from = rows;
        if (from == null) {
            searcher = pool.take();
            from = searcher.iterate(search.query(), search.parameters(), RowFilter.of(left.clone(), passing.rows()));
            rows = from;
        }
        at = 0;
        hits.count = 0;
        int count = from.next(hits.rows.length, hits);
        last = count < hits.rows.length;
        account.set(from.heldBytes() + 2L * left.length * Long.BYTES);
    }

    /// Lets a searcher go that cannot be used again.
    private void abandon() {
        Searcher broken = searcher;
        searcher = null;
        rows = null;
        if (broken != null) {
            broken.close();
        }
    }

    @Override
    public void close() {
        Searcher done = searcher;
        NearestIterator from = rows;
        searcher = null;
        rows = null;
        last = true;
        if (done != null && from != null) {
            from.close();
            pool.give(done);
        } else if (done != null) {
            done.close();
        }
        account.close();
    }
}
