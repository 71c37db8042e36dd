package io.elanus.sql.bench;

import io.elanus.storage.setting.DataSize;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// How fast rows come in, through COPY and through JDBC batches, and how soon a restarted server answers over them.
/// Runs a server in a process of its own.
@Command(
        name = "load",
        mixinStandardHelpOptions = true,
        description = "Measures COPY, INSERT batches through JDBC, an index, and the restart over what they loaded.")
public final class LoadBench implements Callable<Integer> {
    private static final int SEARCHES = 1_000;
    private static final long AWAIT_MILLIS = 200;

    @Option(names = "--rows", defaultValue = "1000000", description = "rows to COPY (${DEFAULT-VALUE})")
    private long rows;

    @Option(names = "--insert-rows", defaultValue = "200000", description = "rows to INSERT (${DEFAULT-VALUE})")
    private long insertRows;

    @Option(names = "--dim", defaultValue = "128", description = "dimension of the vectors (${DEFAULT-VALUE})")
    private int dimension;

    @Option(names = "--batch", defaultValue = "1000", description = "rows of one INSERT batch (${DEFAULT-VALUE})")
    private int batch;

    @Option(names = "--seed", defaultValue = "1", description = "of the generated rows (${DEFAULT-VALUE})")
    private long seed;

    @Option(
            names = "--index",
            description =
                    "type of an index to build over the vectors that were copied, and to search: hnsw, autoindex, …")
    private @Nullable String index;

    @Option(names = "--heap", defaultValue = "2g", description = "heap of the server (${DEFAULT-VALUE})")
    private String heap = "";

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "settings of the server")
    private List<String> settings = List.of();

    @Option(names = "--json", description = "one JSON object a line")
    private boolean json;

    @Option(
            names = "--overhead",
            defaultValue = "512MB",
            description = "what the server may take beside heap and memory.off-heap: code, classes, threads"
                    + " (${DEFAULT-VALUE})")
    private String overhead = "";

    private final PrintStream out = System.out;
    private boolean overBudget;

    /// Fails when the server took more memory than it was given.
    @Override
    public Integer call() throws Exception {
        Path folder = Files.createTempDirectory("elanus-bench-load");
        try {
            run(folder);
        } finally {
            BenchFiles.deleteTree(folder);
        }
        return overBudget ? 1 : 0;
    }

    private void run(Path folder) throws IOException, SQLException, InterruptedException {
        var generator = new RowGenerator(dimension, seed);
        Path csv = folder.resolve("rows.csv");
        generator.writeCsv(csv, rows);
        ServerProcess server = start(folder);
        try (var memory = new ProcessMemory(server.pid())) {
            server.awaitFirstAnswer("SELECT 1");
            copy(server, csv);
            insert(server, generator);
            reportMemory("load", memory.takePeak());
            if (index != null) {
                indexAndSearch(server, generator, index);
                reportMemory("index", memory.takePeak());
            }
        } finally {
            server.kill();
        }
        long restartedAt = System.nanoTime();
        try (ServerProcess restarted = start(folder)) {
            restart(restarted, generator, Timer.sinceStart(restarted, restartedAt));
        }
    }

    private ServerProcess start(Path folder) {
        return ServerProcess.start(folder.resolve("data"), settings, List.of("-Xmx" + heap));
    }

    private void copy(ServerProcess server, Path csv) throws SQLException {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(table("copied"));
            Timer timer = Timer.of(server);
            long loaded = statement.executeUpdate("COPY copied FROM '" + csv + "' WITH (format csv, header true)");
            report("copy", loaded, timer);
        }
    }

    private void insert(ServerProcess server, RowGenerator generator) throws SQLException {
        try (Connection connection = server.connect();
                Statement ddl = connection.createStatement()) {
            ddl.execute(table("inserted"));
            Timer timer = Timer.of(server);
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO inserted (id, category, name, price, v) VALUES (?, ?, ?, ?, ?)")) {
                for (long from = 0; from < insertRows; from += batch) {
                    for (long id = from; id < Math.min(insertRows, from + batch); id++) {
                        generator.bind(insert, id);
                        insert.addBatch();
                    }
                    insert.executeBatch();
                }
            }
            report("insert", insertRows, timer);
        }
    }

    /// Builds an index over the copied rows, waits until it covers all of them, and searches for some of them.
    private void indexAndSearch(ServerProcess server, RowGenerator generator, String type)
            throws SQLException, InterruptedException {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            Timer timer = Timer.of(server);
            statement.execute("FLUSH copied");
            statement.execute("CREATE INDEX copied_v ON copied USING " + type + " (v vector_l2_ops)");
            String covered = "SELECT indexed_rows FROM system.indexes WHERE index_name = 'copied_v'";
            for (long found = 0; found < rows; ) {
                TimeUnit.MILLISECONDS.sleep(AWAIT_MILLIS);
                try (ResultSet result = statement.executeQuery(covered)) {
                    found = result.next() ? result.getLong(1) : 0;
                }
            }
            report("index", rows, timer);
        }
        try (Connection connection = server.connect();
                PreparedStatement search =
                        connection.prepareStatement("SELECT id FROM copied ORDER BY v <-> ? LIMIT 1")) {
            Timer timer = Timer.of(server);
            long found = 0;
            for (int i = 0; i < SEARCHES; i++) {
                long wanted = i * rows / SEARCHES;
                search.setObject(1, generator.vector(wanted));
                try (ResultSet result = search.executeQuery()) {
                    found += result.next() && result.getLong(1) == wanted ? 1 : 0;
                }
            }
            report("search (" + found + " of " + SEARCHES + " found themselves)", SEARCHES, timer);
        }
    }

    private String table(String name) {
        return "CREATE TABLE " + name
                + " (id BIGINT PRIMARY KEY, category INTEGER, name VARCHAR, price DOUBLE, v VECTOR(" + dimension + "))";
    }

    /// The first query must find the very row its vector came from, unless an index answers it, and all rows must be
    /// there.
    private void restart(ServerProcess server, RowGenerator generator, Timer timer) throws SQLException {
        server.awaitFirstAnswer("SELECT 1");
        long wanted = rows / 2;
        try (Connection connection = server.connect();
                PreparedStatement search =
                        connection.prepareStatement("SELECT id FROM copied ORDER BY v <-> ? LIMIT 1")) {
            search.setObject(1, generator.vector(wanted));
            if (index == null) {
                expect("nearest row", search, wanted);
            } else {
                search.executeQuery().close(); // an index may miss one of the rows
            }
            report("restart to first correct search", rows, timer);
            for (String[] count :
                    new String[][] {{"copied", Long.toString(rows)}, {"inserted", Long.toString(insertRows)}}) {
                try (PreparedStatement all = connection.prepareStatement("SELECT count(*) FROM " + count[0])) {
                    expect("count of " + count[0], all, Long.parseLong(count[1]));
                }
            }
        }
    }

    private static void expect(String what, PreparedStatement query, long expected) throws SQLException {
        try (ResultSet result = query.executeQuery()) {
            if (!result.next() || result.getLong(1) != expected) {
                throw new IllegalStateException("The %s is [%s], expected [%d]"
                        .formatted(what, result.isAfterLast() ? "nothing" : result.getString(1), expected));
            }
        }
    }

    /// What the system cannot take back, beside what the settings allow; mapped files it can.
    private void reportMemory(String phase, ProcessMemory.Peak peak) {
        Optional<DataSize> budget = budget();
        boolean over = budget.isPresent() && peak.anonymous() > budget.get().bytes();
        overBudget |= over;
        String allowed = budget.map(size -> Long.toString(size.bytes() >> 20)).orElse(json ? "null" : "unlimited");
        out.printf(
                Locale.ROOT,
                json
                        ? "{\"phase\":\"memory of %s\",\"anonymous_mb\":%d,\"with_files_mb\":%d,\"budget_mb\":%s,\"over\":%b}%n"
                        : "memory of the server during %s: at most %d MB, with mapped files %d MB; budget %s MB, over it: %b%n",
                phase,
                peak.anonymous() >> 20,
                peak.withFiles() >> 20,
                allowed,
                over);
    }

    /// Heap, off-heap memory and the rest of a process; empty when the off-heap memory was not set.
    private Optional<DataSize> budget() {
        String key = "memory.off-heap=";
        return settings.stream()
                .filter(setting -> setting.startsWith(key))
                .reduce((_, last) -> last)
                .map(setting -> DataSize.parse(setting.substring(key.length())))
                .map(offHeap -> new DataSize(offHeap.bytes()
                        + DataSize.parse(heap + "b").bytes()
                        + DataSize.parse(overhead).bytes()));
    }

    private void report(String phase, long count, Timer timer) {
        double seconds = timer.seconds();
        out.printf(
                Locale.ROOT,
                json
                        ? "{\"phase\":\"%s\",\"rows\":%d,\"seconds\":%.3f,\"rows_per_s\":%.0f,\"server_cpu_s\":%.2f}%n"
                        : "%s: %d rows in %.2f s, %.0f rows/s, %.2f s CPU of the server%n",
                phase,
                count,
                seconds,
                count / seconds,
                timer.serverCpu());
    }
}
