package io.elanus.sql.bench;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.index.BruteForceSearch;
import io.elanus.storage.index.RowFilter;
import io.elanus.storage.index.VectorIndex.Hits;
import io.elanus.storage.index.VectorIndex.SearchParameters;
import io.elanus.storage.type.Metric;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
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

    /// The first k neighbours from a file that has as many of every query.
    static Truth load(Path path, int queries, int k) throws IOException {
        try (VectorFile file = new VectorFile(path)) {
            if (file.rows() != queries || file.dimension() < k) {
                throw new StorageException(
                        ErrorCode.BAD_COPY_FILE,
                        "File [%s] has [%d] neighbours of [%d] queries, needed are [%d] of [%d]. Leave it out to compute them."
                                .formatted(path, file.dimension(), file.rows(), k, queries));
            }
            return of(file, k);
        }
    }

    /// Mean recall of the hits in another file, a line a query.
    double recall(Path hits) throws IOException {
        try (VectorFile file = new VectorFile(hits)) {
            return IntStream.range(0, file.rows())
                    .mapToDouble(query -> recall(query, file.ints(query), file.dimension()))
                    .average()
                    .orElse(0);
        }
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

    /// As an ivecs file.
    void write(Path path) throws IOException {
        try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(path))) {
            for (int[] found : neighbors) {
                ByteBuffer line = ByteBuffer.allocate(4 * (found.length + 1)).order(ByteOrder.LITTLE_ENDIAN);
                line.putInt(found.length).asIntBuffer().put(found);
                file.write(line.array());
            }
        }
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
