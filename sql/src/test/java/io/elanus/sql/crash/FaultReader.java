package io.elanus.sql.crash;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/// Reads what others write while the cluster is being harmed, and judges what it finds: strong reads against the
/// timeline, reads of a session against what the session has seen, and reads of the past against the same read
/// before.
final class FaultReader implements Runnable {
    /// The proxy that held the rest of a result has ended.
    private static final String LOST_RESULT = "26000";

    private static final int KEYS = 12;
    private static final int MOMENTS = 6;
    private static final int STATEMENT_SECONDS = 20;
    private static final Duration PAUSE = Duration.ofMillis(250);
    /// A moment is so long ago that every proxy and coordinator, whose clocks differ a little, has passed it.
    private static final Duration PAST = Duration.ofSeconds(2);
    private static final DateTimeFormatter LITERAL =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS").withZone(ZoneOffset.UTC);

    private record Moment(String literal, Map<Long, Long> versions) {}

    private final String url;
    private final CrashTable table;
    private final Timeline timeline;
    private final RandomGenerator random;
    private final List<Moment> moments = new ArrayList<>();
    private final Map<Long, Integer> seenBySession = new HashMap<>();
    private final List<String> wrong = new ArrayList<>();
    private final AtomicLong reads = new AtomicLong();
    private volatile boolean ending;

    FaultReader(String url, CrashTable table, Timeline timeline, RandomGenerator random) {
        this.url = url;
        this.table = table;
        this.timeline = timeline;
        this.random = random;
    }

    /// Reads that were answered and judged.
    long reads() {
        return reads.get();
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
            seenBySession.clear();
            try (Connection connection = DriverManager.getConnection(url)) {
                while (!ending && wrong.isEmpty()) {
                    step(connection);
                    reads.incrementAndGet();
                    LockSupport.parkNanos(PAUSE.toNanos());
                }
            } catch (SQLException e) {
                judge(e);
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    /// Errors about the data are never explained by a fault.
    private void judge(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        boolean ofData = state.startsWith("2") && !state.equals(LOST_RESULT);
        if (ofData || state.startsWith("42") || state.startsWith("XX")) {
            wrong.add("A reader was told [%s] %s".formatted(state, e.getMessage()));
        }
    }

    private void step(Connection connection) throws SQLException {
        switch (random.nextInt(5)) {
            case 0, 1 -> readStrong(connection);
            case 2, 3 -> readInSession(connection);
            default -> readPast(connection);
        }
    }

    private List<Long> someKeys() {
        List<Long> all = timeline.keys();
        return all.isEmpty()
                ? List.of()
                : random.ints(KEYS, 0, all.size()).mapToObj(all::get).distinct().toList();
    }

    private void readStrong(Connection connection) throws SQLException {
        List<Long> keys = someKeys();
        var settled = new HashMap<Long, Integer>();
        keys.forEach(key -> settled.put(key, timeline.settled(key)));
        Map<Long, CrashRow> found = read(connection, "strong", keys);
        for (long key : keys) {
            timeline.seen(key, judge("A strong read", key, Objects.requireNonNull(settled.get(key)), found));
        }
    }

    private void readInSession(Connection connection) throws SQLException {
        List<Long> keys = someKeys();
        Map<Long, CrashRow> found = read(connection, "session", keys);
        for (long key : keys) {
            int seen = seenBySession.getOrDefault(key, 0);
            seenBySession.put(key, judge("A later read of a session", key, seen, found));
        }
    }

    /// The place where the key was found; no earlier than it may be.
    private int judge(String what, long key, int from, Map<Long, CrashRow> found) {
        Optional<CrashRow> row = Optional.ofNullable(found.get(key));
        int at = timeline.find(key, from, row);
        if (at < 0) {
            wrong.add("%s of key %d found %s, but it was %s".formatted(what, key, row, timeline.describe(key, from)));
        }
        return Math.max(at, from);
    }

    private Map<Long, CrashRow> read(Connection connection, String consistency, List<Long> keys) throws SQLException {
        var found = new HashMap<Long, CrashRow>();
        if (keys.isEmpty()) {
            return found;
        }
        String in = String.join(", ", keys.stream().map(String::valueOf).toList());
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(STATEMENT_SECONDS);
            statement.execute("SET consistency = " + consistency);
            try (ResultSet rows =
                    statement.executeQuery("SELECT id, version FROM " + table.name() + " WHERE id IN (" + in + ")")) {
                while (rows.next()) {
                    long key = rows.getLong(1);
                    if (found.put(key, new CrashRow(key, rows.getLong(2))) != null) {
                        wrong.add("Key " + key + " is there twice");
                    }
                }
            }
        }
        return found;
    }

    /// A new moment, or one that was read before.
    private void readPast(Connection connection) throws SQLException {
        if (moments.size() < MOMENTS) {
            String literal = LITERAL.format(Instant.now().minus(PAST));
            moments.add(new Moment(literal, readAt(connection, literal)));
            return;
        }
        int chosen = random.nextInt(moments.size());
        Moment moment = moments.get(chosen);
        Map<Long, Long> now = readAt(connection, moment.literal());
        if (!now.equals(moment.versions())) {
            wrong.add("What was at %s has changed: %s".formatted(moment.literal(), difference(moment.versions(), now)));
        }
        if (random.nextInt(MOMENTS) == 0) {
            moments.remove(chosen);
        }
    }

    private Map<Long, Long> readAt(Connection connection, String literal) throws SQLException {
        var versions = new HashMap<Long, Long>();
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(STATEMENT_SECONDS);
            try (ResultSet rows = statement.executeQuery(
                    "SELECT id, version FROM " + table.name() + " FOR SYSTEM_TIME AS OF TIMESTAMP '" + literal + "'")) {
                while (rows.next()) {
                    versions.put(rows.getLong(1), rows.getLong(2));
                }
            }
        }
        return versions;
    }

    private static String difference(Map<Long, Long> before, Map<Long, Long> after) {
        var lines = new ArrayList<String>();
        before.forEach((key, version) -> {
            if (!version.equals(after.get(key))) {
                lines.add("key %d was %d and is %s".formatted(key, version, after.get(key)));
            }
        });
        after.keySet().stream()
                .filter(key -> !before.containsKey(key))
                .forEach(key -> lines.add("key " + key + " was not there"));
        return String.join("; ", lines);
    }
}
