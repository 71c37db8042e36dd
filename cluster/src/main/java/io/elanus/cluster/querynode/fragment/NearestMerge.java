package io.elanus.cluster.querynode.fragment;

import io.elanus.cluster.querynode.fragment.ChosenRows.Choice;
import io.elanus.storage.index.Ranked;
import io.elanus.storage.index.VectorIndex.Hits;
import io.elanus.storage.segment.KeyReader;
import io.elanus.storage.type.Column;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Joins the hits of several segments, nearest first, rows at equal distance in the order of their keys: so the
/// answer does not depend on how rows are spread over segments. One thread at a time.
final class NearestMerge {
    private final List<SegmentView> segments;
    private final BufferAllocator allocator;
    private final int k;
    private long[] candidates = new long[64];
    private long[] locators = new long[64];
    private int offered;
    private long[] chosen = new long[64];
    private double[] distances = new double[64];
    private int[] queries = new int[64];
    private int count;
    private int query;
    private int begin;

    NearestMerge(List<SegmentView> segments, BufferAllocator allocator, int k) {
        this.segments = segments;
        this.allocator = allocator;
        this.k = k;
    }

    void begin(int number) {
        query = number;
        offered = 0;
        begin = count;
    }

    void add(int segment, Hits hits) {
        if (offered + hits.count > candidates.length) {
            int size = Math.max(offered + hits.count, 2 * candidates.length);
            candidates = Arrays.copyOf(candidates, size);
            locators = Arrays.copyOf(locators, size);
        }
        for (int i = 0; i < hits.count; i++) {
            candidates[offered] = Ranked.of(hits.distances[i], offered);
            locators[offered++] = RowFetcher.locator(segment, hits.rows[i]);
        }
    }

    /// Chooses the k nearest of what was added.
    void end(Column key) {
        Arrays.sort(candidates, 0, offered);
        int most = Math.min(k, offered);
        int from = 0;
        while (from < most) {
            int to = from + 1;
            while (to < offered && Ranked.rank(candidates[to]) == Ranked.rank(candidates[from])) {
                to++;
            }
            if (to - from > 1 && segments.size() > 1) {
                sortByKey(from, to, key);
            }
            for (int i = from; i < to && i < most; i++) {
                choose(locators[Ranked.row(candidates[i])], Ranked.rank(candidates[i]));
            }
            from = to;
        }
    }

    private void sortByKey(int from, int to, Column key) {
        byte[][] keys = new byte[to - from][];
        for (int i = from; i < to; i++) {
            long locator = locators[Ranked.row(candidates[i])];
            SegmentView segment = segments.get(RowFetcher.segment(locator));
            try (VectorSchemaRoot row =
                    segment.rows().gather(new int[] {RowFetcher.row(locator)}, 1, List.of(key), allocator)) {
                keys[i - from] = KeyReader.of(row.getVector(0)).key(0);
            }
        }
        Integer[] order = new Integer[to - from];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (left, right) -> Arrays.compareUnsigned(keys[left], keys[right]));
        long[] sorted = new long[to - from];
        Arrays.setAll(sorted, i -> candidates[from + order[i]]);
        System.arraycopy(sorted, 0, candidates, from, sorted.length);
    }

    /// How many rows the query still lacks.
    int missing() {
        return k - (count - begin);
    }

    void addWithoutDistance(int segment, int row) {
        choose(RowFetcher.locator(segment, row), Double.NaN);
    }

    private void choose(long locator, double distance) {
        if (count == chosen.length) {
            chosen = Arrays.copyOf(chosen, 2 * count);
            distances = Arrays.copyOf(distances, 2 * count);
            queries = Arrays.copyOf(queries, 2 * count);
        }
        chosen[count] = locator;
        distances[count] = distance;
        queries[count++] = query;
    }

    Choice choice() {
        return new Choice(Arrays.copyOf(chosen, count), Arrays.copyOf(distances, count), Arrays.copyOf(queries, count));
    }
}
