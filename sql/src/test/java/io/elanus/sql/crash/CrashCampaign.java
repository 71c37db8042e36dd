package io.elanus.sql.crash;

import io.elanus.sql.bench.ServerProcess;
import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Rounds of: start, write from several clients while segments flush and compact, kill at a random moment, restart,
/// compare.
public final class CrashCampaign {
    private static final int WRITERS = 3;
    private static final Duration FIRST_ANSWER_LIMIT = Duration.ofSeconds(5);
    /// Small segments, so that flushes, handoffs, index builds and compactions happen within a round.
    private static final List<String> SETTINGS = List.of(
            "coordinators.data.segments.min-rows=1",
            "coordinators.data.segments.max-rows=300",
            "coordinators.data.compaction.interval=500 ms",
            "coordinators.index.min-rows=64");

    /// A server that lives for two seconds gains nothing from the optimising compiler.
    private static final List<String> JVM_FLAGS = List.of("-Xmx768m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    /// @param slowest time from starting the process over a used directory to its first answer
    public record Outcome(int rounds, long statements, Duration slowest, List<String> wrong) {}

    private final Path data;
    private final RandomGenerator random;
    private final PrintStream out;
    private final AtomicLong versions = new AtomicLong();
    private final List<KeyHistory> histories = new ArrayList<>();
    private long statements;
    private Duration slowest = Duration.ZERO;

    public CrashCampaign(Path data, long seed, PrintStream out) {
        this.data = data;
        this.random = new SplittableRandom(seed);
        this.out = out;
        for (int i = 0; i < WRITERS; i++) {
            histories.add(new KeyHistory());
        }
    }

    public Outcome run(int rounds) throws SQLException {
        createTable();
        for (int round = 1; round <= rounds; round++) {
            List<String> wrong = round(round);
            if (!wrong.isEmpty()) {
                return new Outcome(round, statements, slowest, wrong);
            }
        }
        return new Outcome(rounds, statements, slowest, List.of());
    }

    private void createTable() throws SQLException {
        try (ServerProcess server = ServerProcess.start(data, SETTINGS, JVM_FLAGS)) {
            server.awaitFirstAnswer("SELECT 1");
            try (Connection connection = server.connect();
                    Statement statement = connection.createStatement()) {
                statement.execute(
                        "CREATE TABLE crash (id BIGINT PRIMARY KEY, version BIGINT, payload VARCHAR, v VECTOR("
                                + CrashRow.DIMENSION + "))");
                statement.execute("CREATE INDEX crash_v ON crash USING hnsw (v vector_l2_ops)");
            }
        }
    }

    private List<String> round(int number) throws SQLException {
        ServerProcess server = ServerProcess.start(data, SETTINGS, JVM_FLAGS);
        try {
            Duration first = server.awaitFirstAnswer("SELECT count(*) FROM crash");
            slowest = first.compareTo(slowest) > 0 ? first : slowest;
            try (Connection connection = server.connect()) {
                List<String> wrong = CrashChecker.check(connection, histories, random);
                if (first.compareTo(FIRST_ANSWER_LIMIT) > 0) {
                    out.printf("round %d: first answer only after %d ms%n", number, first.toMillis());
                }
                if (!wrong.isEmpty()) {
                    out.println(server.logEnd());
                    return wrong;
                }
            }
            List<String> wrong = writeUntilKilled(server);
            out.printf(
                    "round %d: %d statements so far, first answer after %d ms%n", number, statements, first.toMillis());
            return wrong;
        } finally {
            server.kill();
        }
    }

    private List<String> writeUntilKilled(ServerProcess server) {
        var writers = new ArrayList<CrashWriter>();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < WRITERS; i++) {
            var writer =
                    new CrashWriter(server, histories.get(i), i, versions, new SplittableRandom(random.nextLong()));
            writers.add(writer);
            threads.add(Thread.ofPlatform().name("crash-writer-" + i).start(writer));
        }
        threads.add(Thread.ofPlatform().name("crash-maintenance").start(new Maintenance(server)));
        LockSupport.parkNanos(Duration.ofMillis(50 + random.nextInt(2_000)).toNanos());
        server.kill();
        var wrong = new ArrayList<String>();
        for (Thread thread : threads) {
            join(thread, wrong);
        }
        for (CrashWriter writer : writers) {
            statements += writer.statements();
            @Nullable SQLException failure = writer.wrong();
            if (failure != null) {
                wrong.add("A writer was told [%s] %s".formatted(failure.getSQLState(), failure.getMessage()));
            }
        }
        return wrong;
    }

    private static void join(Thread thread, List<String> wrong) {
        try {
            if (!thread.join(Duration.ofSeconds(60))) {
                wrong.add(thread.getName() + " still waits for a server that is dead");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Flushes and compacts now and then until the server dies.
    private record Maintenance(ServerProcess server) implements Runnable {
        @Override
        public void run() {
            try (Connection connection = server.connect();
                    Statement statement = connection.createStatement()) {
                while (true) {
                    LockSupport.parkNanos(Duration.ofMillis(300).toNanos());
                    statement.execute("FLUSH TABLE crash");
                    statement.execute("COMPACT TABLE crash");
                }
            } catch (SQLException e) {
                // The server was killed, which is the point.
                return;
            }
        }
    }
}
