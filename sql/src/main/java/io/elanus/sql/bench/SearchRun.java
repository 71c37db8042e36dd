package io.elanus.sql.bench;

import io.elanus.storage.index.RowFilter;
import io.elanus.storage.index.SearchStrategy;
import io.elanus.storage.index.VectorIndex.Hits;
import io.elanus.storage.index.VectorIndex.SearchParameters;
import io.elanus.storage.index.VectorIndex.Searcher;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Runs all queries over and over on some threads, each with its own searcher, and takes the time of every one.
///
/// @param cpuMicros processor time a query: what a busy computer does not distort
/// @param distances computed per query, mean
/// @param strategy of the last query
record SearchRun(
        double recall,
        double qps,
        double p50Micros,
        double p99Micros,
        double cpuMicros,
        double distances,
        SearchStrategy strategy) {
    private static final int MAX_SAMPLES = 1 << 20;

    /// @param searchers makes one for each thread
    static SearchRun measure(
            Supplier<Searcher> searchers,
            float[][] queries,
            Truth truth,
            RowFilter filter,
            SearchParameters parameters,
            Load load)
            throws InterruptedException, ExecutionException {
        try (ExecutorService pool = Executors.newFixedThreadPool(load.threads)) {
            List<Future<Worker>> running = new ArrayList<>();
            for (int thread = 0; thread < load.threads; thread++) {
                int first = thread;
                running.add(pool.submit(() -> {
                    Worker worker = new Worker(queries, truth, filter, parameters);
                    try (Searcher searcher = searchers.get()) {
                        worker.run(searcher, first, load);
                    }
                    return worker;
                }));
            }
            List<Worker> workers = new ArrayList<>();
            for (Future<Worker> each : running) {
                workers.add(each.get());
            }
            return summary(workers);
        }
    }

    /// @param warmUp time before anything is counted
    /// @param measured time after it
    record Load(int threads, double warmUp, double measured) {}

    private static SearchRun summary(List<Worker> workers) {
        long[] nanos = workers.stream()
                .flatMapToLong(worker -> Arrays.stream(worker.nanos, 0, worker.samples))
                .sorted()
                .toArray();
        double qps = workers.stream().mapToDouble(worker -> worker.qps).sum();
        double recall =
                workers.stream().mapToDouble(worker -> worker.recall).average().orElse(0);
        double distances = workers.stream()
                .mapToDouble(worker -> worker.distances)
                .average()
                .orElse(0);
        return new SearchRun(
                recall,
                qps,
                nanos[nanos.length / 2] / 1e3,
                nanos[(int) (nanos.length * 0.99)] / 1e3,
                workers.stream()
                        .mapToDouble(worker -> worker.cpuMicros)
                        .average()
                        .orElse(0),
                distances,
                workers.getFirst().hits.strategy);
    }

    private static final class Worker {
        private final float[][] queries;
        private final Truth truth;
        private final RowFilter filter;
        private final SearchParameters parameters;
        private final Hits hits;
        private final long[] nanos = new long[MAX_SAMPLES];
        private int samples;
        private double qps;
        private double recall;
        private double distances;
        private double cpuMicros;

        Worker(float[][] queries, Truth truth, RowFilter filter, SearchParameters parameters) {
            this.queries = queries;
            this.truth = truth;
            this.filter = filter;
            this.parameters = parameters;
            this.hits = new Hits(parameters.k());
        }

        void run(Searcher searcher, int first, Load load) {
            double sum = 0;
            for (int query = 0; query < queries.length; query++) {
                int count = searcher.search(queries[query], parameters, filter, hits);
                sum += truth.recall(query, hits.rows, count);
                distances += (double) hits.distancesComputed / queries.length;
            }
            recall = sum / queries.length;
            loop(searcher, first, load.warmUp);
            samples = 0;
            qps = loop(searcher, first, load.measured);
        }

        /// Returns the queries a second.
        private double loop(Searcher searcher, int first, double seconds) {
            long start = System.nanoTime();
            long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            long end = start + (long) (seconds * TimeUnit.SECONDS.toNanos(1));
            long before = start;
            long answered = 0;
            int query = first * 31 % queries.length;
            while (before < end) {
                searcher.search(queries[query], parameters, filter, hits);
                long now = System.nanoTime();
                nanos[samples] = now - before;
                samples = Math.min(samples + 1, MAX_SAMPLES - 1);
                before = now;
                answered++;
                query = query + 1 == queries.length ? 0 : query + 1;
            }
            cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu;
            cpuMicros = cpu / 1e3 / Math.max(1, answered);
            return answered * 1e9 / Math.max(1, before - start);
        }
    }
}
