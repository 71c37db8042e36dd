package io.elanus.storage.index;

import io.elanus.storage.index.VectorIndex.Hits;
import io.elanus.storage.index.VectorIndex.SearchParameters;
import io.elanus.storage.index.VectorIndex.Searcher;
import io.elanus.storage.index.VectorIndexFormat.BuildMonitor;
import io.elanus.storage.kernel.DistanceKernel;
import io.elanus.storage.kernel.Distances;
import io.elanus.storage.kernel.NativeMemory;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.VectorElement;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// Measures the [Calibration] of an index at the end of its build, on all threads of the pool.
///
/// The queries are points half way between a row and its tenth neighbour: they lie where the data lies, and on no
/// row. What each finds at an effort depends on nothing but the index, so the figures are the same on any number of
/// threads.
public final class Calibrator {
    private static final int LEAST_ROWS = 5_000;
    private static final int QUERIES = 48;
    private static final int K = 10;
    private static final int MOST_EFFORT = 2_048;
    private static final double ENOUGH = 0.998;

    private final VectorSource source;
    private final VectorIndex index;
    private final Metric metric;
    private final RowFilter all;
    private final BuildPool pool;
    private final BuildMonitor monitor;

    private Calibrator(VectorSource source, VectorIndex index, Metric metric, BuildPool pool, BuildMonitor monitor) {
        this.source = source;
        this.index = index;
        this.metric = metric;
        this.all = RowFilter.all(source.rows());
        this.pool = pool;
        this.monitor = monitor;
    }

    /// Measures the index that a writer holds and adds the section; does nothing for a small one.
    ///
    /// @param opened makes an index of what a reader reads
    /// @param least value of the search parameter that makes sense
    public static void add(
            IndexFileWriter writer,
            BiFunction<IndexFileReader, VectorSource, VectorIndex> opened,
            VectorSource source,
            int least,
            BuildPool pool,
            BuildMonitor monitor,
            Arena file) {
        int[] rows = sample(source);
        if (rows.length == 0 || source.type().element() == VectorElement.BINARY) {
            return;
        }
        try (VectorIndex index = opened.apply(writer.reader(), source)) {
            Metric metric = writer.spec().metric();
            var calibrator = new Calibrator(source, index, metric, pool, monitor.withoutProgress());
            writer.section(Calibration.SECTION, calibrator.measure(rows, least).section(file));
        }
    }

    /// Rows with a vector, evenly spread; none when there are too few for a calibration.
    private static int[] sample(VectorSource source) {
        int rows = source.rows();
        int[] sample = new int[rows < LEAST_ROWS ? 0 : QUERIES];
        int count = 0;
        for (int i = 0; i < sample.length; i++) {
            int row = (int) ((long) rows * i / QUERIES);
            if (!source.isNull(row)) {
                sample[count++] = row;
            }
        }
        return Arrays.copyOf(sample, count);
    }

    private Measured measure(int[] rows, int least) {
        try (var workers = new PerWorker<>(pool, Worker::new, Worker::close)) {
            List<Probe> probes = probes(rows, workers);
            var measured = new Measured();
            for (int effort = least; effort <= MOST_EFFORT; effort += Math.max(1, effort / 3)) {
                double recall = recall(probes, effort, workers);
                measured.add(effort, recall);
                if (recall >= ENOUGH) {
                    break;
                }
            }
            return measured;
        }
    }

    private List<Probe> probes(int[] rows, PerWorker<Worker> workers) {
        @Nullable Probe[] probes = new @Nullable Probe[rows.length];
        pool.forEachBlock(rows.length, 1, monitor, (number, from, to) -> {
            Worker worker = workers.of(number);
            for (int i = from; i < to; i++) {
                probes[i] = worker.probe(rows[i]);
            }
        });
        var made = new ArrayList<Probe>();
        for (Probe probe : probes) {
            if (probe != null) {
                made.add(probe);
            }
        }
        return made;
    }

    /// The share of the true neighbours that searches find.
    private double recall(List<Probe> probes, int effort, PerWorker<Worker> workers) {
        double[] shares = new double[probes.size()];
        pool.forEachBlock(shares.length, 1, monitor, (number, from, to) -> {
            Worker worker = workers.of(number);
            for (int i = from; i < to; i++) {
                shares[i] = worker.recall(probes.get(i), effort);
            }
        });
        double sum = 0;
        for (double share : shares) {
            sum += share;
        }
        return shares.length == 0 ? 1 : sum / shares.length;
    }

    /// A query with what an exact search finds.
    ///
    /// @param count of neighbours
    /// @param farthest distance of one
    private record Probe(float[] query, int count, float farthest) {}

    /// One thread's searchers.
    private final class Worker implements AutoCloseable {
        private final Searcher searcher = index.newSearcher();
        private final BruteForceSearch exact = new BruteForceSearch(source, metric);
        private final Hits hits = new Hits(K);

        /// Null for a vector without direction.
        @Nullable
        Probe probe(int row) {
            float[] query = floats(row);
            if (isZero(query) || search(exact, query, 0) == 0) {
                return null;
            }
            float[] tenth = floats(hits.rows[hits.count - 1]);
            for (int d = 0; d < query.length; d++) {
                query[d] = query[d] / 2 + tenth[d] / 2;
            }
            int count = search(exact, query, 0);
            return new Probe(query, count, hits.distances[count - 1]);
        }

        double recall(Probe probe, int effort) {
            int found = search(searcher, probe.query(), effort);
            int right = 0;
            for (int i = 0; i < found; i++) {
                right += hits.distances[i] <= probe.farthest() ? 1 : 0;
            }
            return (double) right / probe.count();
        }

        private int search(Searcher with, float[] query, int effort) {
            with.search(query, new SearchParameters(K, effort, Float.POSITIVE_INFINITY), all, hits);
            return hits.count;
        }

        @Override
        public void close() {
            searcher.close();
            exact.close();
        }
    }

    private float[] floats(int row) {
        DistanceKernel kernel = Distances.kernel(Metric.L2, source.type());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment elements = arena.allocate(kernel.queryBytes(), 64);
            kernel.prepareStored(source.address(row), elements.address());
            return elements.toArray(ValueLayout.JAVA_FLOAT.withOrder(NativeMemory.ORDER));
        }
    }

    private static boolean isZero(float[] vector) {
        boolean zero = true;
        for (float x : vector) {
            zero &= x == 0;
        }
        return zero;
    }

    private static final class Measured {
        private final List<Integer> efforts = new ArrayList<>();
        private final List<Float> recalls = new ArrayList<>();

        /// A wider search that found less, by chance, is left out.
        void add(int effort, double recall) {
            if (recalls.isEmpty() || recall > recalls.getLast()) {
                efforts.add(effort);
                recalls.add((float) recall);
            }
        }

        MemorySegment section(Arena arena) {
            MemorySegment section = arena.allocate((long) Calibration.ENTRY_BYTES * efforts.size(), 64);
            for (int i = 0; i < efforts.size(); i++) {
                section.setAtIndex(ValueLayout.JAVA_INT.withOrder(NativeMemory.ORDER), 2L * i, efforts.get(i));
                section.setAtIndex(ValueLayout.JAVA_FLOAT.withOrder(NativeMemory.ORDER), 2L * i + 1, recalls.get(i));
            }
            return section;
        }
    }
}
