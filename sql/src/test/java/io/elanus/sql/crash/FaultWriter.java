package io.elanus.sql.crash;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/// Writes keys of its own into a cluster that is being harmed, and reads them back at strong consistency all the
/// while. A statement that fails is in doubt for ever (it may be carried out late), so its keys are left alone from
/// then on.
final class FaultWriter implements Runnable {
    /// The proxy that held the rest of a result has ended.
    private static final String LOST_RESULT = "26000";

    private static final int LIVING_KEYS = 64;
    private static final int MAX_ROWS = 5;
    private static final int STATEMENT_SECONDS = 20;
    /// Between statements: what is measured is how a cluster recovers, not how its load fights it for the cores.
    private static final Duration PAUSE = Duration.ofMillis(250);

    private final String url;
    private final CrashTable table;
    private final KeyHistory history;
    private final Timeline timeline;
    private final AtomicLong versions;
    private final RandomGenerator random;
    private final List<Long> living = new ArrayList<>();
    private final List<String> wrong = new ArrayList<>();
    private final AtomicLong statements = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final Map<String, Integer> reasons = new HashMap<>();
    private long nextKey;
    private volatile boolean ending;

    /// What a writer shares with others.
    ///
    /// @param versions no two rows have the same
    record Shared(String url, CrashTable table, Timeline timeline, AtomicLong versions) {}

    FaultWriter(Shared shared, KeyHistory history, int number, RandomGenerator random) {
        this.url = shared.url();
        this.table = shared.table();
        this.timeline = shared.timeline();
        this.versions = shared.versions();
        this.history = history;
        this.nextKey = (long) number << 32;
        this.random = random;
    }

    /// Statements that were answered.
    long statements() {
        return statements.get();
    }

    /// Statements that failed.
    long failures() {
        return failures.get();
    }

    /// Why they failed, and how often each. To be read when the thread has ended.
    Map<String, Integer> reasons() {
        return reasons;
    }

    /// To be read when the thread has ended.
    List<String> wrong() {
        return wrong;
    }

    void end() {
        ending = true;
    }

    @Override
    public void run() {
        while (!ending && wrong.isEmpty()) {
            try (Connection connection = DriverManager.getConnection(url);
                    Statement statement = connection.createStatement()) {
                statement.execute("SET consistency = strong");
                while (!ending && wrong.isEmpty()) {
                    step(connection);
                    statements.incrementAndGet();
                    LockSupport.parkNanos(PAUSE.toNanos());
                }
            } catch (SQLException e) {
                failures.incrementAndGet();
                reasons.merge("[%s] %s".formatted(e.getSQLState(), e.getMessage()), 1, Integer::sum);
                judge(e);
                living.removeIf(history::inDoubt);
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    /// Errors about the data are never explained by a fault.
    private void judge(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        boolean ofData = state.startsWith("2") && !state.equals(LOST_RESULT);
        if (ofData || state.startsWith("42") || state.startsWith("XX")) {
            wrong.add("A writer was told [%s] %s".formatted(state, e.getMessage()));
        }
    }

    private void step(Connection connection) throws SQLException {
        switch (random.nextInt(6)) {
            case 0 -> put(connection, "INSERT", fresh());
            case 1, 2 -> put(connection, "UPSERT", some());
            case 3 -> delete(connection);
            default -> read(connection);
        }
    }

    private List<Long> fresh() {
        var keys = new ArrayList<Long>();
        for (int i = 1 + random.nextInt(MAX_ROWS); i > 0 && living.size() < LIVING_KEYS; i--) {
            keys.add(nextKey++);
        }
        return keys;
    }

    private List<Long> some() {
        if (living.isEmpty()) {
            return fresh();
        }
        int from = random.nextInt(living.size());
        return List.copyOf(living.subList(from, Math.min(living.size(), from + 1 + random.nextInt(MAX_ROWS))));
    }

    private void put(Connection connection, String verb, List<Long> keys) throws SQLException {
        if (keys.isEmpty()) {
            return;
        }
        List<CrashRow> rows = keys.stream()
                .map(key -> new CrashRow(key, versions.incrementAndGet()))
                .toList();
        String values = "(?, ?, ?, ?)" + ", (?, ?, ?, ?)".repeat(rows.size() - 1);
        try (PreparedStatement statement = connection.prepareStatement(
                verb + " INTO " + table.name() + " (id, version, payload, v) VALUES " + values)) {
            statement.setQueryTimeout(STATEMENT_SECONDS);
            int index = 1;
            for (CrashRow row : rows) {
                statement.setLong(index++, row.id());
                statement.setLong(index++, row.version());
                statement.setString(index++, row.payload());
                statement.setObject(index++, row.vector());
                tried(row.id(), Optional.of(row));
            }
            statement.executeUpdate();
        }
        acknowledge(keys);
        keys.stream().filter(key -> !living.contains(key)).forEach(living::add);
    }

    private void tried(long key, Optional<CrashRow> value) {
        history.tried(key, value);
        timeline.tried(key, value);
    }

    private void acknowledge(List<Long> keys) {
        history.acknowledge(keys);
        keys.forEach(timeline::acknowledged);
    }

    private void delete(Connection connection) throws SQLException {
        if (living.isEmpty()) {
            return;
        }
        long key = living.get(random.nextInt(living.size()));
        tried(key, Optional.empty());
        try (PreparedStatement statement =
                connection.prepareStatement("DELETE FROM " + table.name() + " WHERE id = ?")) {
            statement.setQueryTimeout(STATEMENT_SECONDS);
            statement.setLong(1, key);
            int count = statement.executeUpdate();
            if (count != 1) {
                wrong.add("DELETE of the living key %d changed %d rows".formatted(key, count));
            }
        }
        acknowledge(List.of(key));
        living.remove(key);
    }

    /// What was acknowledged to this writer before is there now, no more and no less.
    private void read(Connection connection) throws SQLException {
        if (living.isEmpty()) {
            return;
        }
        List<Long> keys = some();
        var found = new HashMap<Long, CrashRow>();
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(STATEMENT_SECONDS);
            String in = String.join(", ", keys.stream().map(String::valueOf).toList());
            try (ResultSet rows =
                    statement.executeQuery("SELECT id, version FROM " + table.name() + " WHERE id IN (" + in + ")")) {
                while (rows.next()) {
                    if (found.put(rows.getLong(1), new CrashRow(rows.getLong(1), rows.getLong(2))) != null) {
                        wrong.add("Key " + rows.getLong(1) + " is there twice");
                    }
                }
            }
        }
        compare(keys, found);
    }

    private void compare(List<Long> keys, Map<Long, CrashRow> found) {
        for (long key : keys) {
            Optional<CrashRow> row = Optional.ofNullable(found.get(key));
            if (!row.equals(history.acknowledged(key))) {
                wrong.add("A strong read of key " + key + " found " + row + ", but it was " + history.describe(key));
            }
        }
    }
}
