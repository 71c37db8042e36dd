package io.elanus.sql.crash;

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

/// Rounds of: start, compare with what is known, write from several clients while segments flush, compact and get
/// indexes, kill at a random moment. At last one more start and comparison.
public final class CrashCampaign {
    private static final List<CrashTable> TABLES = List.of(new CrashTable("crash", 1), new CrashTable("crash_wide", 3));
    private static final int WRITERS = 4;
    private static final int LEAST_STATEMENTS = 20;
    /// Of so many rounds one is killed before it answers, and one soon after.
    private static final int EARLY_KILLS = 12;

    private static final Duration LONGEST_START = Duration.ofSeconds(2);
    private static final Duration LONGEST_ROUND = Duration.ofMillis(1_500);
    /// Small segments, and short memory for old rows and files, so that flushes, handoffs, index builds,
    /// compactions and collections happen within a round.
    static final List<String> SETTINGS = List.of(
            "coordinators.data.segments.min-rows=1",
            "coordinators.data.segments.max-rows=300",
            "coordinators.data.compaction.interval=500 ms",
            "coordinators.data.garbage.interval=1 s",
            "coordinators.data.garbage.dropped-tolerance=5 s",
            "coordinators.data.garbage.orphan-tolerance=2 m",
            "coordinators.data.garbage.time-travel-retention=10 s",
            "coordinators.index.min-rows=64");

    /// A server that lives for two seconds gains nothing from the optimising compiler.
    private static final List<String> JVM_FLAGS = List.of("-Xmx768m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    /// @param statements that were acknowledged
    /// @param slowest time from starting the process over a used directory to its first answer
    /// @param slowestWrite time from then to the first acknowledged write
    public record Outcome(int rounds, long statements, Duration slowest, Duration slowestWrite, List<String> wrong) {}

    /// How long a restart may take.
    ///
    /// @param firstAnswer from the start of the process to the first answered query
    /// @param firstWrite  from then to the first acknowledged statement, and for the least number of statements
    public record Limits(Duration firstAnswer, Duration firstWrite) {}

    private final CrashTarget.Source source;
    private final Limits limits;
    private final RandomGenerator random;
    private final PrintStream out;
    private final AtomicLong versions = new AtomicLong();
    private final List<KeyHistory> histories = new ArrayList<>();
    private final List<String> wrong = new ArrayList<>();
    private long statements;
    private Duration slowest = Duration.ZERO;
    private Duration slowestWrite = Duration.ZERO;

    /// Over one server process.
    public CrashCampaign(Path data, Limits limits, long seed, PrintStream out) {
        this(() -> ServerTarget.start(data, SETTINGS, JVM_FLAGS), limits, seed, out);
    }

    CrashCampaign(CrashTarget.Source source, Limits limits, long seed, PrintStream out) {
        this.source = source;
        this.limits = limits;
        this.random = new SplittableRandom(seed);
        this.out = out;
        for (int i = 0; i < WRITERS; i++) {
            histories.add(new KeyHistory());
        }
    }

    /// Ends at the first violation.
    public Outcome run(int rounds) throws SQLException {
        createTables();
        int round = 0;
        while (round < rounds && wrong.isEmpty()) {
            round(++round);
        }
        if (wrong.isEmpty()) {
            try (CrashTarget server = start()) {
                check(server);
            }
        }
        return new Outcome(round, statements, slowest, slowestWrite, List.copyOf(wrong));
    }

    private CrashTarget start() {
        return source.start();
    }

    /// Every writer has a table; their keys do not meet.
    private static CrashTable tableOf(int writer) {
        return TABLES.get(writer % TABLES.size());
    }

    private void createTables() throws SQLException {
        try (CrashTarget server = start()) {
            server.awaitFirstAnswer("SELECT 1");
            try (Connection connection = server.connect();
                    Statement statement = connection.createStatement()) {
                for (CrashTable table : TABLES) {
                    statement.execute(table.create());
                    statement.execute(table.createIndex());
                }
            }
        }
    }

    private void round(int number) {
        if (random.nextInt(EARLY_KILLS) == 0) {
            killWhileStarting();
        }
        CrashTarget server = start();
        try {
            check(server);
            if (wrong.isEmpty()) {
                writeUntilKilled(server);
            }
            out.printf("round %d: %d statements so far, slowest start %d ms%n", number, statements, slowest.toMillis());
            if (!wrong.isEmpty()) {
                out.println(server.logEnd());
            }
        } finally {
            server.kill();
        }
    }

    /// A recovery that is cut short must leave nothing behind either.
    private void killWhileStarting() {
        CrashTarget server = start();
        LockSupport.parkNanos(random.nextLong(LONGEST_START.toNanos()));
        server.kill();
    }

    private void check(CrashTarget server) {
        Duration first = server.awaitFirstAnswer("SELECT count(*) FROM crash");
        slowest = first.compareTo(slowest) > 0 ? first : slowest;
        if (first.compareTo(limits.firstAnswer) > 0) {
            wrong.add("The first answer came only after %d ms".formatted(first.toMillis()));
        }
        try (Connection connection = server.connect()) {
            for (int t = 0; t < TABLES.size(); t++) {
                var written = new ArrayList<KeyHistory>();
                for (int i = 0; i < WRITERS; i++) {
                    if (tableOf(i).equals(TABLES.get(t))) {
                        written.add(histories.get(i));
                    }
                }
                wrong.addAll(CrashChecker.check(connection, TABLES.get(t), written, random));
            }
        } catch (SQLException e) {
            report("The checker", e);
        }
    }

    private void writeUntilKilled(CrashTarget server) {
        var writers = new ArrayList<CrashWriter>();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < WRITERS; i++) {
            var writer = new CrashWriter(
                    server, tableOf(i), histories.get(i), i, versions, new SplittableRandom(random.nextLong()));
            writers.add(writer);
            threads.add(Thread.ofPlatform().name("crash-writer-" + i).start(writer));
        }
        var maintenance = new Maintenance(server, TABLES, new SplittableRandom(random.nextLong()));
        threads.add(Thread.ofPlatform().name("crash-maintenance").start(maintenance));
        boolean early = random.nextInt(EARLY_KILLS) == 0;
        if (!early) {
            awaitStatements(writers, 1);
            awaitStatements(writers, LEAST_STATEMENTS);
        }
        LockSupport.parkNanos(random.nextLong((early ? LONGEST_ROUND.dividedBy(10) : LONGEST_ROUND).toNanos()));
        server.kill();
        threads.forEach(this::join);
        for (CrashWriter writer : writers) {
            statements += writer.statements();
            report("A writer", writer.wrong());
        }
        report("The maintenance", maintenance.wrong());
    }

    private void awaitStatements(List<CrashWriter> writers, int count) {
        long begun = System.nanoTime();
        while (acknowledged(writers) < count) {
            Duration waited = Duration.ofNanos(System.nanoTime() - begun);
            boolean ended = writers.stream().anyMatch(writer -> writer.wrong() != null);
            if (ended || waited.compareTo(limits.firstWrite) > 0) {
                wrong.add("Only %d statements were acknowledged %d ms after the restart"
                        .formatted(acknowledged(writers), waited.toMillis()));
                return;
            }
            LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
        }
        Duration waited = Duration.ofNanos(System.nanoTime() - begun);
        slowestWrite = count == 1 && waited.compareTo(slowestWrite) > 0 ? waited : slowestWrite;
    }

    private static long acknowledged(List<CrashWriter> writers) {
        return writers.stream().mapToLong(CrashWriter::statements).sum();
    }

    private void report(String who, @Nullable SQLException failure) {
        if (failure != null) {
            wrong.add("%s was told [%s] %s".formatted(who, failure.getSQLState(), failure.getMessage()));
        }
    }

    private void join(Thread thread) {
        try {
            if (!thread.join(Duration.ofSeconds(60))) {
                wrong.add(thread.getName() + " still waits for a server that is dead");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
