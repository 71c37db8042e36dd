package io.elanus.sql.doors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.sql.doors.DataFiles.Harm;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Indexes over paths of JSON documents in a server: they change no answer, filters use them, and a spoilt file is
/// replaced.
class JsonPathIndexesTest {
    private static final Map<String, String> INDEX_ALL = Map.of("coordinators.index.min-rows", "1");
    private static final int ROWS = 3_000;
    private static final String NUMBER = "JSON_VALUE(doc, '$.a.b' RETURNING BIGINT)";
    private static final String NAME = "JSON_VALUE(doc, '$.name')";
    private static final String FLAG = "JSON_VALUE(doc, '$.flag' RETURNING BOOLEAN)";
    private static final List<String> CONDITIONS = List.of(
            NUMBER + " = 7",
            NUMBER + " BETWEEN 7 AND 9",
            NUMBER + " IN (7, 11, NULL)",
            NUMBER + " < 2.5",
            NUMBER + " > 495 AND id > 1000",
            NUMBER + " IS NULL",
            NUMBER + " IS NULL AND " + NAME + " LIKE 'n12%'",
            "NOT (" + NUMBER + " = 7) AND " + NUMBER + " < 10",
            "JSON_VALUE(doc, 'lax $.\"a\".\"b\"' RETURNING BIGINT) = 7",
            "JSON_VALUE(doc, '$.a.b' RETURNING DOUBLE) = 7",
            "JSON_VALUE(doc, '$.a.b') = 'x'",
            NAME + " = 'n77'",
            NAME + " LIKE 'n77%' AND " + NUMBER + " > 3",
            FLAG,
            FLAG + " AND " + NUMBER + " = 1",
            NUMBER + " = 7 OR " + NAME + " = 'n9'");

    private static final String UUID = "'0b5f3c1e-6f0a-4c8e-9d55-2b1f6b7a1c11'";
    /// By type: two values to compare with.
    private static final Map<String, List<String>> ODD = new TreeMap<>(Map.ofEntries(
            Map.entry("VARCHAR", List.of("'1'", "'1.0'")),
            Map.entry("TINYINT", List.of("1", "0")),
            Map.entry("SMALLINT", List.of("1", "32767")),
            Map.entry("INTEGER", List.of("1", "32768")),
            Map.entry("BIGINT", List.of("1", "1.5")),
            Map.entry("REAL", List.of("0.1", "CAST(0.1 AS REAL)")),
            Map.entry("DOUBLE", List.of("0.1", "1")),
            Map.entry("DECIMAL(10, 2)", List.of("1.5", "0.1")),
            Map.entry("DECIMAL(38, 4)", List.of("1.5", "1")),
            Map.entry("BOOLEAN", List.of("TRUE", "FALSE")),
            Map.entry("DATE", List.of("DATE '2024-02-03'", "DATE '2024-02-04'")),
            Map.entry("TIME", List.of("TIME '04:05:00'", "TIME '04:05:06'")),
            Map.entry("TIMESTAMP", List.of("TIMESTAMP '2024-02-03 04:05:06'", "TIMESTAMP '2024-02-03 00:00:00'")),
            Map.entry("UUID", List.of("CAST(" + UUID + " AS UUID)", "CAST(upper(" + UUID + ") AS UUID)"))));
    private static final List<String> ODD_VALUES = List.of(
            "{\"v\": 1}",
            "{\"v\": 1.0}",
            "{\"v\": 1e0}",
            "{\"v\": 10e-1}",
            "{\"v\": \"1\"}",
            "{\"v\": \" 1 \"}",
            "{\"v\": \"1.0\"}",
            "{\"v\": true}",
            "{\"v\": false}",
            "{\"v\": \"t\"}",
            "{\"v\": null}",
            "{\"v\": [1]}",
            "{\"v\": [2, \"1\"]}",
            "{\"v\": []}",
            "{\"v\": {\"x\": 1}}",
            "{\"v\": 1.5}",
            "{\"v\": -0.0}",
            "{\"v\": 0}",
            "{\"v\": 0.1}",
            "{\"v\": 32768}",
            "{\"v\": 9223372036854775808}",
            "{\"v\": 1e400}",
            "{\"v\": \"NaN\"}",
            "{\"v\": \"-Infinity\"}",
            "{\"v\": \"\"}",
            "{\"v\": \"null\"}",
            "{\"v\": \"2024-02-03\"}",
            "{\"v\": \"2024-02-03T04:05:06Z\"}",
            "{\"v\": \"2024-02-03 04:05:06\"}",
            "{\"v\": \"04:05\"}",
            "{\"v\": 1234567890123456789012345678901234.5}",
            "{\"v\": " + UUID.replace('\'', '"') + "}",
            "{\"v\": 1, \"v\": 2}",
            "{\"V\": 1}",
            "{\"w\": {\"v\": 1}}",
            "{}",
            "[]",
            "1",
            "\"v\"",
            "null");
    private static final int ODD_ROWS = 800;

    @TempDir
    private Path data;

    @Test
    void indexesChangeNoAnswerAndFiltersUseThem() throws Exception {
        var files = new DataFiles(data);
        List<String> changed;
        try (RealServer server = RealServer.start(data, INDEX_ALL);
                Connection connection = server.connect()) {
            RealServer.run(
                    connection,
                    "CREATE TABLE paper (id BIGINT PRIMARY KEY, doc JSON, v VECTOR(2))",
                    "INSERT INTO paper VALUES "
                            + IntStream.range(1, ROWS)
                                    .mapToObj(i -> "(%d, %s, '[%d, 0]')".formatted(i, document(i), i))
                                    .collect(Collectors.joining(", ")));
            List<String> before = answers(connection);
            assertThat(before.getFirst()).isNotEqualTo("0 null");
            RealServer.run(
                    connection,
                    "CREATE INDEX paper_b ON paper (doc) WITH (path = '$.a.b', value_type = 'BIGINT')",
                    "CREATE INDEX paper_name ON paper USING inverted (doc) WITH (path = '$.name')",
                    "CREATE INDEX paper_flag ON paper (doc) WITH (path = '$.\"flag\"', value_type = 'boolean')",
                    "FLUSH paper");
            awaitIndexed(connection);

            assertThat(answers(connection)).isEqualTo(before);
            uses(connection, "SELECT count(*) FROM paper WHERE " + NUMBER + " = 7", "paper_b (sorted)");
            uses(connection, "SELECT id FROM paper WHERE " + NAME + " LIKE 'n77%'", "paper_name (inverted)");
            uses(connection, "SELECT max(id) FROM paper WHERE " + FLAG, "paper_flag (bitmap)");
            uses(
                    connection,
                    "SELECT id FROM paper WHERE " + NUMBER + " = 7 ORDER BY v <-> '[9, 0]' LIMIT 2",
                    "paper_b (sorted)");
            assertThat(RealServer.rows(
                            connection,
                            "SELECT parameters FROM system.indexes WHERE index_name IN ('paper_b', 'paper_name')"
                                    + " ORDER BY index_name"))
                    .hasSize(2)
                    .allMatch(text -> text.contains("path=$.") && text.contains("value_type="));

            RealServer.run(
                    connection,
                    "UPDATE paper SET doc = '{\"a\": {\"b\": 9000}}' WHERE " + NUMBER + " = 7",
                    "DELETE FROM paper WHERE " + NUMBER + " = 8",
                    "INSERT INTO paper VALUES (" + ROWS + ", '{\"a\": {\"b\": 9001}}', '[0, 0]')");
            assertThat(count(connection, NUMBER + " >= 9000")).isNotEqualTo("1");
            assertThat(count(connection, NUMBER + " IN (7, 8)")).isEqualTo("0");
            assertThat(count(connection, NUMBER + " = 9001")).isEqualTo("1");
            changed = answers(connection);
        }
        files.spoil(Harm.CHANGED, files.objects("index_files"));
        try (RealServer server = RealServer.start(data, INDEX_ALL);
                Connection connection = server.connect()) {
            assertThat(answers(connection)).isEqualTo(changed);
            awaitIndexed(connection);
            uses(connection, "SELECT count(*) FROM paper WHERE " + NUMBER + " = 9", "paper_b (sorted)");
            assertThat(answers(connection)).isEqualTo(changed);
        }
    }

    /// Values that look like others, of every type that an index can hold; each document is written often enough
    /// that none is common.
    @Test
    void oddValuesAreTheSameWithIndexesAndWithout() throws Exception {
        try (RealServer server = RealServer.start(data, INDEX_ALL);
                Connection connection = server.connect()) {
            RealServer.run(connection, "CREATE TABLE odd (id BIGINT PRIMARY KEY, doc JSON)", insertOdd(0));
            List<String> before = oddAnswers(connection, "");
            assertThat(before).anyMatch(answer -> answer.startsWith("0 ")).anyMatch(answer -> !answer.startsWith("0 "));
            for (String type : ODD.keySet()) {
                RealServer.run(
                        connection,
                        "CREATE INDEX %s ON odd (JSON_VALUE(doc, '$.v' RETURNING %s))".formatted(indexOf(type), type));
            }
            RealServer.run(
                    connection,
                    "CREATE INDEX ON odd USING bitmap ((JSON_VALUE(doc, '$.v[last]')))",
                    "CREATE INDEX ON odd USING inverted (doc) WITH (path = '$.v[0]')",
                    "FLUSH odd");
            RealServer.await(
                    connection,
                    "SELECT count(*) FROM system.indexes"
                            + " WHERE table_name = 'odd' AND flushed_rows > 0 AND indexed_rows = flushed_rows",
                    String.valueOf(ODD.size() + 2));
            assertThat(RealServer.rows(
                            connection, "SELECT index_name FROM system.indexes WHERE index_name LIKE '%_v_%'"))
                    .contains("odd_doc_v_0_idx", "odd_doc_v_last_idx");

            for (Map.Entry<String, List<String>> odd : ODD.entrySet()) {
                String type = odd.getKey();
                String one = "JSON_VALUE(doc, '$.v' RETURNING %s) = %s"
                        .formatted(type, odd.getValue().getFirst());
                uses(connection, "SELECT id FROM odd WHERE " + one, indexOf(type));
            }
            assertThat(oddAnswers(connection, "")).isEqualTo(before);
            RealServer.run(connection, insertOdd(ODD_ROWS));
            assertThat(oddAnswers(connection, " AND id < " + ODD_ROWS)).isEqualTo(before);
            assertThat(oddAnswers(connection, " AND id >= " + ODD_ROWS).stream().map(answer -> answer.split(" ")[0]))
                    .isEqualTo(
                            before.stream().map(answer -> answer.split(" ")[0]).toList());
            assertThatThrownBy(() -> RealServer.run(connection, "ALTER TABLE odd DROP COLUMN doc"))
                    .hasMessageContaining("is on column [doc]");
        }
    }

    @Test
    void refusesWhatIsNoPathAndTypesWithoutOrder() throws Exception {
        try (RealServer server = RealServer.start(data, INDEX_ALL);
                Connection connection = server.connect()) {
            RealServer.run(connection, "CREATE TABLE paper (id BIGINT PRIMARY KEY, doc JSON)");
            refused(connection, "(doc)", "path");
            refused(connection, "(doc) WITH (value_type = 'BIGINT')", "Say which");
            refused(connection, "(JSON_VALUE(doc, '$.a' RETURNING VARBINARY))", "Use VARCHAR, TINYINT");
            refused(connection, "(JSON_VALUE(doc, '$.a'), JSON_VALUE(doc, '$.b'))", "one path");
            refused(connection, "(JSON_VALUE(id, '$.a'))", "column [id] is [BIGINT]");
            refused(connection, "(doc) WITH (path = 'a.b')", "a.b");
            refused(connection, "(doc) WITH (path = '$.a', value_type = 'JSON')", "JSON");
            refused(connection, "(doc) WITH (path = '$.a', value_type = 'DECIMAL(99, 2)')", "DECIMAL");
            refused(connection, "USING hnsw (doc) WITH (path = '$.a')", "hnsw");
            refused(connection, "(doc) WITH (path = '$.a', m = 3)", "m");
            refused(connection, "(id) WITH (path = '$.a')", "path");
            assertThat(RealServer.rows(connection, "SELECT count(*) FROM system.indexes"))
                    .containsExactly("0");
        }
    }

    private static void refused(Connection connection, String definition, String word) {
        assertThatThrownBy(() -> RealServer.run(connection, "CREATE INDEX ON paper " + definition))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining(word);
    }

    /// Numbers, none, text in their place, a list in their place, JSON's null, no document.
    private static String document(int i) {
        return switch (i % 10) {
            case 0 -> "'{}'";
            case 5 -> "'{\"a\": {\"b\": \"x\"}, \"name\": \"n%d\"}'".formatted(i);
            case 6 -> i % 20 == 6 ? "NULL" : "'{\"a\": {\"b\": [7]}, \"name\": null}'";
            case 9 -> "'{\"a\": {\"b\": null}, \"name\": \"n%d\"}'".formatted(i);
            default -> "'{\"a\": {\"b\": %d}, \"name\": \"n%d\", \"flag\": %s}'".formatted(i % 500, i, i % 50 == 1);
        };
    }

    private static String indexOf(String type) {
        return "odd_" + type.toLowerCase(Locale.ROOT).replaceAll("\\W+", "_");
    }

    /// Rows from this id on: every twentieth has no document, the others one of the odd values in turn.
    private static String insertOdd(int first) {
        return "INSERT INTO odd VALUES "
                + IntStream.range(0, ODD_ROWS)
                        .mapToObj(i -> "(%d, %s)"
                                .formatted(
                                        first + i,
                                        i % 19 == 7 ? "NULL" : "'" + ODD_VALUES.get(i % ODD_VALUES.size()) + "'"))
                        .collect(Collectors.joining(", "));
    }

    /// Number of rows and their ids' sum for every condition.
    private static List<String> oddAnswers(Connection connection, String also) throws SQLException {
        List<String> conditions = new ArrayList<>();
        for (Map.Entry<String, List<String>> odd : ODD.entrySet()) {
            String type = odd.getKey();
            String value = "JSON_VALUE(doc, '$.v' RETURNING %s)".formatted(type);
            String one = odd.getValue().getFirst();
            String two = odd.getValue().getLast();
            conditions.addAll(List.of(
                    value + " = " + one,
                    value + " < " + one,
                    value + " >= " + two,
                    value + " IN (" + one + ", " + two + ")",
                    value + " IS NULL",
                    "NOT (" + value + " = " + one + ")",
                    "JSON_VALUE(doc, '$.v' RETURNING %s DEFAULT %s ON EMPTY) = %s".formatted(type, one, one),
                    "JSON_VALUE(doc, '$.v' RETURNING %s DEFAULT %s ON ERROR) = %s".formatted(type, one, one),
                    "JSON_VALUE(doc, 'strict $.v' RETURNING %s NULL ON EMPTY NULL ON ERROR) = %s"
                            .formatted(type, two)));
        }
        conditions.addAll(List.of(
                "JSON_VALUE(doc, '$.v[0]') = '1'",
                "JSON_VALUE(doc, '$.v[-1]') = '1'",
                "JSON_VALUE(doc, '$.v') LIKE '1%'",
                "JSON_VALUE(doc, '$.v') = ''",
                "doc ->> 'v' = '1'"));
        List<String> answers = new ArrayList<>();
        for (String condition : conditions) {
            answers.addAll(RealServer.rows(
                    connection,
                    "SELECT count(*) || ' ' || coalesce(CAST(sum(id) AS VARCHAR), 'none') || ' of ' || '%s' FROM odd WHERE %s%s"
                            .formatted(condition.replace("'", "''"), condition, also)));
        }
        return answers;
    }

    private static List<String> answers(Connection connection) throws SQLException {
        List<String> answers = new ArrayList<>();
        for (String condition : CONDITIONS) {
            answers.addAll(RealServer.rows(
                    connection,
                    "SELECT count(*) || ' ' || coalesce(CAST(sum(id) AS VARCHAR), 'null') FROM paper WHERE "
                            + condition));
        }
        return answers;
    }

    private static String count(Connection connection, String condition) throws SQLException {
        return RealServer.rows(connection, "SELECT count(*) FROM paper WHERE " + condition)
                .getFirst();
    }

    /// @param index begin of its name
    private static void uses(Connection connection, String query, String index) throws Exception {
        var shard = new AtomicReference<>("");
        RealServer.retry(() -> {
            shard.set(RealServer.rows(connection, "EXPLAIN ANALYZE " + query).stream()
                    .filter(line -> line.contains("shard:"))
                    .collect(Collectors.joining()));
            return shard.get().contains("index " + index);
        });
        assertThat(shard.get()).as(query).contains("index " + index);
        assertThat(RealServer.rows(connection, "EXPLAIN " + query))
                .anyMatch(line -> line.strip().startsWith("index: ") && line.contains(index));
    }

    private static void awaitIndexed(Connection connection) throws SQLException {
        RealServer.await(
                connection,
                "SELECT count(*) FROM system.indexes"
                        + " WHERE table_name = 'paper' AND flushed_rows > 0 AND indexed_rows = flushed_rows",
                "3");
    }
}
