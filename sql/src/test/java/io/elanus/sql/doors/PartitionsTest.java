package io.elanus.sql.doors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Partitions change what is read, never what is answered.
@Timeout(120)
class PartitionsTest {
    private static @Nullable RealServer server;

    @BeforeAll
    static void start(@TempDir Path data) {
        server = RealServer.start(data);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static Connection connect() throws SQLException {
        if (server == null) {
            throw new IllegalStateException("The server did not start");
        }
        return server.connect();
    }

    private static List<String> rows(Connection connection, String sql) throws SQLException {
        return RealServer.rows(connection, sql);
    }

    private static String plan(Connection connection, String sql) throws SQLException {
        return String.join("\n", rows(connection, "EXPLAIN " + sql));
    }

    @Test
    void listedPartitionsAreAloneRead() throws SQLException {
        try (Connection connection = connect()) {
            RealServer.run(connection, """
                    CREATE TABLE film (id INTEGER PRIMARY KEY, land VARCHAR, v VECTOR(2))
                    PARTITION BY LIST (land) (
                      PARTITION north VALUES IN ('se', 'no'), PARTITION south VALUES IN ('it', NULL), PARTITION others DEFAULT)
                    WITH (shards = 2)""");
            RealServer.run(connection, """
                    INSERT INTO film VALUES
                      (1, 'se', '[0,1]'), (2, 'it', '[0,2]'), (3, NULL, '[0,3]'), (4, 'no', '[0,4]'), (5, 'jp', '[0,5]')""");
            assertThat(plan(connection, "SELECT * FROM film WHERE land = 'no'")).contains("partitions: 1 of 3 (north)");
            assertThat(plan(connection, "SELECT * FROM film WHERE land IN ('it', 'jp')"))
                    .contains("partitions: 2 of 3 (south, others)");
            assertThat(plan(connection, "SELECT * FROM film WHERE id > 1")).doesNotContain("partitions");
            assertThat(rows(connection, "SELECT id FROM film WHERE land = 'no'"))
                    .containsExactly("4");
            assertThat(rows(connection, "SELECT id FROM film WHERE land IS NULL"))
                    .containsExactly("3");
            assertThat(rows(connection, "SELECT id FROM film WHERE land = 'it' AND land = 'se'"))
                    .isEmpty();
            assertThat(rows(connection, "SELECT count(*) FROM film WHERE land = 'fr'"))
                    .containsExactly("0");
            assertThat(rows(connection, "SELECT id FROM film WHERE land = 'se' ORDER BY v <-> '[0,9]' LIMIT 3"))
                    .containsExactly("1");
            try (PreparedStatement prepared =
                    connection.prepareStatement("SELECT id FROM film WHERE land = ? ORDER BY id")) {
                prepared.setString(1, "jp");
                assertThat(ids(prepared)).containsExactly(5);
                prepared.setString(1, "se");
                assertThat(ids(prepared)).containsExactly(1);
            }
        }
    }

    private static List<Integer> ids(PreparedStatement prepared) throws SQLException {
        var ids = new ArrayList<Integer>();
        try (ResultSet result = prepared.executeQuery()) {
            while (result.next()) {
                ids.add(result.getInt(1));
            }
        }
        return ids;
    }

    @Test
    void aKeyStaysUniqueWhenItsRowMoves() throws SQLException {
        try (Connection connection = connect()) {
            RealServer.run(connection, """
                    CREATE TABLE move (id INTEGER PRIMARY KEY, a INTEGER) PARTITION BY RANGE (a) (
                      PARTITION low VALUES LESS THAN (10), PARTITION high VALUES LESS THAN (MAXVALUE))""");
            RealServer.run(connection, "INSERT INTO move VALUES (1, 1), (2, 20)");
            RealServer.run(connection, "FLUSH TABLE move");
            RealServer.run(connection, "UPDATE move SET a = 30 WHERE id = 1");
            assertThat(rows(connection, "SELECT id FROM move WHERE a < 10")).isEmpty();
            assertThat(rows(connection, "SELECT id, a FROM move ORDER BY id")).containsExactly("1|30", "2|20");
            assertThatThrownBy(() -> RealServer.run(connection, "INSERT INTO move VALUES (1, 3)"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("23505"));
            RealServer.run(connection, "UPSERT INTO move VALUES (2, 2)");
            RealServer.run(connection, "FLUSH TABLE move");
            assertThat(rows(connection, "SELECT id, a FROM move ORDER BY id")).containsExactly("1|30", "2|2");
            assertThat(rows(connection, "SELECT id FROM move WHERE a >= 10")).containsExactly("1");
            RealServer.run(connection, "DELETE FROM move WHERE a < 10");
            assertThat(rows(connection, "SELECT id FROM move")).containsExactly("1");
        }
    }

    @Test
    void partitionsComeAndGoWithTheirRows(@TempDir Path data) throws SQLException {
        try (RealServer own = RealServer.start(data);
                Connection connection = own.connect()) {
            RealServer.run(connection, """
                    CREATE TABLE log (id INTEGER PRIMARY KEY, day DATE) PARTITION BY RANGE (day) (
                      PARTITION y23 VALUES LESS THAN (DATE '2024-01-01'), PARTITION y24 VALUES LESS THAN (DATE '2025-01-01'))""");
            RealServer.run(connection, "INSERT INTO log VALUES (1, '2023-05-01'), (2, '2024-05-01')");
            RealServer.run(connection, "FLUSH TABLE log");
            RealServer.run(connection, "INSERT INTO log VALUES (3, '2023-06-01')");
            assertState(connection, "INSERT INTO log VALUES (4, '2025-05-01')", "23514", "ADD PARTITION");
            assertState(connection, "INSERT INTO log VALUES (4, NULL)", "23514", "day");
            assertState(
                    connection,
                    "ALTER TABLE log ADD PARTITION y22 VALUES LESS THAN (DATE '2023-01-01')",
                    "42P16",
                    "not above");
            RealServer.run(connection, "ALTER TABLE log ADD PARTITION y25 VALUES LESS THAN (DATE '2026-01-01')");
            RealServer.run(connection, "INSERT INTO log VALUES (4, '2025-05-01')");
            RealServer.run(connection, "ALTER TABLE log DROP PARTITION y23");
            assertThat(rows(connection, "SELECT id FROM log ORDER BY id")).containsExactly("2", "4");
            // Its range is that of the next one now, and its keys are free.
            RealServer.run(connection, "INSERT INTO log VALUES (1, '2023-07-01')");
            assertThat(rows(connection, "SELECT id FROM log WHERE day < DATE '2024-01-01'"))
                    .containsExactly("1");
            assertThat(
                            rows(
                                    connection,
                                    "SELECT partition_name, partition_description FROM information_schema.partitions ORDER BY 1"))
                    .containsExactly("y24|'2025-01-01'", "y25|'2026-01-01'");
            assertState(connection, "ALTER TABLE log DROP COLUMN day", "2BP01", "partition");
            assertState(connection, "ALTER TABLE log DROP PARTITION y23", "42704", "y24");
            RealServer.run(connection, "ALTER TABLE log DROP PARTITION IF EXISTS y23");
            RealServer.run(connection, "ALTER TABLE log ADD COLUMN note VARCHAR");
        }
        try (RealServer own = RealServer.start(data);
                Connection connection = own.connect()) {
            assertThat(rows(connection, "SELECT id FROM log ORDER BY id")).containsExactly("1", "2", "4");
            RealServer.run(connection, "COMPACT TABLE log");
            assertThat(rows(connection, "SELECT id, note FROM log WHERE day < DATE '2025-01-01' ORDER BY id"))
                    .containsExactly("1|NULL", "2|NULL");
        }
    }

    private static void assertState(Connection connection, String sql, String state, String text) {
        assertThatThrownBy(() -> RealServer.run(connection, sql))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(state))
                .hasMessageContaining(text);
    }

    @Test
    void declarationsThatMakeNoSenseAreRefused() throws SQLException {
        try (Connection connection = connect()) {
            String table = "CREATE TABLE bad (id BIGINT PRIMARY KEY, a INTEGER, d DOUBLE, v VECTOR(2)) PARTITION BY ";
            assertState(connection, table + "LIST (d) (PARTITION p VALUES IN (1))", "42P16", "DOUBLE");
            assertState(connection, table + "HASH (v) PARTITIONS 4", "42P16", "HASH takes INTEGER");
            assertState(connection, table + "HASH (b) PARTITIONS 4", "42703", "[b]");
            assertState(connection, table + "HASH (id) PARTITIONS 5000", "54V01", "1024");
            assertState(connection, table + "RANGE (a) PARTITIONS 4", "42P16", "Only HASH");
            assertState(
                    connection,
                    table + "LIST (a) (PARTITION p VALUES IN (1, 2), PARTITION q VALUES IN (2))",
                    "42P16",
                    "Two partitions have the value [2]");
            assertState(
                    connection,
                    table + "RANGE (a) (PARTITION p VALUES LESS THAN (9), PARTITION q VALUES LESS THAN (3))",
                    "42P16",
                    "not above");
            assertState(connection, table + "RANGE (a) (PARTITION p VALUES IN (9))", "42P16", "VALUES LESS THAN");
            assertState(
                    connection,
                    table + "LIST (a) (PARTITION p DEFAULT, PARTITION q VALUES IN (9))",
                    "42P16",
                    "none comes behind");
            assertState(connection, table + "LIST (a) (PARTITION p VALUES IN ('x'))", "22P02", "value of a partition");
            assertState(connection, table + "CIRCLE (a) PARTITIONS 4", "42601", "CIRCLE");
            RealServer.run(connection, "CREATE TABLE whole (id INTEGER PRIMARY KEY)");
            assertState(connection, "ALTER TABLE whole DROP PARTITION p", "42809", "no partitions");
            RealServer.run(
                    connection, "CREATE TABLE parts (id INTEGER PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 2");
            assertState(connection, "ALTER TABLE parts ADD PARTITION p", "0A000", "cannot change");
        }
    }

    /// The same statements on tables with and without partitions.
    @Test
    void everyConditionAnswersAsWithoutPartitions() throws SQLException {
        var random = new Random(17);
        try (Connection connection = connect()) {
            RealServer.run(connection, "CREATE TABLE one (id INTEGER PRIMARY KEY, a INTEGER, t VARCHAR)");
            RealServer.run(connection, """
                    CREATE TABLE lists (id INTEGER PRIMARY KEY, a INTEGER, t VARCHAR) PARTITION BY LIST (a) (
                      PARTITION p0 VALUES IN (0, 3, 6), PARTITION p1 VALUES IN (1, 9, NULL), PARTITION p2 DEFAULT)""");
            RealServer.run(connection, """
                    CREATE TABLE ranges (id INTEGER PRIMARY KEY, a INTEGER, t VARCHAR) PARTITION BY RANGE (a) (
                      PARTITION p0 VALUES LESS THAN (2), PARTITION p1 VALUES LESS THAN (3), PARTITION p2 VALUES LESS THAN (8),
                      PARTITION p3 DEFAULT) WITH (shards = 3)""");
            RealServer.run(
                    connection,
                    "CREATE TABLE hashes (id INTEGER PRIMARY KEY, a INTEGER, t VARCHAR) PARTITION BY HASH (t) PARTITIONS 5");
            List<String> tables = List.of("one", "lists", "ranges", "hashes");
            for (int round = 0; round < 3; round++) {
                var values = new ArrayList<String>();
                for (int i = 0; i < 40; i++) {
                    values.add("(%d, %s, '%s')".formatted(random.nextInt(60), number(random), random.nextInt(9)));
                }
                for (String table : tables) {
                    RealServer.run(connection, "UPSERT INTO " + table + " VALUES " + String.join(", ", values));
                }
                RealServer.run(connection, "FLUSH TABLE " + tables.get(random.nextInt(4)));
            }
            for (int i = 0; i < 150; i++) {
                String condition = condition(random, 2);
                List<String> expected = rows(connection, "SELECT * FROM one WHERE " + condition + " ORDER BY id");
                for (String table : tables) {
                    assertThat(rows(connection, "SELECT * FROM " + table + " WHERE " + condition + " ORDER BY id"))
                            .as(table + ": " + condition)
                            .isEqualTo(expected);
                }
            }
        }
    }

    private static String number(Random random) {
        return random.nextInt(8) == 0 ? "NULL" : Integer.toString(random.nextInt(12));
    }

    private static String condition(Random random, int depth) {
        String other = number(random);
        return switch (random.nextInt(depth == 0 ? 7 : 10)) {
            case 0 -> "a = " + other;
            case 1 -> "a < " + other;
            case 2 -> other + " <= a";
            case 3 -> "a >= " + other;
            case 4 -> "t = '" + random.nextInt(10) + "'";
            case 5 -> "a IN (" + number(random) + ", " + other + ")";
            case 6 -> "a IS NULL";
            case 7 -> "(" + condition(random, depth - 1) + " OR " + condition(random, depth - 1) + ")";
            case 8 -> "(" + condition(random, depth - 1) + " AND " + condition(random, depth - 1) + ")";
            default -> "NOT (" + condition(random, depth - 1) + ")";
        };
    }
}
