package io.elanus.sql.doors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.elanus.jdbc.ServerError;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a client can get wrong has an SQLSTATE and a sentence that helps, and the same connection goes on. The
/// server ends without an off-heap byte left.
@Timeout(120)
class BadInputTest {
    private static @Nullable RealServer started;
    private static @Nullable Connection opened;

    record Bad(String name, String sql, String state, String message, List<?> parameters) {
        static Bad of(String sql, String state, String message, @Nullable Object... parameters) {
            return named(sql, sql, state, message, parameters);
        }

        static Bad named(String name, String sql, String state, String message, @Nullable Object... parameters) {
            return new Bad(name, sql, state, message, Arrays.asList(parameters));
        }

        @Override
        public String toString() {
            return name + " → " + state;
        }
    }

    @BeforeAll
    static void start(@TempDir Path data) throws SQLException {
        RealServer server = RealServer.start(data);
        started = server;
        opened = server.connect();
        RealServer.run(
                connection(),
                "CREATE TABLE items (id BIGINT PRIMARY KEY, v VECTOR(3), name VARCHAR(10), n INTEGER, sm SMALLINT,"
                        + " price DECIMAL(5,2), day DATE, at TIMESTAMP, raw VARBINARY, doc JSON, u UUID, ok BOOLEAN,"
                        + " txt VARCHAR NOT NULL DEFAULT '')",
                "CREATE TABLE plain (id BIGINT PRIMARY KEY, v VECTOR(3), bits VECTOR(8, BINARY), small VECTOR(3, INT8),"
                        + " half VECTOR(3, FLOAT16))",
                "CREATE INDEX items_v ON items USING hnsw (v vector_cosine_ops)",
                "INSERT INTO items (id, v, n) VALUES (1, '[1,2,3]', 5), (2, '[3,2,1]', 0), (3, NULL, NULL)",
                "INSERT INTO plain (id, v) VALUES (1, '[1,2,3]'), (2, '[3,2,1]')");
    }

    private static RealServer server() {
        if (started == null) {
            throw new IllegalStateException("The server did not start");
        }
        return started;
    }

    private static Connection connection() {
        if (opened == null) {
            throw new IllegalStateException("The server did not start");
        }
        return opened;
    }

    @AfterAll
    static void stopsWithoutLeaks() throws SQLException {
        try (RealServer server = started;
                Connection connection = opened) {
            assertThat(server).isNotNull();
            assertThat(connection).isNotNull();
        }
    }

    @AfterEach
    void theConnectionGoesOn() throws SQLException {
        assertThat(RealServer.rows(connection(), "SELECT 1")).containsExactly("1");
        assertThat(RealServer.rows(connection(), "SELECT count(*) FROM items")).containsExactly("3");
    }

    private static SQLException failure(Bad bad) {
        return catchThrowableOfType(SQLException.class, () -> {
            if (bad.parameters().isEmpty()) {
                try (Statement statement = connection().createStatement()) {
                    if (statement.execute(bad.sql())) {
                        RealServer.rows(statement.getResultSet());
                    }
                }
                return;
            }
            try (PreparedStatement statement = connection().prepareStatement(bad.sql())) {
                for (int i = 0; i < bad.parameters().size(); i++) {
                    statement.setObject(i + 1, bad.parameters().get(i));
                }
                if (statement.execute()) {
                    RealServer.rows(statement.getResultSet());
                }
            }
        });
    }

    @ParameterizedTest
    @MethodSource({"vectors", "counts", "texts", "names", "values", "shapes"})
    void saysWhatIsWrong(Bad bad) {
        SQLException error = failure(bad);
        assertThat((Throwable) error).as(bad + " was accepted").isNotNull();
        assertThat(error.getSQLState()).as(error.getMessage()).isEqualTo(bad.state());
        assertThat(error.getMessage())
                .containsIgnoringCase(bad.message())
                .doesNotContain("java.", "io.elanus", "org.apache", "Exception")
                .hasSizeLessThan(1000);
    }

    static Stream<Bad> vectors() {
        String insert = "INSERT INTO items (id, v) VALUES (9, ?)";
        String search = "SELECT id FROM items ORDER BY v <=> ? LIMIT 1";
        return Stream.of(
                Bad.of(
                        "INSERT INTO items (id, v) VALUES (9, '[1,2]')",
                        "22V01",
                        "column [v]: A vector of [2] dimensions"),
                Bad.of(
                        "SELECT id FROM items ORDER BY v <=> '[1,2]' LIMIT 1",
                        "22V01",
                        "[2] dimensions does not fit [VECTOR(3)]"),
                Bad.of("SELECT id FROM plain ORDER BY v <-> '[]' LIMIT 1", "22V01", "[0] dimensions"),
                Bad.of(insert, "22V01", "[2] dimensions", new float[] {1, 2}),
                Bad.of(search, "22V01", "[4] dimensions", new float[4]),
                Bad.of(insert, "22V01", "[2] dimensions", "[1,2]"),
                Bad.of(insert, "22V01", "[13] bytes does not fit [VECTOR(3)], which takes [12]", new byte[13]),
                Bad.of(search, "22V01", "[0] bytes", new byte[0]),
                Bad.of(insert, "22V01", "[2] dimensions", List.of(1, 2)),
                Bad.of(insert, "22P02", "never NULL", Arrays.asList(1, null, 3)),
                Bad.of(insert, "42804", "does not convert to [VECTOR(3)]", 5),
                Bad.of(insert, "22V02", "NaN or infinite", new float[] {1, Float.NaN, 3}),
                Bad.of(search, "22V02", "NaN or infinite", new float[] {1, Float.NEGATIVE_INFINITY, 3}),
                Bad.of(insert, "22V02", "NaN or infinite", new double[] {1, 1e300, 3}),
                Bad.of("INSERT INTO items (id, v) VALUES (9, '[1,NaN,3]')", "22V02", "NaN or infinite"),
                Bad.of("INSERT INTO items (id, v) VALUES (9, '[1,1e39,3]')", "22V02", "NaN or infinite"),
                Bad.of("INSERT INTO items (id, v) VALUES (9, '[1,2,x]')", "22P02", "such as [1,2,3]"),
                Bad.of("SELECT id FROM plain ORDER BY v <-> '1,2,3' LIMIT 1", "22P02", "such as [1,2,3]"),
                Bad.of(insert, "22V03", "HINT: Leave the row out", new float[3]),
                Bad.of(search, "22V03", "Use another metric", new float[3]),
                Bad.of("SELECT v <=> '[0,0,0]' FROM plain", "22V03", "Use another metric"),
                Bad.of("INSERT INTO plain (id, bits) VALUES (9, '[1,0,1]')", "22V01", "[3] dimensions"),
                Bad.of("INSERT INTO plain (id, small) VALUES (9, '[1,200,3]')", "22003", "-128 to 127"),
                Bad.of("INSERT INTO plain (id, half) VALUES (9, '[1,70000,3]')", "22V02", "out of the range"),
                Bad.of("CREATE TABLE big (id BIGINT PRIMARY KEY, v VECTOR(65537))", "42P16", "1 to 32768 dimensions"),
                Bad.of("CREATE TABLE big (id BIGINT PRIMARY KEY, v VECTOR(99999999999))", "22003", "out of range"),
                Bad.of("CREATE TABLE big (id BIGINT PRIMARY KEY, v VECTOR(7, BINARY))", "42P16", "multiple of 8"),
                Bad.of("CREATE TABLE big (v VECTOR(3) PRIMARY KEY)", "42P16", "a key is"),
                Bad.of("SELECT VECTOR_DISTANCE(v, '[1,2,3]', 'foo') FROM plain", "22023", "one of: cosine"),
                Bad.of("SELECT v + 1 FROM plain", "42804", "Cannot apply '+'"),
                Bad.named(
                        "a million elements",
                        insert,
                        "22V01",
                        "[1000001] dimensions",
                        "[" + "1,".repeat(1_000_000) + "1]"));
    }

    static Stream<Bad> counts() {
        String nearest = "SELECT id FROM plain ORDER BY v <-> '[1,2,3]' LIMIT ?";
        return Stream.of(
                Bad.of("SELECT id FROM plain ORDER BY v <-> '[1,2,3]' LIMIT -1", "22023", "LIMIT takes 0 or more"),
                Bad.of("SELECT id FROM plain LIMIT 1 OFFSET -1", "22023", "OFFSET takes 0 or more"),
                Bad.of("SELECT id FROM plain LIMIT NULL", "42601", "leave it out to get all rows"),
                Bad.of("SELECT id FROM plain LIMIT 'a'", "42601", "LIMIT takes a whole number"),
                Bad.of(nearest, "22023", "take 0 or more, given [-1]", -1),
                Bad.of(nearest, "22P02", "not a valid [BIGINT]", "a"),
                Bad.of(nearest, "54V01", "Ask for 1 to", 1_000_000_000),
                Bad.of("SELECT id FROM plain LIMIT ? OFFSET ?", "22023", "given [-5]", 1, -5),
                Bad.of(
                        "SELECT id FROM plain LIMIT 9223372036854775808",
                        "22003",
                        "take at most [9223372036854775807] rows"));
    }

    static Stream<Bad> texts() {
        String insert = "INSERT INTO items (id, txt) VALUES (9, ?)";
        return Stream.of(
                Bad.named("NUL in a literal", "SELECT 'a\0b'", "22021", "NUL character"),
                Bad.named("NUL in a statement", "SELECT 1 \0", "22021", "HINT: Remove the character"),
                Bad.named("NUL in a parameter", insert, "22021", "Parameter [1]: Text holds a NUL", "a\0b"),
                Bad.named("half a pair in a parameter", insert, "22021", "half of a surrogate pair", "a\ud800"),
                Bad.named("half a pair in a statement", "SELECT '\udc00'", "22021", "surrogate pair"),
                Bad.of(
                        "INSERT INTO items (id, name) VALUES (9, '12345678901')",
                        "22001",
                        "[11] characters does not fit [VARCHAR(10)]"),
                Bad.of("INSERT INTO items (id, name) VALUES (9, ?)", "22001", "widen the column", "12345678901"),
                Bad.of(insert, "42804", "does not convert to [VARCHAR]", new byte[] {-1, -2}),
                Bad.of("INSERT INTO items (id, txt) VALUES (9, NULL)", "23502", "txt"),
                Bad.named("70 MB of text", insert, "54000", "HINT: Send fewer rows", "x".repeat(70_000_000)),
                Bad.named("17 MB of statement", "SELECT '" + "x".repeat(17_000_000) + "'", "54000", "as parameters"),
                Bad.of("SELECT repeat('x', 2000000000)", "54V01", "Ask for less"),
                Bad.of("SELECT id FROM items WHERE txt ~ '('", "22023", "regular expression"));
    }

    static Stream<Bad> names() {
        return Stream.of(
                Bad.of("SELECT * FROM itms", "42P01", "Did you mean \"items\"?"),
                Bad.of("SELECT nme FROM items", "42703", "Did you mean \"name\"?"),
                Bad.of("SELECT * FROM nowhere.items", "3F000", "nowhere"),
                Bad.of("SELECT lenght(name) FROM items", "42883", "Did you mean"),
                Bad.of("INSERT INTO items (id, nosuch) VALUES (9, 1)", "42703", "nosuch"),
                Bad.of("CREATE TABLE items (id BIGINT PRIMARY KEY)", "42P07", "items"),
                Bad.of("DROP TABLE nosuch", "42P01", "nosuch"),
                Bad.of("DROP INDEX nosuch", "42704", "nosuch"),
                Bad.of("SELECT id FROM items JOIN plain ON items.id = plain.id", "42702", "more than one table"),
                Bad.of("CREATE TABLE bad (a BIGINT PRIMARY KEY, a INTEGER)", "42701", "a"),
                Bad.of("CREATE TABLE bad (a NOSUCHTYPE)", "42704", "nosuchtype"),
                Bad.of("SET ef_serch = 10", "22023", "Did you mean \"ef_search\"?"),
                Bad.of("SET ef_search = -1", "22023", "It takes: 0 to"),
                Bad.of("SELEC 1", "42601", "at character 1"),
                Bad.of("SELECT 1 FROM", "42601", "at or near \"FROM\""),
                Bad.of("", "42601", "HINT: Type a statement"),
                Bad.of("SELECT 'open", "42601", "quote"),
                Bad.named("a name of 10,000", "SELECT " + "x".repeat(10_000), "42602", "more than [128] characters"));
    }

    static Stream<Bad> values() {
        return Stream.of(
                Bad.of("SELECT 1/0", "22012", "zero"),
                Bad.of("SELECT n / 0 FROM items WHERE n > 0", "22012", "zero"),
                Bad.of("SELECT 10 / n FROM items", "22012", "zero"),
                Bad.of("SELECT 9223372036854775807 + 1", "22003", "out of the range"),
                Bad.of("INSERT INTO items (id, sm) VALUES (9, 40000)", "22003", "SMALLINT"),
                Bad.of("INSERT INTO items (id, sm) VALUES (9, ?)", "22003", "SMALLINT", 40000),
                Bad.of("INSERT INTO items (id, price) VALUES (9, 12345.67)", "22003", "DECIMAL(5, 2)"),
                Bad.of("INSERT INTO items (id, n) VALUES (9, 'five')", "22P02", "INTEGER"),
                Bad.of("INSERT INTO items (id, n) VALUES (9, ?)", "22P02", "INTEGER", "five"),
                Bad.of("INSERT INTO items (id, day) VALUES (9, '2026-02-30')", "22007", "DATE"),
                Bad.of("SELECT CAST('2026-13-01' AS DATE)", "22007", "DATE"),
                Bad.of("SELECT DATE '2026-02-30'", "22007", "date"),
                Bad.of("INSERT INTO items (id, at) VALUES (9, '2026-01-01 25:00:00')", "22007", "TIMESTAMP"),
                Bad.of("INSERT INTO items (id, doc) VALUES (9, '{\"a\":')", "22P02", "JSON"),
                Bad.of("INSERT INTO items (id, doc) VALUES (9, ?)", "22P02", "JSON", "{a: 1}"),
                Bad.of("INSERT INTO items (id, u) VALUES (9, 'not-a-uuid')", "22P02", "UUID"),
                Bad.of("INSERT INTO items (id, ok) VALUES (9, 'maybe')", "22P02", "BOOLEAN"),
                Bad.of("INSERT INTO items (id) VALUES (1)", "23505", "HINT: Use UPSERT"),
                Bad.of("INSERT INTO items (id) VALUES (NULL)", "23502", "id"),
                Bad.of("INSERT INTO items (id, n) VALUES (9)", "42601", ""),
                Bad.of("SELECT CAST('99999999999' AS INTEGER)", "22003", "INTEGER"),
                Bad.of(
                        "COPY items FROM '/etc/passwd'",
                        "22023",
                        "HINT: Name a file that ends in .parquet, .arrow, .csv"),
                Bad.of(
                        "SELECT id FROM items FOR SYSTEM_TIME AS OF TIMESTAMP '2200-01-01 00:00:00'",
                        "22023",
                        "in the future"),
                Bad.of("KILL QUERY 'q-999999'", "42704", "HINT: SELECT * FROM system.queries"));
    }

    static Stream<Bad> shapes() {
        return Stream.of(
                Bad.named(
                        "10,000 parentheses",
                        "SELECT " + "(".repeat(10_000) + "1" + ")".repeat(10_000),
                        "54001",
                        "200"),
                Bad.named("never closed", "SELECT " + "(".repeat(100_000), "54001", "HINT: Split it"),
                Bad.named("10,000 NOTs", "SELECT " + "NOT ".repeat(10_000) + "TRUE", "54001", "in a row"),
                Bad.named("1,000 sums", "SELECT id FROM items WHERE n > " + "n+".repeat(1_000) + "1", "54001", "[500]"),
                Bad.named("600 UNIONs", "SELECT 1" + " UNION ALL SELECT 1".repeat(600), "54001", "[500] operators"),
                Bad.named("100,000 sums", "SELECT " + "1+".repeat(100_000) + "1", "54001", "too deeply"),
                Bad.named(
                        "2,000 CASEs",
                        "SELECT " + "CASE WHEN TRUE THEN ".repeat(2_000) + "1" + " END".repeat(2_000),
                        "54001",
                        ""),
                Bad.named(
                        "500 subqueries",
                        "SELECT * FROM (".repeat(500) + "SELECT 1 AS a" + ") AS x".repeat(500),
                        "54001",
                        "200"),
                Bad.named("arrays in arrays", "SELECT " + "ARRAY[".repeat(500) + "1" + "]".repeat(500), "54001", "200"),
                Bad.named(
                        "IN of 100,000",
                        "SELECT id FROM items WHERE id IN (" + numbers(100_000) + ")",
                        "54000",
                        "Load the values into a table"),
                Bad.named(
                        "40,000 parameters",
                        "INSERT INTO items (id) VALUES (?)" + ",(?)".repeat(39_999),
                        "54000",
                        "32767",
                        1),
                Bad.named("5,000 columns", "SELECT n" + ", n".repeat(4_999) + " FROM items", "54011", "1600"),
                Bad.named(
                        "JSON in JSON",
                        "INSERT INTO items (id, doc) VALUES (9, ?)",
                        "22P02",
                        "JSON",
                        "[".repeat(100_000) + "]".repeat(100_000)));
    }

    private static String chain(int terms, java.util.function.IntFunction<String> term, String by) {
        return IntStream.range(0, terms)
                .mapToObj(term)
                .collect(Collectors.joining(by, "SELECT id FROM items WHERE ", ""));
    }

    private static String numbers(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).collect(Collectors.joining(","));
    }

    @Test
    void takesWhatIsLargeButWithinTheLimits() throws SQLException {
        assertThat(RealServer.rows(connection(), "SELECT char_length('" + "x".repeat(10_000_000) + "')"))
                .containsExactly("10000000");
        assertThat(RealServer.rows(
                        connection(), "SELECT id FROM items WHERE id IN (" + numbers(5_000) + ") ORDER BY id"))
                .containsExactly("1", "2", "3");
        assertThat(RealServer.rows(connection(), "SELECT id FROM plain ORDER BY id LIMIT 9223372036854775807"))
                .containsExactly("1", "2");
        assertThat(RealServer.rows(connection(), "SELECT id FROM plain LIMIT 1 OFFSET 9223372036854775807"))
                .isEmpty();
        assertThat(RealServer.rows(connection(), "SELECT id FROM plain ORDER BY v <-> '[1,2,3]' LIMIT 0"))
                .isEmpty();
        try (PreparedStatement in = connection()
                .prepareStatement("SELECT id FROM items WHERE id IN (?" + ",?".repeat(4_999) + ") ORDER BY id")) {
            for (int i = 1; i <= 5_000; i++) {
                in.setLong(i, i);
            }
            assertThat(RealServer.rows(in.executeQuery())).containsExactly("1", "2", "3");
        }
    }

    @Test
    void takesChainsOfAnyLength() throws SQLException {
        String anyOf = chain(5_000, i -> "n = " + i + " OR sm = " + i, " OR ");
        assertThat(RealServer.rows(connection(), anyOf + " ORDER BY id")).containsExactly("1", "2");
        String noneOf = chain(5_000, i -> "n <> " + (i + 6) + " AND (sm IS NULL OR sm < " + i + ")", " AND ");
        assertThat(RealServer.rows(connection(), noneOf + " ORDER BY id")).containsExactly("1", "2");
        assertThat(RealServer.rows(connection(), "SELECT " + "1+".repeat(400) + "1"))
                .containsExactly("401");
    }

    @Test
    void aTimeoutCoversPlanning() throws SQLException {
        try (Statement statement = connection().createStatement()) {
            statement.setQueryTimeout(1);
            long started = System.nanoTime();
            SQLException error = catchThrowableOfType(SQLException.class, () -> statement.executeQuery(longToPlan()));
            long millis = (System.nanoTime() - started) / 1_000_000;
            assertThat((Throwable) error).isNotNull();
            assertThat(error.getSQLState()).isEqualTo("57014");
            assertThat(millis).isLessThan(20_000);
        }
    }

    /// Every pair of terms is looked at.
    private static String longToPlan() {
        return chain(20_000, i -> "n <> " + i + " AND (sm IS NULL OR sm < " + i + ")", " AND ");
    }

    @Test
    void namesTheParameterThatHasNoValue() throws SQLException {
        try (PreparedStatement statement =
                connection().prepareStatement("SELECT id FROM items WHERE id = ? OR n = ?")) {
            statement.setLong(1, 1);
            SQLException error = catchThrowableOfType(SQLException.class, statement::executeQuery);
            assertThat((Throwable) error).hasMessageContaining("Parameter 2 has no value");
            assertThat(error.getSQLState()).isEqualTo("07002");
            error = catchThrowableOfType(SQLException.class, () -> statement.setLong(3, 1));
            assertThat(error.getSQLState()).isEqualTo("07009");
        }
    }

    @Test
    void answersRequestsThatAreNoRequests() throws Exception {
        var uri = URI.create("http://" + server().address() + "/");
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (byte[] body : List.of(
                    new byte[0],
                    "{".getBytes(StandardCharsets.UTF_8),
                    "{\"request\":\"nothing\"}".getBytes(StandardCharsets.UTF_8),
                    ("{\"request\":" + "[".repeat(100_000)).getBytes(StandardCharsets.UTF_8),
                    new byte[] {'{', '"', (byte) 0xff, (byte) 0xfe, '"', '}'},
                    new byte[] {10, (byte) 0xff, (byte) 0xff, (byte) 0xff, 15})) {
                var reply = client.send(
                        HttpRequest.newBuilder(uri)
                                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                assertThat(reply.statusCode()).isEqualTo(500);
                assertThat(reply.body()).contains("08P01").doesNotContain("Exception", "java.");
            }
            var large = client.send(
                    HttpRequest.newBuilder(uri)
                            .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[65 << 20]))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(large.statusCode()).isEqualTo(413);
        }
    }

    @Test
    void pointsAtThePlaceOfAnError() throws SQLException {
        try (Statement statement = connection().createStatement()) {
            SQLException error = catchThrowableOfType(
                    SQLException.class, () -> statement.executeQuery("SELECT id,\n  nme FROM items"));
            assertThat(error.getCause()).isInstanceOfSatisfying(ServerError.class, detail -> {
                assertThat(detail.position()).isEqualTo(14);
                assertThat(detail.hint()).contains("Did you mean \"name\"?");
            });
        }
    }
}
