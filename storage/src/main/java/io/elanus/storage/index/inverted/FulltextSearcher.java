package io.elanus.storage.index.inverted;

import io.elanus.storage.index.NearestRows;
import io.elanus.storage.index.Query;
import io.elanus.storage.index.RowFilter;
import io.elanus.storage.index.SearchStrategy;
import io.elanus.storage.index.SparseBruteForceSearch;
import io.elanus.storage.index.ValueSource;
import io.elanus.storage.index.VectorIndex.Hits;
import io.elanus.storage.index.VectorIndex.SearchParameters;
import io.elanus.storage.index.VectorIndex.Searcher;
import io.elanus.storage.text.Bm25;
import io.elanus.storage.text.TextQuery;
import io.elanus.storage.text.TextQuery.Clause;
import io.elanus.storage.text.TextSearcher;

/// One search at a time over a full-text file. Queries of single words go by blocks; those with phrases, and all in
/// a file of version 1, by whole lists ([TextSearcher]). Both give the same.
final class FulltextSearcher implements Searcher {
    private final FulltextFile postings;
    private final TextSearcher byLists;
    private final ValueSource source;
    private final NearestRows nearest = new NearestRows();
    private final BlockMaxWalk walk = new BlockMaxWalk();

    FulltextSearcher(FulltextFile postings, ValueSource source) {
        this.postings = postings;
        this.byLists = new TextSearcher(postings, source);
        this.source = source;
    }

    @Override
    public int search(float[] query, SearchParameters parameters, RowFilter filter, Hits hits) {
        return byLists.search(query, parameters, filter, hits);
    }

    @Override
    public int search(Query query, SearchParameters parameters, RowFilter filter, Hits hits) {
        TextBlocks blocks = postings.blocks();
        if (blocks == null
                || !(query instanceof Query.Text(TextQuery text, Bm25 bm25, String _))
                || filter.rows() > source.rows()
                || text.clauses().stream().anyMatch(Clause::phrase)) {
            return byLists.search(query, parameters, filter, hits);
        }
        nearest.reset(Math.min(parameters.k(), filter.cardinality()));
        var lists = new TextLists(postings, blocks, text, bm25, nearest);
        walk.search(lists, lists.count(), lists.lead(), filter);
        int missing = nearest.missing();
        hits.count = nearest.drainTo(hits.rows, hits.distances);
        hits.distancesComputed = lists.scored();
        addOthers(source, filter, missing, hits);
        hits.strategy = filter.passesAll() ? SearchStrategy.INDEX : SearchStrategy.INDEX_WITHIN_FILTER;
        return SparseBruteForceSearch.cut(parameters.maxDistance(), hits);
    }

    /// Rows that do not match, by row. While rows are missing none that matches is left out, so all that do are
    /// among the hits.
    private static void addOthers(ValueSource source, RowFilter filter, int missing, Hits hits) {
        if (missing == 0) {
            return;
        }
        long[] matched = new long[filter.words().length];
        for (int i = 0; i < hits.count; i++) {
            matched[hits.rows[i] >>> 6] |= 1L << hits.rows[i];
        }
        int k = hits.count + missing;
        for (int w = 0; w < matched.length && hits.count < k; w++) {
            long left = filter.words()[w] & ~matched[w];
            for (; left != 0 && hits.count < k; left &= left - 1) {
                int row = w * 64 + Long.numberOfTrailingZeros(left);
                if (!source.isNull(row)) {
                    hits.rows[hits.count] = row;
                    hits.distances[hits.count++] = 0;
                }
            }
        }
    }

    @Override
    public void close() {
        byLists.close();
    }
}
