package io.elanus.storage.text;

import io.elanus.storage.index.NearestRows;
import io.elanus.storage.index.Query;
import io.elanus.storage.index.RowFilter;
import io.elanus.storage.index.SearchStrategy;
import io.elanus.storage.index.SparseBruteForceSearch;
import io.elanus.storage.index.ValueSource;
import io.elanus.storage.index.VectorIndex.Hits;
import io.elanus.storage.index.VectorIndex.SearchParameters;
import io.elanus.storage.index.VectorIndex.Searcher;

/// The best rows of a segment by BM25, as distances: the negative score. Rows that do not match have the score 0:
/// they come last, in row order. One search at a time.
public final class TextSearcher implements Searcher {
    private final TextPostings postings;
    private final ValueSource source;
    private final NearestRows nearest = new NearestRows();

    public TextSearcher(TextPostings postings, ValueSource source) {
        this.postings = postings;
        this.source = source;
    }

    @Override
    public int search(float[] query, SearchParameters parameters, RowFilter filter, Hits hits) {
        throw new IllegalArgumentException("This column is text");
    }

    @Override
    public int search(Query query, SearchParameters parameters, RowFilter filter, Hits hits) {
        if (!(query instanceof Query.Text(TextQuery text, Bm25 bm25, String _))) {
            throw new IllegalArgumentException("This column is text");
        }
        nearest.reset(Math.min(parameters.k(), filter.cardinality()));
        var rows = new TextRows(text, postings);
        long[] matched = new long[filter.words().length];
        long scored = 0;
        for (int row = rows.next(filter); row >= 0; row = rows.next(filter)) {
            float worst = nearest.limit();
            nearest.offer(-rows.score(bm25), row);
            matched[row >>> 6] |= 1L << row;
            scored++;
            if (nearest.limit() < worst) {
                // Nothing is missing any more, so rows that are left out need not be known to match.
                rows.needs(-nearest.limit(), bm25);
            }
        }
        addOthers(filter, matched);
        hits.count = nearest.drainTo(hits.rows, hits.distances);
        hits.distancesComputed = scored;
        hits.strategy = filter.passesAll() ? SearchStrategy.INDEX : SearchStrategy.INDEX_WITHIN_FILTER;
        return SparseBruteForceSearch.cut(parameters.maxDistance(), hits);
    }

    private void addOthers(RowFilter filter, long[] matched) {
        for (int w = 0; w < matched.length && nearest.missing() > 0; w++) {
            long left = filter.words()[w] & ~matched[w];
            for (; left != 0 && nearest.missing() > 0; left &= left - 1) {
                int row = w * 64 + Long.numberOfTrailingZeros(left);
                if (!source.isNull(row)) {
                    nearest.offer(0, row);
                }
            }
        }
    }

    @Override
    public void close() {
        // The lists and the texts belong to the caller.
    }
}
