package io.elanus.sql.doors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.StringJoiner;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Acceptance: a backup under load, restored elsewhere, is what the source was at the backup's timestamp.
@Timeout(240)
class BackupTest {
    private static final int ROWS = 3_000;
    private static final int DIMENSION = 8;
    private static final long SEED = 20_261_122L;

    @TempDir
    Path folder;

    private final SplittableRandom random = new SplittableRandom(SEED);

    private String vector(SplittableRandom from) {
        var text = new StringJoiner(",", "'[", "]'");
        for (int i = 0; i < DIMENSION; i++) {
            text.add(Float.toString(from.nextInt(-1_000, 1_000) / 16f));
        }
        return text.toString();
    }

    private void fill(Connection connection) throws SQLException {
        RealServer.run(
                connection,
                "CREATE SCHEMA extra",
                "CREATE TABLE film (id BIGINT PRIMARY KEY, title VARCHAR NOT NULL CHECK (title <> ''), plot VECTOR(8))"
                        + " WITH (shards = 2)",
                "CREATE INDEX film_plot ON film USING hnsw (plot vector_l2_ops)",
                "CREATE TABLE extra.note (line VARCHAR) PARTITION BY HASH (line) PARTITIONS 3",
                "CREATE VIEW long_titles AS SELECT id, title FROM film WHERE id % 2 = 0",
                "CREATE VIEW extra.longer AS SELECT id FROM public.long_titles WHERE id > 100");
        for (int from = 0; from < ROWS; from += 1_000) {
            var rows = new StringJoiner(", ");
            for (int id = from; id < from + 1_000; id++) {
                rows.add("(%d, 'film %d', %s)".formatted(id, id, vector(random)));
            }
            RealServer.run(connection, "INSERT INTO film VALUES " + rows);
        }
        RealServer.run(
                connection,
                "INSERT INTO extra.note VALUES ('one'), ('two'), ('three')",
                "FLUSH TABLE film",
                "DELETE FROM film WHERE id % 10 = 3",
                "UPDATE film SET title = title || '!' WHERE id % 10 = 4",
                "ALTER TABLE film ADD COLUMN stars INTEGER DEFAULT 5",
                "UPDATE film SET stars = 1 WHERE id % 10 = 5",
                "ALTER TABLE film DROP COLUMN stars",
                "ALTER TABLE film ADD COLUMN votes INTEGER DEFAULT 7");
    }

    /// Changes rows until it is told to stop; counts down after each of its first statements.
    private Future<Integer> writer(
            ExecutorService threads, RealServer server, AtomicBoolean stop, CountDownLatch some) {
        var choices = random.split();
        return threads.submit(() -> {
            int statements = 0;
            try (Connection connection = server.connect()) {
                while (!stop.get()) {
                    int id = choices.nextInt(2 * ROWS);
                    RealServer.run(
                            connection,
                            switch (choices.nextInt(3)) {
                                case 0 -> "DELETE FROM film WHERE id = " + id;
                                case 1 -> "UPDATE film SET title = title || '+' WHERE id = " + id;
                                default ->
                                    "UPSERT INTO film (id, title, plot) VALUES (%d, 'new', %s)"
                                            .formatted(id, vector(choices));
                            });
                    statements++;
                    some.countDown();
                }
            }
            return statements;
        });
    }

    private static List<String> shown(Connection connection, String asOf) throws SQLException {
        var all = new ArrayList<>(RealServer.rows(connection, "SELECT count(*), sum(id) FROM film" + asOf));
        all.addAll(RealServer.rows(connection, "SELECT id, title, plot, votes FROM film" + asOf + " ORDER BY id"));
        all.addAll(RealServer.rows(
                connection, "SELECT constraint_name, check_clause FROM information_schema.check_constraints"));
        all.addAll(RealServer.rows(connection, "SELECT line FROM extra.note" + asOf + " ORDER BY line"));
        for (int i = 0; i < 5; i++) {
            all.addAll(RealServer.rows(
                    connection,
                    ("SELECT id, plot <-> '[%d,2,3,4,5,6,7,8]' AS d FROM film%s ORDER BY d"
                                    + " FETCH EXACT FIRST 10 ROWS ONLY")
                            .formatted(i, asOf)));
        }
        return all;
    }

    @Test
    void aBackupUnderLoadIsTheSourceAtItsTimestamp() throws Exception {
        String place = "file://" + folder.resolve("backups/monday");
        List<String> expected;
        try (RealServer source = RealServer.start(folder.resolve("source"));
                ExecutorService threads = Executors.newSingleThreadExecutor();
                Connection connection = source.connect()) {
            fill(connection);
            var stop = new AtomicBoolean();
            var some = new CountDownLatch(10);
            Future<Integer> writer = writer(threads, source, stop, some);
            String takenAt;
            try {
                some.await();
                List<String> tables = RealServer.rows(connection, "BACKUP DATABASE TO '%s'".formatted(place));
                assertThat(tables).hasSize(2);
                takenAt = tables.getFirst().substring(tables.getFirst().lastIndexOf('|') + 1);
            } finally {
                stop.set(true);
            }
            assertThat(writer.get()).isGreaterThan(10);
            String asOf = " FOR SYSTEM_TIME AS OF TIMESTAMP '%s'".formatted(takenAt.replaceAll("[Z+].*$", ""));
            expected = shown(connection, asOf);
            assertThat(expected).isNotEqualTo(shown(connection, ""));
            restoreBeside(connection, place, expected);
        }
        try (RealServer target = RealServer.start(folder.resolve("target"));
                Connection connection = target.connect()) {
            assertThat(RealServer.rows(connection, "SHOW BACKUPS IN '%s'".formatted(folder.resolve("backups"))))
                    .singleElement()
                    .satisfies(line -> assertThat(line).startsWith(folder.resolve("backups/monday") + "|"));
            refusesDamage(connection, place);
            RealServer.run(connection, "RESTORE DATABASE FROM '%s'".formatted(place));
            assertThat(shown(connection, "")).isEqualTo(expected);
            restoredIsAlive(connection);
        }
    }

    private static void restoreBeside(Connection connection, String place, List<String> expected) throws SQLException {
        assertThatThrownBy(() -> RealServer.run(connection, "RESTORE DATABASE FROM '%s'".formatted(place)))
                .hasMessageContaining("exists already");
        assertThatThrownBy(() -> RealServer.run(connection, "BACKUP DATABASE TO '%s'".formatted(place)))
                .hasMessageContaining("There is a backup in");
        assertThatThrownBy(() -> RealServer.run(connection, "RESTORE TABLE nope FROM '%s'".formatted(place)))
                .hasMessageContaining("no table [nope]");
        RealServer.run(connection, "RESTORE TABLE film AS film_monday FROM '%s'".formatted(place));
        assertThat(RealServer.rows(connection, "SELECT count(*), sum(id) FROM film_monday"))
                .containsExactly(expected.getFirst());
    }

    private void refusesDamage(Connection connection, String place) throws IOException, SQLException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder.resolve("backups/monday"))) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        Path file = files.get(random.nextInt(files.size() - 1) + 1);
        byte[] whole = Files.readAllBytes(file);
        byte[] damaged = whole.clone();
        damaged[random.nextInt(damaged.length)] ^= 4;
        String restore = "RESTORE DATABASE FROM '%s'".formatted(place);
        Files.write(file, damaged);
        assertThatThrownBy(() -> RealServer.run(connection, restore))
                .hasMessageContaining(file.getFileName().toString())
                .hasMessageContaining("damaged");
        Files.delete(file);
        assertThatThrownBy(() -> RealServer.run(connection, restore))
                .hasMessageContaining(file.getFileName().toString())
                .hasMessageContaining("missing");
        Files.write(file, whole);
        Path manifest = folder.resolve("backups/monday/backup.manifest");
        byte[] list = Files.readAllBytes(manifest);
        Files.delete(manifest);
        assertThatThrownBy(() -> RealServer.run(connection, restore)).hasMessageContaining("never finished");
        list[list.length / 2] ^= 1;
        Files.write(manifest, list);
        assertThatThrownBy(() -> RealServer.run(connection, restore)).hasMessageContaining("damaged");
        list[list.length / 2] ^= 1;
        Files.write(manifest, list);
        assertThat(RealServer.rows(connection, "SHOW TABLES")).isEmpty();
    }

    private static void restoredIsAlive(Connection connection) throws SQLException {
        assertThat(RealServer.rows(connection, "SELECT count(*) FROM extra.longer"))
                .isNotEmpty();
        assertThat(RealServer.rows(connection, "SHOW INDEXES FROM film"))
                .anySatisfy(line -> assertThat(line).startsWith("film_plot|plot|hnsw"));
        RealServer.run(
                connection,
                "INSERT INTO extra.note VALUES ('four')",
                "INSERT INTO film VALUES (1000000, 'last', NULL, 1)",
                "DELETE FROM film WHERE id = 1000000");
        assertThat(RealServer.rows(connection, "SELECT count(DISTINCT line) FROM extra.note"))
                .containsExactly("4");
        assertThatThrownBy(() -> RealServer.run(connection, "INSERT INTO film SELECT * FROM film LIMIT 1"))
                .hasMessageContaining("exists");
    }

    /// Into the cluster's own store, and back out of it.
    @Test
    void rolesAndGrantsComeBackWithTheDatabase() throws SQLException {
        try (RealServer server = RealServer.start(folder.resolve("one"));
                Connection connection = server.connect()) {
            RealServer.run(
                    connection,
                    "CREATE ROLE readers",
                    "CREATE USER ada PASSWORD 'correct horse battery staple'",
                    "GRANT readers TO ada",
                    "CREATE SCHEMA shelf",
                    "GRANT USAGE ON SCHEMA shelf TO readers",
                    "CREATE TABLE shelf.gone (a INTEGER)",
                    "CREATE TABLE shelf.book (id BIGINT PRIMARY KEY, old INTEGER, title VARCHAR, owner VARCHAR)",
                    "ALTER TABLE shelf.book DROP COLUMN old",
                    "INSERT INTO shelf.book VALUES (1, 'Emma', 'ada'), (2, 'Walden', 'bob')",
                    "GRANT SELECT (title) ON shelf.book TO readers",
                    "GRANT SELECT (owner) ON shelf.book TO readers",
                    "CREATE POLICY own ON shelf.book FOR SELECT TO readers USING (owner = 'ada')",
                    "ALTER TABLE shelf.book ENABLE ROW LEVEL SECURITY",
                    "CREATE VIEW shelf.titles AS SELECT title FROM shelf.book",
                    "GRANT SELECT ON shelf.titles TO ada",
                    "BACKUP DATABASE TO 'store:safe/all'");
            List<String> roles = access(connection);
            assertThat(roles).hasSizeGreaterThan(8);
            RealServer.run(
                    connection,
                    "DROP TABLE shelf.book, shelf.gone CASCADE",
                    "DROP SCHEMA shelf",
                    "DROP USER ada",
                    "DROP ROLE readers",
                    "RESTORE DATABASE FROM 'store:safe/all' WITH (roles off)");
            assertThat(RealServer.rows(connection, "SELECT role_name FROM system.roles WHERE role_name = 'readers'"))
                    .isEmpty();
            RealServer.run(
                    connection,
                    "DROP TABLE shelf.book, shelf.gone CASCADE",
                    "DROP SCHEMA shelf",
                    "RESTORE DATABASE FROM 'store:safe/all'");
            assertThat(access(connection)).isEqualTo(roles);
            RealServer.run(connection, "SET ROLE ada");
            assertThat(RealServer.rows(connection, "SELECT title FROM shelf.book"))
                    .containsExactly("Emma");
            assertThatThrownBy(() -> RealServer.rows(connection, "SELECT id FROM shelf.book"))
                    .hasMessageContaining("may not SELECT these columns");
        }
    }

    private static List<String> access(Connection connection) throws SQLException {
        var all = new ArrayList<>(RealServer.rows(connection, "SELECT * FROM system.roles ORDER BY role_name"));
        all.addAll(RealServer.rows(connection, "SHOW GRANTS"));
        all.addAll(RealServer.rows(connection, "SHOW POLICIES"));
        return all;
    }
}
