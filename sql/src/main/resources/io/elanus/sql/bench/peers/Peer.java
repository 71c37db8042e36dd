import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// The partners of `elanus bench peers` that run in Java: builds an index, then answers one request a line on
/// standard input with one line on standard output, as hnswlib_peer.cpp does.
///
/// - `PEER BASE QUERY METRIC M EF_CONSTRUCTION THREADS SAVED` builds into the folder SAVED, or opens what an earlier
///   run has built there (`-`: a folder of its own), prints: built CPU_SECONDS MEMORY_BYTES DISK_BYTES
/// - `search EF K THREADS SECONDS OUT` searches for that long, writes the hits to OUT (ivecs), prints: QPS P50_US
///   P99_US CPU_US
///
/// Started as source code with the partners' libraries on the class path; not part of the program.
abstract class Peer {
    static final int SAMPLES = 1 << 20;

    /// What one thread searches with. Writes the rows to `hits`, nearest first.
    interface Searcher {
        void search(float[] query, int k, int ef, int[] hits) throws IOException;
    }

    /// Builds into the folder.
    abstract void build(float[][] base, String metric, int m, int efConstruction, Path folder) throws Exception;

    /// Opens what [#build] left in the folder; called after it, too.
    abstract void open(float[][] base, String metric, Path folder) throws Exception;

    /// Bytes that searches read all over, vectors included.
    abstract long memoryBytes() throws IOException;

    abstract Searcher newSearcher() throws IOException;

    void run(String[] arguments) throws Exception {
        boolean unit = arguments[2].equals("cosine");
        float[][] base = read(Path.of(arguments[0]), unit);
        float[][] queries = read(Path.of(arguments[1]), unit);
        Path folder = arguments[6].equals("-") ? Files.createTempDirectory("peer") : Path.of(arguments[6]);
        Path done = folder.resolve("built");
        if (!Files.exists(done)) {
            Files.createDirectories(folder);
            var process = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
            long cpu = process.getProcessCpuTime();
            build(base, arguments[2], Integer.parseInt(arguments[3]), Integer.parseInt(arguments[4]), folder);
            Files.writeString(done, String.valueOf((process.getProcessCpuTime() - cpu) / 1e9));
        }
        open(base, arguments[2], folder);
        System.out.printf("built %s %d %d%n", Files.readString(done), memoryBytes(), bytes(folder));
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            String[] words = line.strip().split(" ");
            System.out.println(answer(
                    queries,
                    Integer.parseInt(words[1]),
                    Integer.parseInt(words[2]),
                    Integer.parseInt(words[3]),
                    Double.parseDouble(words[4]),
                    Path.of(words[5])));
        }
    }

    private String answer(float[][] queries, int ef, int k, int threads, double seconds, Path out) throws Exception {
        writeHits(queries, ef, k, out);
        Worker[] workers = new Worker[threads];
        try (var pool = Executors.newFixedThreadPool(threads)) {
            Callable<?>[] tasks = new Callable<?>[threads];
            for (int t = 0; t < threads; t++) {
                Worker worker = new Worker(queries, ef, k, t * 31 % queries.length, newSearcher());
                workers[t] = worker;
                tasks[t] = () -> {
                    // What the compiler has not seen yet is not measured.
                    worker.loop(seconds / 2);
                    worker.samples = 0;
                    worker.loop(seconds);
                    return worker;
                };
            }
            for (Future<?> each : Arrays.stream(tasks).map(pool::submit).toList()) {
                each.get();
            }
        }
        double qps = Arrays.stream(workers).mapToDouble(w -> w.samples / w.seconds).sum();
        double cpu = Arrays.stream(workers).mapToDouble(w -> w.cpuSeconds).sum();
        long[] nanos = Arrays.stream(workers)
                .flatMapToLong(w -> Arrays.stream(w.nanos, 0, w.samples))
                .sorted()
                .toArray();
        return "%.1f %.1f %.1f %.2f"
                .formatted(
                        qps,
                        nanos[nanos.length / 2] / 1e3,
                        nanos[(int) (nanos.length * 0.99)] / 1e3,
                        cpu * 1e6 / nanos.length);
    }

    static long bytes(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
        }
    }

    private void writeHits(float[][] queries, int ef, int k, Path out) throws IOException {
        Searcher searcher = newSearcher();
        ByteBuffer all = ByteBuffer.allocate(queries.length * 4 * (k + 1)).order(ByteOrder.LITTLE_ENDIAN);
        int[] hits = new int[k];
        for (float[] query : queries) {
            Arrays.fill(hits, -1);
            searcher.search(query, k, ef, hits);
            all.putInt(k);
            for (int row : hits) {
                all.putInt(row);
            }
        }
        Files.write(out, all.array());
    }

    private static final class Worker {
        private final float[][] queries;
        private final int ef;
        private final int k;
        private final Searcher searcher;
        private final long[] nanos = new long[SAMPLES];
        private int next;
        private int samples;
        private double seconds;
        private double cpuSeconds;

        Worker(float[][] queries, int ef, int k, int first, Searcher searcher) {
            this.queries = queries;
            this.ef = ef;
            this.k = k;
            this.next = first;
            this.searcher = searcher;
        }

        void loop(double length) throws IOException {
            int[] hits = new int[k];
            long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            long start = System.nanoTime();
            long end = start + (long) (length * 1e9);
            long before = start;
            while (before < end && samples < SAMPLES) {
                searcher.search(queries[next], k, ef, hits);
                long now = System.nanoTime();
                nanos[samples++] = now - before;
                before = now;
                next = next + 1 == queries.length ? 0 : next + 1;
            }
            seconds = (before - start) / 1e9;
            cpuSeconds = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu) / 1e9;
        }
    }

    private static float[][] read(Path path, boolean unit) throws IOException {
        try (FileChannel channel = FileChannel.open(path)) {
            ByteBuffer file =
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()).order(ByteOrder.LITTLE_ENDIAN);
            int dimension = file.getInt(0);
            float[][] vectors = new float[(int) (channel.size() / (4L * (dimension + 1)))][dimension];
            for (float[] vector : vectors) {
                file.getInt();
                double square = 0;
                for (int d = 0; d < dimension; d++) {
                    vector[d] = file.getFloat();
                    square += (double) vector[d] * vector[d];
                }
                for (int d = 0; unit && square > 0 && d < dimension; d++) {
                    vector[d] = (float) (vector[d] / Math.sqrt(square));
                }
            }
            return vectors;
        }
    }
}
