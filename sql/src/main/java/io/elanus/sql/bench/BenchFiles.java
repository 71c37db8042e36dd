package io.elanus.sql.bench;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.index.RowFilter;
import io.elanus.storage.type.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/// What the benchmarks share: temporary folders, and the words on their command lines.
final class BenchFiles {
    private static final long FILTER_SEED = 1;

    private BenchFiles() {}

    static void deleteTree(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /// Rows that pass by a seeded draw.
    static RowFilter rowFilter(int rows, double share) {
        if (share >= 1) {
            return RowFilter.all(rows);
        }
        SplittableRandom random = new SplittableRandom(FILTER_SEED);
        long[] words = new long[(rows + 63) >>> 6];
        for (int row = 0; row < rows; row++) {
            if (random.nextDouble() < share) {
                words[row >>> 6] |= 1L << row;
            }
        }
        return RowFilter.of(words, rows);
    }

    static Metric metric(String name) {
        return Metric.find(name)
                .orElseThrow(() -> new StorageException(
                        ErrorCode.INVALID_PARAMETER,
                        "There is no metric [%s]. Choose [l2], [ip], [cosine] or [l1].".formatted(name)));
    }
}
