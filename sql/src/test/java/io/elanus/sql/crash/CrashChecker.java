package io.elanus.sql.crash;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/// Compares what a restarted server holds in one table with what its clients were told.
final class CrashChecker {
    private static final int K = 10;
    private static final int SEARCHES = 4;
    /// With this many candidates a graph of so few rows finds practically all.
    private static final int CANDIDATES = 500;

    private static final double LEAST_RECALL = 0.95;

    private final Connection connection;
    private final CrashTable table;
    private final RandomGenerator random;
    private final List<String> wrong = new ArrayList<>();

    private CrashChecker(Connection connection, CrashTable table, RandomGenerator random) {
        this.connection = connection;
        this.table = table;
        this.random = random;
    }

    /// What is wrong, one sentence each; empty when all is well.
    static List<String> check(
            Connection connection, CrashTable table, List<KeyHistory> histories, RandomGenerator random)
            throws SQLException {
        var checker = new CrashChecker(connection, table, random);
        Map<Long, CrashRow> found = checker.readAll();
        checker.compare(histories, found);
        checker.checkCount(found.size());
        checker.checkSearch("", found, _ -> true);
        checker.checkSearch(" WHERE version % 3 = 0", found, row -> row.version() % 3 == 0);
        return checker.wrong;
    }

    private void report(String what) {
        wrong.add("In table [" + table.name() + "]: " + what);
    }

    private void compare(List<KeyHistory> histories, Map<Long, CrashRow> found) {
        var known = new HashSet<Long>();
        for (KeyHistory history : histories) {
            if (table.isAtomic() && history.isTorn(found)) {
                report("A statement that was never acknowledged is there in part: " + history.describeDoubt());
            }
            for (long id : history.keys()) {
                known.add(id);
                Optional<CrashRow> row = Optional.ofNullable(found.get(id));
                String allowed = history.describe(id);
                if (!history.accepts(id, row)) {
                    report("Key " + id + " holds " + row + ", but was " + allowed);
                }
            }
        }
        found.keySet().stream()
                .filter(id -> !known.contains(id))
                .forEach(id -> report("Key " + id + " came back: " + found.get(id)));
    }

    private Map<Long, CrashRow> readAll() throws SQLException {
        var found = new HashMap<Long, CrashRow>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT id, version, payload, v FROM " + table.name())) {
            while (rows.next()) {
                var row = new CrashRow(rows.getLong(1), rows.getLong(2));
                if (found.put(row.id(), row) != null) {
                    report("Key " + row.id() + " is there twice");
                }
                if (!row.payload().equals(rows.getString(3))) {
                    report("Key " + row.id() + " has the payload " + rows.getString(3) + " with " + row);
                }
                if (!Arrays.equals(row.vector(), rows.getObject(4, float[].class))) {
                    report("Key " + row.id() + " has another row's vector with " + row);
                }
            }
        }
        return found;
    }

    private void checkCount(int expected) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + table.name())) {
            rows.next();
            if (rows.getLong(1) != expected) {
                report("count(*) says " + rows.getLong(1) + ", a scan finds " + expected);
            }
        }
    }

    /// Some searches against brute force: as many rows as there are, none twice, and nearly all the nearest.
    private void checkSearch(String where, Map<Long, CrashRow> found, Predicate<CrashRow> filter) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET ef_search = " + CANDIDATES);
        }
        long hits = 0;
        long wanted = 0;
        for (int i = 0; i < SEARCHES; i++) {
            float[] query = new CrashRow(random.nextLong(), random.nextLong()).vector();
            List<Long> nearest = search(where, query);
            List<Long> exact = found.values().stream()
                    .filter(filter)
                    .sorted(Comparator.comparingDouble(row -> row.distance(query)))
                    .limit(K)
                    .map(CrashRow::id)
                    .toList();
            if (nearest.size() != exact.size() || new HashSet<>(nearest).size() != nearest.size()) {
                report("A search" + where + " for " + exact.size() + " rows found " + nearest);
            }
            wanted += exact.size();
            hits += nearest.stream().filter(exact::contains).count();
        }
        if (hits < LEAST_RECALL * wanted) {
            report("Searches" + where + " found " + hits + " of the " + wanted + " nearest rows");
        }
    }

    private List<Long> search(String where, float[] query) throws SQLException {
        var nearest = new ArrayList<Long>();
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT id FROM " + table.name() + where + " ORDER BY v <-> ? LIMIT " + K)) {
            statement.setObject(1, query);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    nearest.add(rows.getLong(1));
                }
            }
        }
        return nearest;
    }
}
