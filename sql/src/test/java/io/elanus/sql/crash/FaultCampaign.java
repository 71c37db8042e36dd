package io.elanus.sql.crash;

import io.elanus.sql.cluster.FaultySurroundings;
import io.elanus.sql.cluster.LocalCluster;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/// Faults, one after the other or several at once, in a cluster under load. After each one, or all of those, the time
/// is taken until there is full service again ([ServiceProbe]). At the end the tables are compared with what their
/// writers were told.
final class FaultCampaign {
    private static final List<CrashTable> TABLES = List.of(new CrashTable("fault", 2), new CrashTable("fault_wide", 3));
    private static final int WRITERS = 4;
    private static final int WARM_UP_ROUNDS = 10;
    private static final Duration CALM = Duration.ofSeconds(1);

    private final LocalCluster cluster;
    private final ServiceProbe probe;
    private final FaultySurroundings around;
    private final RandomGenerator random;
    private final PrintStream out;
    private final AtomicLong versions = new AtomicLong();
    private final List<KeyHistory> histories = new ArrayList<>();
    private final List<FaultWriter> writers = new ArrayList<>();
    private final List<FaultReader> readers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final List<String> wrong = new ArrayList<>();
    private final Recoveries answers = new Recoveries();
    private final Recoveries recoveries = new Recoveries();

    FaultCampaign(LocalCluster cluster, FaultySurroundings around, long seed, PrintStream out) {
        this.cluster = cluster;
        this.probe = new ServiceProbe(cluster);
        this.around = around;
        this.random = new SplittableRandom(seed);
        this.out = out;
    }

    /// What was wrong; empty when all is well.
    ///
    /// @param atOnce how many faults begin together; the time to recover is taken when the last of them is over
    List<String> run(List<Fault> faults, int atOnce) throws IOException, SQLException {
        probe.awaitService();
        createTables();
        startClients();
        warmUp();
        for (int from = 0; from < faults.size() && wrong.isEmpty() && clientsAreContent(); from += atOnce) {
            inflict(faults.subList(from, Math.min(faults.size(), from + atOnce)));
        }
        writers.forEach(FaultWriter::end);
        readers.forEach(FaultReader::end);
        threads.forEach(FaultCampaign::join);
        writers.forEach(writer -> wrong.addAll(writer.wrong()));
        readers.forEach(reader -> wrong.addAll(reader.wrong()));
        check();
        return wrong;
    }

    /// What is measured is a cluster at work, not the compilation of its programs.
    private void warmUp() throws IOException {
        for (int round = 0; round < WARM_UP_ROUNDS; round++) {
            probe.awaitService();
        }
    }

    /// Whoever found something wrong has ended; the rest of the faults would only bury it.
    private boolean clientsAreContent() {
        return threads.stream().allMatch(Thread::isAlive);
    }

    List<Fault> choose(int count) throws IOException {
        return new RandomFaults(cluster.members(), around.links(), FaultySurroundings.setsDisks(), random)
                .choose(count);
    }

    /// SIGTERM of every role, one after the other, as an upgrade does.
    List<Fault> rolling() throws IOException {
        return cluster.members().stream()
                .filter(member -> member.contains("-"))
                .<Fault>map(Fault.Restart::new)
                .toList();
    }

    private void createTables() throws IOException, SQLException {
        try (Connection connection = DriverManager.getConnection(cluster.url());
                Statement statement = connection.createStatement()) {
            for (CrashTable table : TABLES) {
                statement.execute("DROP TABLE IF EXISTS " + table.name());
                statement.execute(table.create());
                statement.execute(table.createIndex());
            }
        }
    }

    private void startClients() throws IOException {
        String url = cluster.url();
        var shared = new HashMap<CrashTable, FaultWriter.Shared>();
        TABLES.forEach(table -> shared.put(table, new FaultWriter.Shared(url, table, new Timeline(), versions)));
        for (int i = 0; i < WRITERS; i++) {
            var history = new KeyHistory();
            histories.add(history);
            var writer = new FaultWriter(
                    Objects.requireNonNull(shared.get(tableOf(i))),
                    history,
                    i,
                    new SplittableRandom(random.nextLong()));
            writers.add(writer);
            threads.add(Thread.ofPlatform().daemon().name("fault-writer-" + i).start(writer));
        }
        for (FaultWriter.Shared of : shared.values()) {
            var reader = new FaultReader(url, of.table(), of.timeline(), new SplittableRandom(random.nextLong()));
            readers.add(reader);
            threads.add(Thread.ofPlatform()
                    .daemon()
                    .name("fault-reader-" + of.table().name())
                    .start(reader));
        }
    }

    private static CrashTable tableOf(int writer) {
        return TABLES.get(writer % TABLES.size());
    }

    private void inflict(List<Fault> faults) throws IOException {
        long before = statements();
        String kind = faults.size() == 1 ? faults.getFirst().kind() : "several at once";
        inflictTogether(faults);
        long start = System.nanoTime();
        probe.awaitAnswer();
        long answered = Duration.ofNanos(System.nanoTime() - start).toMillis();
        boolean recovered = probe.awaitService();
        long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
        answers.add(kind, answered);
        recoveries.add(kind, millis);
        LockSupport.parkNanos(CALM.toNanos());
        faults.subList(0, faults.size() - 1).forEach(out::println);
        out.printf(
                Locale.ROOT,
                "%-75s an answer after %6.1f s, full service after %6.1f s, %d statements meanwhile, %d failed so far%n",
                faults.getLast(),
                answered / 1e3,
                millis / 1e3,
                statements() - before,
                failures());
        if (!recovered) {
            wrong.add("No full service %s after %s".formatted(ServiceProbe.LIMIT, faults));
        }
    }

    /// Returns when all of them are over.
    private void inflictTogether(List<Fault> faults) throws IOException {
        try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Fault>> running = faults.stream()
                    .map(fault -> each.submit(() -> {
                        fault.inflict(cluster, around);
                        return fault;
                    }))
                    .toList();
            for (Future<Fault> one : running) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new IOException("A fault could not be inflicted", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted among faults");
        }
    }

    private long failures() {
        return writers.stream().mapToLong(FaultWriter::failures).sum();
    }

    private long statements() {
        return writers.stream().mapToLong(FaultWriter::statements).sum();
    }

    private void check() throws IOException, SQLException {
        try (Connection connection = DriverManager.getConnection(cluster.url());
                Statement statement = connection.createStatement()) {
            statement.execute("SET consistency = strong");
            for (CrashTable table : TABLES) {
                var written = new ArrayList<KeyHistory>();
                for (int i = 0; i < histories.size(); i++) {
                    if (tableOf(i).equals(table)) {
                        written.add(histories.get(i));
                    }
                }
                wrong.addAll(CrashChecker.check(connection, table, written, random));
            }
        }
    }

    void printFigures() {
        answers.print(out, "time to a first answer");
        recoveries.print(out, "time to full service");
        out.printf(
                "%d statements were answered, %d failed and were sent anew; %d reads were judged%n",
                statements(),
                failures(),
                readers.stream().mapToLong(FaultReader::reads).sum());
        printFailures();
    }

    private void printFailures() {
        var reasons = new TreeMap<String, Integer>();
        writers.forEach(
                writer -> writer.reasons().forEach((reason, times) -> reasons.merge(reason, times, Integer::sum)));
        reasons.forEach((reason, times) -> out.printf("%6d times: %s%n", times, reason));
    }

    private static void join(Thread thread) {
        try {
            thread.join(Duration.ofMinutes(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
