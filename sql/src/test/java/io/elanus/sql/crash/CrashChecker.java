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
import java.util.random.RandomGenerator;

/// Compares what a restarted server holds with what its clients were told.
final class CrashChecker {
    private static final int K = 10;
    private static final double LEAST_RECALL = 0.8;

    private CrashChecker() {}

    /// What is wrong, one sentence each; empty when all is well.
    static List<String> check(Connection connection, List<KeyHistory> histories, RandomGenerator random)
            throws SQLException {
        var wrong = new ArrayList<String>();
        Map<Long, CrashRow> found = readAll(connection, wrong);
        var known = new HashSet<Long>();
        for (KeyHistory history : histories) {
            for (long id : history.keys()) {
                known.add(id);
                Optional<CrashRow> row = Optional.ofNullable(found.get(id));
                String allowed = history.describe(id);
                if (!history.accepts(id, row)) {
                    wrong.add("Key " + id + " holds " + row + ", but was " + allowed);
                }
            }
        }
        found.keySet().stream()
                .filter(id -> !known.contains(id))
                .forEach(id -> wrong.add("Key " + id + " came back: " + found.get(id)));
        checkCount(connection, found.size(), wrong);
        checkSearch(connection, found, random, wrong);
        return wrong;
    }

    private static Map<Long, CrashRow> readAll(Connection connection, List<String> wrong) throws SQLException {
        var found = new HashMap<Long, CrashRow>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT id, version, payload, v FROM crash")) {
            while (rows.next()) {
                var row = new CrashRow(rows.getLong(1), rows.getLong(2));
                if (found.put(row.id(), row) != null) {
                    wrong.add("Key " + row.id() + " is there twice");
                }
                if (!row.payload().equals(rows.getString(3))) {
                    wrong.add("Key " + row.id() + " has the payload " + rows.getString(3) + " with " + row);
                }
                if (!Arrays.equals(row.vector(), rows.getObject(4, float[].class))) {
                    wrong.add("Key " + row.id() + " has another row's vector with " + row);
                }
            }
        }
        return found;
    }

    private static void checkCount(Connection connection, int expected, List<String> wrong) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM crash")) {
            rows.next();
            if (rows.getLong(1) != expected) {
                wrong.add("count(*) says " + rows.getLong(1) + ", a scan finds " + expected);
            }
        }
    }

    private static void checkSearch(
            Connection connection, Map<Long, CrashRow> found, RandomGenerator random, List<String> wrong)
            throws SQLException {
        float[] query = new CrashRow(random.nextLong(), random.nextLong()).vector();
        var nearest = new ArrayList<Long>();
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT id FROM crash ORDER BY v <-> ? LIMIT " + K)) {
            statement.setObject(1, query);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    nearest.add(rows.getLong(1));
                }
            }
        }
        List<Long> exact = found.values().stream()
                .sorted(Comparator.comparingDouble(row -> row.distance(query)))
                .limit(K)
                .map(CrashRow::id)
                .toList();
        if (nearest.size() != exact.size() || new HashSet<>(nearest).size() != nearest.size()) {
            wrong.add("A search for " + K + " rows found " + nearest + " of " + found.size() + " rows");
        }
        long hits = nearest.stream().filter(exact::contains).count();
        if (hits < LEAST_RECALL * exact.size()) {
            wrong.add("A search found " + hits + " of the " + exact.size() + " nearest rows: " + nearest);
        }
    }
}
