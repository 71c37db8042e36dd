package io.elanus.sql.doors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.elanus.sql.doors.DataFiles.Harm;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files of rows that the disk has changed, cut off or lost: what a client sees of them, and that everything else
/// goes on.
class CorruptFilesTest {
    private static final String DAMAGED = "XX001";
    private static final String MISSING = "58P01";

    /// A kind of file of a segment: part of its name, and the level of the segment that has one.
    private enum Kind {
        ROWS("-c1.rows", "L1"),
        TIMESTAMPS("-ts.rows", "L1"),
        /// The statistics by key.
        KEYS("-keys", "L1"),
        /// The statistics by column are in it.
        MANIFEST(".manifest", "L1"),
        DELETES("-deltas", "L0"),
        DELETES_MANIFEST(".manifest", "L0");

        final String name;
        final String level;

        Kind(String name, String level) {
            this.name = name;
            this.level = level;
        }
    }

    private record Case(Kind kind, Harm harm) {
        static List<Case> all() {
            var all = new ArrayList<Case>();
            for (Kind kind : Kind.values()) {
                for (Harm harm : Harm.values()) {
                    all.add(new Case(kind, harm));
                }
            }
            return all;
        }

        String table() {
            return (kind + "_" + harm).toLowerCase(Locale.ROOT);
        }

        String state() {
            return harm == Harm.LOST ? MISSING : DAMAGED;
        }
    }

    @TempDir
    private Path data;

    @Test
    void everyKindOfFileIsNamedHoweverItIsDamagedAndEverythingElseGoesOn() throws Exception {
        var files = new DataFiles(data);
        Map<Case, List<Path>> victims;
        try (RealServer server = RealServer.start(data);
                Connection connection = server.connect()) {
            RealServer.run(connection, "CREATE TABLE sound (id BIGINT PRIMARY KEY)", "INSERT INTO sound VALUES (1)");
            fillAll(server);
            victims = victims(connection, files);
        }
        Map<Case, List<String>> spoilt = new LinkedHashMap<>();
        for (Map.Entry<Case, List<Path>> victim : victims.entrySet()) {
            spoilt.put(victim.getKey(), files.spoil(victim.getKey().harm(), victim.getValue()));
        }
        try (RealServer server = RealServer.start(data);
                Connection connection = server.connect()) {
            for (Case each : Case.all()) {
                SQLException error =
                        catchThrowableOfType(SQLException.class, () -> RealServer.rows(connection, read(each)));
                assertThat((Throwable) error).as("%s", each).isNotNull();
                assertThat(error.getSQLState()).as("%s", error).isEqualTo(each.state());
                assertThat(spoilt.get(each)).as("%s", error).anyMatch(String.valueOf(error.getMessage())::contains);
                assertThat(RealServer.rows(connection, "SELECT count(*) FROM sound"))
                        .containsExactly("1");
            }
            RealServer.run(connection, "DROP TABLE " + new Case(Kind.MANIFEST, Harm.LOST).table());
            files.restore();
            for (Case each : Case.all()) {
                if (!each.equals(new Case(Kind.MANIFEST, Harm.LOST))) {
                    RealServer.await(connection, read(each), "75|12");
                }
            }
        }
    }

    private static String read(Case each) {
        return "SELECT sum(id), max(v <-> '[0%s]') FROM %s".formatted(", 0".repeat(31), each.table());
    }

    private static Map<Case, List<Path>> victims(Connection connection, DataFiles files)
            throws SQLException, IOException {
        var victims = new LinkedHashMap<Case, List<Path>>();
        for (Case each : Case.all()) {
            var found = new ArrayList<Path>();
            for (String segment : DataFiles.segments(connection, each.table(), each.kind().level)) {
                found.addAll(files.objects(segment, each.kind().name));
            }
            victims.put(each, found);
        }
        return victims;
    }

    /// All tables, side by side: each waits for its flushes.
    private static void fillAll(RealServer server) throws Exception {
        try (var threads = Executors.newFixedThreadPool(8)) {
            List<Callable<Void>> tasks = new ArrayList<>();
            for (Case each : Case.all()) {
                tasks.add(() -> {
                    try (Connection connection = server.connect()) {
                        fill(connection, each.table());
                    }
                    return null;
                });
            }
            for (var task : threads.invokeAll(tasks)) {
                task.get();
            }
        }
    }

    /// Rows in files, of which one was deleted later.
    private static void fill(Connection connection, String table) throws SQLException {
        RealServer.run(
                connection,
                "CREATE TABLE " + table + " (id BIGINT PRIMARY KEY, v VECTOR(32))",
                "INSERT INTO " + table + " VALUES " + vectors(1, 10),
                "FLUSH " + table,
                "DELETE FROM " + table + " WHERE id = 3",
                "INSERT INTO " + table + " VALUES " + vectors(11, 12),
                "FLUSH " + table);
    }

    private static String vectors(int from, int to) {
        String zeros = ", 0".repeat(31);
        return IntStream.rangeClosed(from, to)
                .mapToObj(id -> "(%d, '[%d%s]')".formatted(id, id, zeros))
                .collect(Collectors.joining(", "));
    }
}
