package io.elanus.sql.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    private final CrashTarget server;
    private final CrashTable table;
    private final KeyHistory history;
    private final long firstKey;
    private final AtomicLong versions;
    private final RandomGenerator random;
    private volatile @Nullable SQLException wrong;
    private final AtomicLong statements = new AtomicLong();

    CrashWriter(
            CrashTarget server,
            CrashTable table,
            KeyHistory history,
            int number,
            AtomicLong versions,
            RandomGenerator random) {
        this.server = server;
        this.table = table;
        this.history = history;
        this.firstKey = (long) number * KEYS;
        this.versions = versions;
        this.random = random;
    }

    /// An error that no crash explains: one before the kill, or one about the data, such as a duplicate key.
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
            String state = String.valueOf(e.getSQLState());
            if (!server.isKilled() || state.startsWith("2") || state.startsWith("42") || state.startsWith("XX")) {
                wrong = e;
            }
        }
    }

    private void step(Connection connection) throws SQLException {
        switch (random.nextInt(12)) {
            case 0, 1, 2 -> put(connection, "INSERT", freshRows());
            case 3, 4, 5 -> put(connection, "UPSERT", anyRows());
            case 6 -> updateRange(connection);
            case 7 -> updateOne(connection);
            case 8 -> deleteOne(connection);
            case 9 -> deleteRange(connection);
            case 10 -> copy(connection, freshRows(), "error");
            default -> copy(connection, anyRows(), "replace");
        }
    }

    private long anyKey() {
        return firstKey + random.nextInt(KEYS);
    }

    private List<CrashRow> freshRows() {
        return anyRows().stream()
                .filter(row -> history.acknowledged(row.id()).isEmpty())
                .toList();
    }

    private List<CrashRow> anyRows() {
        var rows = new ArrayList<CrashRow>();
        for (int i = 1 + random.nextInt(MAX_ROWS); i > 0; i--) {
            long id = anyKey();
            if (rows.stream().noneMatch(row -> row.id() == id)) {
                rows.add(new CrashRow(id, versions.incrementAndGet()));
            }
        }
        return rows;
    }

    private void copy(Connection connection, List<CrashRow> rows, String onConflict) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        Path file = server.file("copy-" + table.name() + "-" + firstKey + ".csv");
        try {
            Files.write(file, rows.stream().map(CrashRow::csv).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        rows.forEach(row -> history.tried(row.id(), Optional.of(row)));
        try (Statement statement = connection.createStatement()) {
            int count = statement.executeUpdate("COPY " + table.name() + " (id, version, payload, v) FROM '" + file
                    + "' WITH (format csv, header false, on_conflict " + onConflict + ")");
            expectCount(count, rows.size(), "COPY");
        }
    }

    private void put(Connection connection, String verb, List<CrashRow> rows) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        String values = "(?, ?, ?, ?)" + ", (?, ?, ?, ?)".repeat(rows.size() - 1);
        try (PreparedStatement statement = connection.prepareStatement(
                verb + " INTO " + table.name() + " (id, version, payload, v) VALUES " + values)) {
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
        try (PreparedStatement statement = connection.prepareStatement(
                "UPDATE " + table.name() + " SET version = ?, payload = ?, v = ? WHERE id = ?")) {
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
                    "UPDATE " + table.name() + " SET payload = payload || '' WHERE id BETWEEN " + from + " AND " + to);
            expectCount(count, living, "UPDATE of keys " + from + " to " + to);
        }
    }

    private void deleteOne(Connection connection) throws SQLException {
        long id = anyKey();
        int living = history.acknowledged(id).isPresent() ? 1 : 0;
        history.tried(id, Optional.empty());
        try (PreparedStatement statement =
                connection.prepareStatement("DELETE FROM " + table.name() + " WHERE id = ?")) {
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
            int count = statement.executeUpdate(
                    "DELETE FROM " + table.name() + " WHERE id >= " + from + " AND id <= " + to);
            expectCount(count, living.size(), "DELETE of keys " + from + " to " + to);
        }
    }

    private static void expectCount(int actual, int expected, String what) throws SQLException {
        if (actual != expected) {
            throw new SQLException(what + " changed " + actual + " rows, expected " + expected, "XXCNT");
        }
    }
}
