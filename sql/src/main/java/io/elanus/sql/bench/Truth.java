package io.elanus.sql.bench;

import io.elanus.storage.index.BruteForceSearch;
import io.elanus.storage.index.RowFilter;
import io.elanus.storage.index.VectorIndex.Hits;
import io.elanus.storage.index.VectorIndex.SearchParameters;
import io.elanus.storage.type.Metric;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;

/// The true neighbours of each query.
final class Truth {
    private final int[][] neighbors;

    private Truth(int[][] neighbors) {
        this.neighbors = neighbors;
    }

    /// The first k of each line of an ivecs file.
    static Truth of(VectorFile file, int k) {
        int[][] neighbors = new int[file.rows()][];
        Arrays.setAll(neighbors, query -> Arrays.copyOf(file.ints(query), Math.min(k, file.dimension())));
        return new Truth(neighbors);
    }

    /// By comparing every query with every row that passes.
    static Truth compute(VectorFile base, float[][] queries, Metric metric, int k, RowFilter filter) {
        int[][] neighbors = new int[queries.length][];
        IntStream.range(0, queries.length).parallel().forEach(query -> {
            try (BruteForceSearch exact = new BruteForceSearch(base, metric)) {
                Hits hits = new Hits(k);
                int count = exact.search(queries[query], SearchParameters.nearest(k), filter, hits);
                neighbors[query] = Arrays.copyOf(hits.rows, count);
            }
        });
        return new Truth(neighbors);
    }

    int[] of(int query) {
        return neighbors[query];
    }

    /// Share of the true neighbours of a query among the first `count` found.
    double recall(int query, int[] found, int count) {
        Set<Integer> wanted = new HashSet<>();
        for (int row : neighbors[query]) {
            wanted.add(row);
        }
        if (wanted.isEmpty()) {
            return 1;
        }
        int size = wanted.size();
        for (int i = 0; i < count; i++) {
            wanted.remove(found[i]);
        }
        return (double) (size - wanted.size()) / size;
    }
}
