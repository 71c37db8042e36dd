package io.elanus.storage.index.inverted;

import io.elanus.storage.index.NearestRows;
import io.elanus.storage.index.Query;
import io.elanus.storage.index.RowFilter;
import io.elanus.storage.index.SearchStrategy;
import io.elanus.storage.index.SparseBruteForceSearch;
import io.elanus.storage.index.VectorIndex.Hits;
import io.elanus.storage.index.VectorIndex.SearchParameters;
import io.elanus.storage.index.VectorIndex.Searcher;
import io.elanus.storage.index.VectorSource;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.SparseVector;
import java.util.Arrays;

/// One search at a time over an inverted file; the package tells how. Allocates nothing once warm.
final class SparseSearcher implements Searcher {
    /// Rows that are summed up together; a multiple of 64.
    private static final int WINDOW = 4_096;
    /// Sums in another order differ by less: a row at the bound is compared, never left out.
    private static final double SLACK = 1 + 1e-9;
    /// Comparing a vector costs so many times a posting, per entry.
    private static final double COMPARE_COST = 2;

    private final Postings postings;
    private final VectorSource source;
    private final SparseBruteForceSearch exact;
    private final NearestRows nearest = new NearestRows();
    private final double[] sums = new double[WINDOW];
    private final long[] touched = new long[WINDOW / 64];

    /// Of the query's terms that the file has: the element, the postings, the next of them, the blocks.
    private int terms;

    private float[] elements = new float[0];
    private long[] starts = new long[0];
    private long[] next = new long[0];
    private long[] ends = new long[0];
    private int[] firstBlocks = new int[0];
    private int[] block = new int[0];
    private int[] blockEnds = new int[0];
    private double[] bounds = new double[0];
    /// Bound and number of the terms that can lift a row of the window, by rising bound.
    private long[] order = new long[0];
    private long compared;

    SparseSearcher(Postings postings, VectorSource source) {
        this.postings = postings;
        this.source = source;
        this.exact = new SparseBruteForceSearch(source, Metric.IP);
    }

    @Override
    public int search(float[] query, SearchParameters parameters, RowFilter filter, Hits hits) {
        throw new IllegalArgumentException("This column's vectors are sparse");
    }

    @Override
    public int search(Query query, SearchParameters parameters, RowFilter filter, Hits hits) {
        if (!(query instanceof Query.Sparse(byte[] packed))) {
            throw new IllegalArgumentException("This column's vectors are sparse");
        }
        long work = begin(packed);
        double entriesPerRow = (double) postings.count() / Math.max(1, source.rows());
        if (filter.cardinality() * (1 + entriesPerRow) * COMPARE_COST < work) {
            return exact.search(query, parameters, filter, hits);
        }
        exact.prepare(packed);
        nearest.reset(Math.min(parameters.k(), filter.cardinality()));
        compared = 0;
        for (int from = 0; from < filter.rows(); from += WINDOW) {
            searchWindow(from, filter);
        }
        if (!nearest.full()) {
            addOthers(filter);
        }
        hits.count = nearest.drainTo(hits.rows, hits.distances);
        hits.distancesComputed = compared;
        hits.strategy = filter.passesAll() ? SearchStrategy.INDEX : SearchStrategy.INDEX_WITHIN_FILTER;
        return SparseBruteForceSearch.cut(parameters.maxDistance(), hits);
    }

    /// Finds the query's terms. Returns how many postings they have.
    private long begin(byte[] packed) {
        int count = SparseVector.entries(packed);
        if (elements.length < count) {
            grow(count);
        }
        terms = 0;
        long work = 0;
        for (int i = 0; i < count; i++) {
            int term = postings.find(SparseVector.dimension(packed, 0, i));
            if (term >= 0) {
                postings.check(term);
                elements[terms] = SparseVector.element(packed, 0, count, i);
                starts[terms] = postings.start(term);
                next[terms] = starts[terms];
                ends[terms] = postings.start(term + 1);
                firstBlocks[terms] = postings.blockStart(term);
                block[terms] = firstBlocks[terms];
                blockEnds[terms] = postings.blockStart(term + 1);
                work += ends[terms] - next[terms];
                terms++;
            }
        }
        return work;
    }

    private void grow(int count) {
        elements = new float[count];
        starts = new long[count];
        next = new long[count];
        ends = new long[count];
        firstBlocks = new int[count];
        block = new int[count];
        blockEnds = new int[count];
        bounds = new double[count];
        order = new long[count];
    }

    private void searchWindow(int from, RowFilter filter) {
        int to = Math.min(filter.rows(), from + WINDOW);
        double all = 0;
        int present = 0;
        for (int term = 0; term < terms; term++) {
            double bound = boundIn(term, from, to);
            if (bound > 0) {
                bounds[term] = bound;
                all += bound;
                order[present++] = (long) Float.floatToRawIntBits((float) bound) << 32 | term;
            }
        }
        if (present == 0 || !mayEnter(all)) {
            return;
        }
        Arrays.sort(order, 0, present);
        double rest = 0;
        int essential = 0;
        while (essential < present && !mayEnter(rest + bounds[(int) order[essential]])) {
            rest += bounds[(int) order[essential++]];
        }
        for (int i = essential; i < present; i++) {
            sum((int) order[i], from, to);
        }
        compare(from, to, rest, filter);
    }

    /// Moves the term to its first block that ends in the window or after it. Returns the most that it adds to a
    /// row of the window; 0 for a term that can only lower one.
    private double boundIn(int term, int from, int to) {
        int at = block[term];
        int end = blockEnds[term];
        while (at < end && postings.lastRow(at) < from) {
            at++;
        }
        block[term] = at;
        double bound = 0;
        while (at < end && postings.firstRow(at) < to) {
            bound = Math.max(bound, postings.bound(at, elements[term]));
            at++;
        }
        return bound;
    }

    /// May a row with this sum, which may be off by the order of summing, come among the k best?
    private boolean mayEnter(double sum) {
        return sum > 0 && nearest.admits((float) -(sum * SLACK));
    }

    /// Adds the products of the term to the sums of the window's rows.
    private void sum(int term, int from, int to) {
        long skipped = (long) (block[term] - firstBlocks[term]) * Postings.BLOCK;
        long posting = Math.max(next[term], starts[term] + skipped);
        long end = ends[term];
        float element = elements[term];
        while (posting < end && postings.row(posting) < from) {
            posting++;
        }
        for (; posting < end; posting++) {
            int row = postings.row(posting);
            if (row >= to) {
                break;
            }
            int at = row - from;
            if (at < 0) {
                throw postings.damaged("the rows of a term do not rise at posting [%d]".formatted(posting));
            }
            sums[at] += (double) element * postings.weight(posting);
            touched[at >>> 6] |= 1L << at;
        }
        next[term] = posting;
    }

    /// Compares the rows whose sum reaches the k-th best, and clears the sums.
    private void compare(int from, int to, double rest, RowFilter filter) {
        long[] passing = filter.words();
        int words = (to - from + 63) >>> 6;
        for (int w = 0; w < words; w++) {
            long pass = passing[(from >>> 6) + w];
            for (long word = touched[w]; word != 0; word &= word - 1) {
                int at = w * 64 + Long.numberOfTrailingZeros(word);
                if ((pass & 1L << at) != 0 && mayEnter(sums[at] + rest)) {
                    offer(from + at);
                }
                sums[at] = 0;
            }
            touched[w] = 0;
        }
    }

    private void offer(int row) {
        if (source.isNull(row)) {
            throw postings.damaged("row [%d] has postings and no vector".formatted(row));
        }
        float rank = (float) exact.distance(row);
        compared++;
        if (rank < 0) {
            nearest.offer(rank, row);
        }
    }

    /// Rows that no shared term lifts above the others: first those at the distance 0, then the rest.
    private void addOthers(RowFilter filter) {
        int missing = addOthers(filter, true);
        if (missing > 0) {
            addOthers(filter, false);
        }
    }

    /// Returns how many rows are still missing.
    private int addOthers(RowFilter filter, boolean atZero) {
        int missing = filter.cardinality() == 0 ? 0 : nearest.missing();
        long[] words = filter.words();
        for (int w = 0; w < words.length && (missing > 0 || !atZero); w++) {
            for (long word = words[w]; word != 0; word &= word - 1) {
                int row = w * 64 + Long.numberOfTrailingZeros(word);
                float rank = source.isNull(row) ? Float.NaN : (float) exact.distance(row);
                compared++;
                if (atZero ? rank == 0 && missing > 0 : rank > 0) {
                    nearest.offer(rank, row);
                    missing--;
                }
            }
        }
        return missing;
    }

    @Override
    public void close() {
        exact.close();
    }
}
