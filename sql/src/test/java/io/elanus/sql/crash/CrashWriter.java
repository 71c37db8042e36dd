package io.elanus.sql.crash;

import io.elanus.sql.bench.ServerProcess;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Writes to its own range of keys until the server dies. One thread.
final class CrashWriter implements Runnable {
    private static final int KEYS = 400;
    private static final int MAX_ROWS = 20;

    private final ServerProcess server;
    private final KeyHistory history;
    private final long firstKey;
    private final AtomicLong versions;
    private final RandomGenerator random;
    private volatile @Nullable SQLException wrong;
    private final AtomicLong statements = new AtomicLong();

    CrashWriter(ServerProcess server, KeyHistory history, int number, AtomicLong versions, RandomGenerator random) {
        this.server = server;
        this.history = history;
        this.firstKey = (long) number * KEYS;
        this.versions = versions;
        this.random = random;
    }

    /// An answer that no crash explains, such as a duplicate key that is none.
    @Nullable
    SQLException wrong() {
        return wrong;
    }

    long statements() {
        return statements.get();
    }

    @Override
    public void run() {
        try (Connection connection = server.connect()) {
            while (true) {
                step(connection);
                history.acknowledgeTried();
                statements.incrementAndGet();
            }
        } catch (SQLException e) {
            // The expected end: the server was killed. Anything the server itself says about the data is not.
            String state = String.valueOf(e.getSQLState());
            if (state.startsWith("2") || state.startsWith("42") || state.startsWith("XX")) {
                wrong = e;
            }
        }
    }

    private void step(Connection connection) throws SQLException {
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> insert(connection);
            case 3, 4, 5 -> upsert(connection);
            case 6 -> updateRange(connection);
            case 7 -> updateOne(connection);
            case 8 -> deleteOne(connection);
            default -> deleteRange(connection);
        }
    }

    private long anyKey() {
        return firstKey + random.nextInt(KEYS);
    }

    private void insert(Connection connection) throws SQLException {
        var fresh = new ArrayList<CrashRow>();
        for (int i = 1 + random.nextInt(MAX_ROWS); i > 0; i--) {
            long id = anyKey();
            if (history.acknowledged(id).isEmpty() && fresh.stream().noneMatch(row -> row.id() == id)) {
                fresh.add(new CrashRow(id, versions.incrementAndGet()));
            }
        }
        put(connection, "INSERT", fresh);
    }

    private void upsert(Connection connection) throws SQLException {
        var rows = new ArrayList<CrashRow>();
        for (int i = 1 + random.nextInt(MAX_ROWS); i > 0; i--) {
            long id = anyKey();
            if (rows.stream().noneMatch(row -> row.id() == id)) {
                rows.add(new CrashRow(id, versions.incrementAndGet()));
            }
        }
        put(connection, "UPSERT", rows);
    }

    private void put(Connection connection, String verb, List<CrashRow> rows) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        String values = "(?, ?, ?, ?)" + ", (?, ?, ?, ?)".repeat(rows.size() - 1);
        try (PreparedStatement statement =
                connection.prepareStatement(verb + " INTO crash (id, version, payload, v) VALUES " + values)) {
            int index = 1;
            for (CrashRow row : rows) {
                statement.setLong(index++, row.id());
                statement.setLong(index++, row.version());
                statement.setString(index++, row.payload());
                statement.setObject(index++, row.vector());
                history.tried(row.id(), Optional.of(row));
            }
            statement.executeUpdate();
        }
    }

    private void updateOne(Connection connection) throws SQLException {
        long id = anyKey();
        if (history.acknowledged(id).isEmpty()) {
            return;
        }
        var row = new CrashRow(id, versions.incrementAndGet());
        history.tried(id, Optional.of(row));
        try (PreparedStatement statement =
                connection.prepareStatement("UPDATE crash SET version = ?, payload = ?, v = ? WHERE id = ?")) {
            statement.setLong(1, row.version());
            statement.setString(2, row.payload());
            statement.setObject(3, row.vector());
            statement.setLong(4, id);
            expectCount(statement.executeUpdate(), 1, "UPDATE of key " + id);
        }
    }

    /// Rewrites a range in place: what the rows hold must not change, their timestamps do.
    private void updateRange(Connection connection) throws SQLException {
        long from = anyKey();
        long to = Math.min(firstKey + KEYS - 1, from + 30);
        int living = (int) history.livingKeys().stream()
                .filter(id -> id >= from && id <= to)
                .count();
        try (Statement statement = connection.createStatement()) {
            int count = statement.executeUpdate(
                    "UPDATE crash SET payload = payload || '' WHERE id BETWEEN " + from + " AND " + to);
            expectCount(count, living, "UPDATE of keys " + from + " to " + to);
        }
    }

    private void deleteOne(Connection connection) throws SQLException {
        long id = anyKey();
        int living = history.acknowledged(id).isPresent() ? 1 : 0;
        history.tried(id, Optional.empty());
        try (PreparedStatement statement = connection.prepareStatement("DELETE FROM crash WHERE id = ?")) {
            statement.setLong(1, id);
            expectCount(statement.executeUpdate(), living, "DELETE of key " + id);
        }
    }

    private void deleteRange(Connection connection) throws SQLException {
        long from = anyKey();
        long to = Math.min(firstKey + KEYS - 1, from + 10);
        var living = history.livingKeys().stream()
                .filter(id -> id >= from && id <= to)
                .toList();
        living.forEach(id -> history.tried(id, Optional.empty()));
        try (Statement statement = connection.createStatement()) {
            int count = statement.executeUpdate("DELETE FROM crash WHERE id >= " + from + " AND id <= " + to);
            expectCount(count, living.size(), "DELETE of keys " + from + " to " + to);
        }
    }

    private static void expectCount(int actual, int expected, String what) throws SQLException {
        if (actual != expected) {
            throw new SQLException(what + " changed " + actual + " rows, expected " + expected, "XXCNT");
        }
    }
}
