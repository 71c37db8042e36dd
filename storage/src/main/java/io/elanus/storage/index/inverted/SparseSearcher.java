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

/// One search at a time over an inverted file; the package tells how. Allocates nothing once warm.
final class SparseSearcher implements Searcher, BlockMaxWalk.Lists {
    /// Comparing a vector costs so many times a posting, per entry.
    private static final double COMPARE_COST = 2;

    private final Postings postings;
    private final VectorSource source;
    private final SparseBruteForceSearch exact;
    private final NearestRows nearest = new NearestRows();
    private final BlockMaxWalk walk = new BlockMaxWalk();

    /// Of the query's terms that the file has: the element, the postings, the next of them, the blocks.
    private int terms;

    private float[] elements = new float[0];
    private long[] starts = new long[0];
    private long[] next = new long[0];
    private long[] ends = new long[0];
    private int[] firstBlocks = new int[0];
    private int[] blockEnds = new int[0];
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
        walk.search(this, terms, BlockMaxWalk.NO_LEAD, filter);
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
        blockEnds = new int[count];
    }

    @Override
    public int blockStart(int term) {
        return firstBlocks[term];
    }

    @Override
    public int blockEnd(int term) {
        return blockEnds[term];
    }

    @Override
    public int firstRow(int block) {
        return postings.firstRow(block);
    }

    @Override
    public int lastRow(int block) {
        return postings.lastRow(block);
    }

    @Override
    public double bound(int term, int block) {
        return postings.bound(block, elements[term]);
    }

    /// First posting of a block.
    private long start(int term, int block) {
        return starts[term] + (long) (block - firstBlocks[term]) * Postings.BLOCK;
    }

    @Override
    public void add(int term, int block, int from, int to, double[] sums, long[] touched) {
        long start = start(term, block);
        long end = Math.min(ends[term], start + Postings.BLOCK);
        long posting = Math.max(next[term], start);
        while (posting < end && postings.row(posting) < from) {
            posting++;
        }
        next[term] = postings.coded()
                ? addCodes(term, block, posting, from, to, sums, touched)
                : addWeights(term, posting, end, from, to, sums, touched);
    }

    private long addWeights(int term, long start, long end, int from, int to, double[] sums, long[] touched) {
        float element = elements[term];
        long posting = start;
        for (; posting < end; posting++) {
            int row = postings.row(posting);
            if (row >= to) {
                break;
            }
            int at = at(row, from, posting);
            sums[at] += (double) element * postings.weight(posting);
            touched[at >>> 6] |= 1L << at;
        }
        return posting;
    }

    private long addCodes(int term, int block, long start, int from, int to, double[] sums, long[] touched) {
        double element = elements[term];
        double step = postings.step(block);
        double least = least(term, block, step);
        long end = Math.min(ends[term], start(term, block) + Postings.BLOCK);
        long posting = start;
        for (; posting < end; posting++) {
            int row = postings.row(posting);
            if (row >= to) {
                break;
            }
            int at = at(row, from, posting);
            sums[at] += element * Postings.decode(postings.code(posting), least, step);
            touched[at >>> 6] |= 1L << at;
        }
        return posting;
    }

    /// Where codes count from, so that the product is never too small: weights are rounded up, and down for an
    /// element below zero.
    private double least(int term, int block, double step) {
        return elements[term] < 0 ? postings.least(block) - step : postings.least(block);
    }

    private int at(int row, int from, long posting) {
        if (row < from) {
            throw postings.damaged("the rows of a term do not rise at posting [%d]".formatted(posting));
        }
        return row - from;
    }

    @Override
    public double part(int term, int block, int row) {
        long start = start(term, block);
        long posting = postings.find(start, Math.min(ends[term], start + Postings.BLOCK), row);
        if (posting < 0) {
            return 0;
        }
        if (postings.coded()) {
            double step = postings.step(block);
            return elements[term] * Postings.decode(postings.code(posting), least(term, block, step), step);
        }
        return (double) elements[term] * postings.weight(posting);
    }

    /// The k-th best so far; a row that is not above zero is none of those that are looked for.
    @Override
    public double floor() {
        return nearest.full() ? -nearest.limit() : 0;
    }

    @Override
    public void compare(int row) {
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
