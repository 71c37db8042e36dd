package io.elanus.sql.whole;

import static io.elanus.sql.whole.RunningServer.asOf;
import static io.elanus.sql.whole.RunningServer.between;
import static io.elanus.sql.whole.RunningServer.pairs;
import static io.elanus.sql.whole.RunningServer.run;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Reads of the past against a plain model: the replay of all statements up to a moment.
class TimeTravelTest {
    private static final int KEYS = 60;
    private static final int STATEMENTS = 120;

    /// What the table held between two statements.
    private record Moment(Instant at, SortedMap<Long, Long> rows) {}

    @TempDir
    private Path folder;

    @Test
    void theTableAsOfAnyMomentIsTheReplayOfTheStatementsBefore() throws SQLException {
        long seed = 20_261_122;
        try (RunningServer server = RunningServer.start(folder.resolve("data"), Map.of());
                Connection connection = server.connect()) {
            for (int shards : List.of(1, 3)) {
                String table = "past" + shards;
                run(
                        connection,
                        "CREATE TABLE " + table + " (id BIGINT PRIMARY KEY, n BIGINT) WITH (shards = " + shards + ")");
                checkHistory(connection, table, new Random(seed + shards));
            }
        }
    }

    private static void checkHistory(Connection connection, String table, Random random) throws SQLException {
        var model = new TreeMap<Long, Long>();
        var moments = new ArrayList<Moment>();
        for (int i = 0; i < STATEMENTS; i++) {
            step(connection, table, model, random, i);
            moments.add(new Moment(between(), new TreeMap<>(model)));
            if (i % 3 == 0) {
                check(connection, table, moments.get(random.nextInt(moments.size())));
            }
        }
        run(connection, "FLUSH TABLE " + table);
        run(connection, "COMPACT TABLE " + table);
        for (Moment moment : moments) {
            check(connection, table, moment);
        }
    }

    private static void check(Connection connection, String table, Moment moment) throws SQLException {
        String what = table + asOf(moment.at);
        assertThat(pairs(connection, "SELECT id, n FROM " + what)).as(what).isEqualTo(moment.rows);
        assertThat(RunningServer.count(connection, what)).as(what).isEqualTo(moment.rows.size());
    }

    private static void step(
            Connection connection, String table, NavigableMap<Long, Long> model, Random random, int version)
            throws SQLException {
        long from = random.nextInt(KEYS);
        long to = from + random.nextInt(12);
        switch (random.nextInt(8)) {
            case 0, 1, 2 -> upsert(connection, table, model, from, to, version);
            case 3 -> {
                run(connection, "UPDATE " + table + " SET n = n + 1000 WHERE id BETWEEN " + from + " AND " + to);
                model.subMap(from, true, to, true).replaceAll((_, n) -> n + 1_000);
            }
            case 4, 5 -> {
                run(connection, "DELETE FROM " + table + " WHERE id BETWEEN " + from + " AND " + to);
                model.subMap(from, true, to, true).clear();
            }
            case 6 -> run(connection, "FLUSH TABLE " + table);
            default -> run(connection, "COMPACT TABLE " + table);
        }
    }

    private static void upsert(
            Connection connection, String table, NavigableMap<Long, Long> model, long from, long to, int version)
            throws SQLException {
        var values = new StringJoiner(", ");
        for (long id = from; id <= to; id++) {
            values.add("(" + id + ", " + version + ")");
            model.put(id, (long) version);
        }
        run(connection, "UPSERT INTO " + table + " (id, n) VALUES " + values);
    }

    /// Once compaction has collected rows, a read that would miss them is refused, and says what is possible.
    @Test
    void aReadBelowWhatWasCollectedIsRefusedAndNeverWrong() throws SQLException {
        var settings = Map.of("coordinators.data.garbage.time-travel-retention", "500 ms");
        try (RunningServer server = RunningServer.start(folder.resolve("data"), settings);
                Connection connection = server.connect()) {
            run(connection, "CREATE TABLE gone (id BIGINT PRIMARY KEY, n BIGINT)");
            var model = new TreeMap<Long, Long>();
            upsert(connection, "gone", model, 1, 50, 7);
            Instant full = between();
            run(connection, "DELETE FROM gone WHERE id > 10");
            run(connection, "FLUSH TABLE gone");
            SQLException refused = null;
            long end = System.nanoTime() + 60_000_000_000L;
            while (refused == null && System.nanoTime() < end) {
                run(connection, "COMPACT TABLE gone");
                try {
                    assertThat(pairs(connection, "SELECT id, n FROM gone" + asOf(full)))
                            .isEqualTo(model);
                    LockSupport.parkNanos(50_000_000);
                } catch (SQLException e) {
                    refused = e;
                }
            }
            assertThat((Throwable) refused).isNotNull().hasMessageContaining("at the earliest");
            assertThat(requireNonNull(refused).getSQLState()).isEqualTo("72V01");
            assertThat(pairs(connection, "SELECT id, n FROM gone")).hasSize(10);
        }
    }
}
