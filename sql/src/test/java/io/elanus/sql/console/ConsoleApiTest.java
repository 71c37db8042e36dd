package io.elanus.sql.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.sql.doors.RealServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The HTTP API of the console through a real server, as honest programs and as others use it.
@Timeout(60)
@SuppressWarnings("NullAway.Init")
class ConsoleApiTest {
    /// Runs until somebody ends it.
    private static final String LONG =
            "SELECT count(*) FROM film a, film b, film c, film d, film e, film f, film g, film h, film i, film j, film k,"
                    + " film l, film m, film n WHERE a.id + b.id + c.id + d.id + e.id + f.id + n.id > 1000";

    private static RealServer server;
    private static RawHttp http;

    @BeforeAll
    static void start(@TempDir Path data) throws SQLException {
        server = RealServer.start(
                data,
                Map.of(
                        "listen.console.max-sessions",
                        "4",
                        "listen.console.max-body",
                        "64 kB",
                        "listen.console.host-names",
                        "db.example.org"));
        http = new RawHttp(server.address());
        try (Connection connection = server.connect()) {
            RealServer.run(
                    connection,
                    "CREATE TABLE film (id BIGINT PRIMARY KEY, title VARCHAR, price DECIMAL(8, 2), plot VECTOR(3))",
                    "INSERT INTO film VALUES (1, 'Alien', 9.50, '[0.5, 1, 2]'), (2, 'Heat', NULL, NULL),"
                            + " (9007199254740993, 'Big', 1, '[1, 2, 3]')",
                    "INSERT INTO film SELECT a.id * 10 + b.id + 100, 'more', 1, '[1,1,1]'"
                            + " FROM (VALUES (1),(2),(3),(4)) AS a(id), (VALUES (1),(2),(3),(4),(5)) AS b(id)");
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static RawHttp.Reply query(String json) {
        return http.post("/api/v1/query", Map.of(), json);
    }

    private static String open() {
        RawHttp.Reply reply = http.post("/api/v1/sessions", Map.of(), "");
        assertThat(reply.status()).isEqualTo(201);
        return reply.body().replaceAll(".*\"session\":\"([0-9a-f]{32})\".*", "$1");
    }

    private static void close(String token) {
        assertThat(http.send("DELETE", "/api/v1/session", Map.of("Elanus-Client", "t", "Elanus-Session", token), "")
                        .status())
                .isEqualTo(204);
    }

    @Test
    void answersWithColumnsRowsAndAnEnd() {
        RawHttp.Reply reply = query("{\"sql\": \"SELECT * FROM film WHERE id < 100 OR id > 1000 ORDER BY id\"}");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.headers()).containsEntry("content-type", "application/x-ndjson");
        assertThat(reply.lines()).hasSize(3);
        assertThat(reply.lines().getFirst())
                .matches("\\{\"type\":\"columns\",\"queryId\":\"q-\\d+\",\"columns\":\\[.*")
                .contains("{\"name\":\"id\",\"type\":\"BIGINT\",\"nullable\":false,"
                        + "\"origin\":[\"public\",\"film\",\"id\"]}")
                .contains("\"type\":\"VECTOR(3)\"");
        assertThat(reply.lines().get(1))
                .isEqualTo("{\"type\":\"rows\",\"rows\":[[1,\"Alien\",\"9.50\",[0.5,1.0,2.0]],[2,\"Heat\",null,null],"
                        + "[\"9007199254740993\",\"Big\",\"1.00\",[1.0,2.0,3.0]]]}");
        assertThat(reply.lines().getLast())
                .matches(
                        "\\{\"type\":\"done\",\"queryId\":\"q-\\d+\",\"rows\":3,\"truncated\":false,\"millis\":[\\d.]+}");
    }

    @Test
    void packsVectors() {
        assertThat(query("{\"sql\": \"SELECT plot FROM film WHERE id = 1\", \"vectors\": \"packed\"}")
                        .body())
                .contains("[[\"AAAAPwAAgD8AAABA\"]]");
    }

    @Test
    void bindsParametersOfEveryKind() {
        assertThat(query("""
                        {"sql": "SELECT id FROM film WHERE title = ? AND id < ? ORDER BY plot <-> ? LIMIT ?",
                         "parameters": ["Alien", 2.5e1, [0.5, 1, 2], 1]}""").body()).contains("[[1]]");
        assertThat(query("{\"sql\": \"SELECT 1 FROM film WHERE title = ?\", \"parameters\": [null]}")
                        .body())
                .contains("\"rows\":0");
    }

    @Test
    void stopsAtTheWantedRowsAndSaysSo() {
        assertThat(query("{\"sql\": \"SELECT id FROM film\", \"maxRows\": 2}")
                        .lines()
                        .getLast())
                .contains("\"rows\":2,\"truncated\":true");
        assertThat(query("{\"sql\": \"SELECT id FROM film WHERE id < 3\", \"maxRows\": 2}")
                        .lines()
                        .getLast())
                .contains("\"rows\":2,\"truncated\":false");
    }

    @Test
    void countsWhatAChangeChanged() {
        assertThat(query("{\"sql\": \"UPSERT INTO film VALUES (2, 'Heat', NULL, NULL)\"}")
                        .lines())
                .singleElement()
                .asString()
                .contains("\"type\":\"done\"", "\"updateCount\":1")
                .doesNotContain("truncated");
        assertThat(query("{\"sql\": \"UPDATE film SET price = NULL WHERE id = 2 RETURNING title\"}")
                        .body())
                .contains("[[\"Heat\"]]", "\"updateCount\":1");
    }

    @Test
    void tellsErrorsWithStatePositionAndHint() {
        RawHttp.Reply reply = query("{\"sql\": \"SELECT titel FROM film\"}");
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.lines())
                .singleElement()
                .asString()
                .contains("\"type\":\"error\",\"sqlState\":\"42703\"", "\"position\":8", "\"hint\":")
                .contains("title");
        assertThat(query("{\"sql\": \"SELECT 1 / (id - 1) FROM film\"}").body()).contains("\"sqlState\":\"22012\"");
    }

    @Test
    void aSessionKeepsItsSettings() {
        String token = open();
        var session = Map.of("Elanus-Session", token);
        assertThat(http.post("/api/v1/query", session, "{\"sql\": \"SET ef_search = 77\"}")
                        .status())
                .isEqualTo(200);
        assertThat(http.post("/api/v1/query", session, "{\"sql\": \"SHOW ef_search\"}")
                        .body())
                .contains("[[\"77\"]]");
        assertThat(query("{\"sql\": \"SHOW ef_search\"}").body()).doesNotContain("[[\"77\"]]");
        close(token);
        assertThat(http.post("/api/v1/query", session, "{\"sql\": \"SELECT 1\"}"))
                .returns(404, RawHttp.Reply::status)
                .extracting(RawHttp.Reply::body)
                .asString()
                .contains("\"sqlState\":\"08003\"");
    }

    @Test
    void endsWhatASessionRuns() throws ExecutionException, InterruptedException {
        String token = open();
        var session = Map.of("Elanus-Session", token);
        try (ExecutorService background = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<RawHttp.Reply> running =
                    background.submit(() -> http.post("/api/v1/query", session, "{\"sql\": \"" + LONG + "\"}"));
            while (!query("{\"sql\": \"SELECT sql FROM system.queries\"}")
                    .body()
                    .contains("film n")) {
                LockSupport.parkNanos(1_000_000);
            }
            assertThat(http.send("GET", "/api/v1/progress", session, "").body()).contains("\"running\":true");
            assertThat(http.post("/api/v1/query", session, "{\"sql\": \"SELECT 1\"}")
                            .body())
                    .contains("another statement");
            assertThat(http.post("/api/v1/cancel", session, "").status()).isEqualTo(204);
            assertThat(running.get().body()).contains("\"sqlState\":\"57014\"");
            assertThat(http.post("/api/v1/cancel", session, "").status()).isEqualTo(404);
            assertThat(http.post("/api/v1/query", session, "{\"sql\": \"SELECT 1\"}")
                            .body())
                    .contains("[[1]]");
        }
        close(token);
    }

    @Test
    void refusesMoreSessionsThanTheLimit() {
        String[] tokens = {open(), open(), open(), open()};
        RawHttp.Reply refused = query("{\"sql\": \"SELECT 1\"}");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.body()).contains("\"sqlState\":\"53300\"", "max-sessions");
        for (String token : tokens) {
            close(token);
        }
        assertThat(query("{\"sql\": \"SELECT 1\"}").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "SELECT 1",
                "[]",
                "{",
                "null",
                "{}",
                "{\"sql\": 1}",
                "{\"sql\": \"  \"}",
                "{\"sql\": \"SELECT 1\", \"sql\": \"SELECT 2\"}",
                "{\"sql\": \"SELECT 1\", \"what\": 1}",
                "{\"sql\": \"SELECT 1\", \"maxRows\": -1}",
                "{\"sql\": \"SELECT 1\", \"maxRows\": 1.5}",
                "{\"sql\": \"SELECT 1\", \"maxRows\": 9223372036854775807}",
                "{\"sql\": \"SELECT 1\", \"timeoutMillis\": \"1\"}",
                "{\"sql\": \"SELECT 1\", \"vectors\": \"xml\"}",
                "{\"sql\": \"SELECT 1\", \"parameters\": {}}",
                "{\"sql\": \"SELECT 1\", \"parameters\": [1]}",
                "{\"sql\": \"SELECT 1\"} {\"sql\": \"SELECT 1\"}",
                "{\"sql\": \"SELECT 1\", \"parameters\": [[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]}",
                "{\"sql\": \"COPY film FROM STDIN\"}"
            })
    void refusesBodiesThatAreNoRequest(String body) {
        RawHttp.Reply reply = query(body);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.body())
                .startsWith("{\"type\":\"error\",\"sqlState\":\"")
                .doesNotContain("java.", "jackson", "io.elanus", "XX000");
    }

    @Test
    void refusesLargeBodies() {
        RawHttp.Reply reply = query("{\"sql\": \"SELECT '" + "x".repeat(70_000) + "'\"}");
        assertThat(reply.status()).isEqualTo(413);
        assertThat(reply.body()).contains("max-body");
    }

    /// What a page of another site could make a browser send.
    @ParameterizedTest
    @CsvSource({
        "Content-Type, text/plain, 415",
        "Content-Type, application/x-www-form-urlencoded, 415",
        "Content-Type, '', 415",
        "Elanus-Client, '', 415",
        "Origin, http://evil.example, 403",
        "Origin, 'null', 403",
        "Sec-Fetch-Site, cross-site, 403",
        "Sec-Fetch-Site, same-site, 403",
        "Host, evil.example, 403",
        "Host, localhost.evil.example, 403",
        "Host, evil.example:7070, 403",
        "Host, 1.2.3.4.evil.example, 403",
    })
    void refusesWhatAForeignPageSends(String header, String value, int status) {
        RawHttp.Reply reply = http.post("/api/v1/query", Map.of(header, value), "{\"sql\": \"SELECT 1\"}");
        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.body()).contains("\"type\":\"error\"").doesNotContain("[[1]]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"localhost", "LOCALHOST:7070", "127.0.0.1", "[::1]:7070", "10.1.2.3:80", "db.example.org:1"})
    void answersToNamesThatNobodyElseCanOwn(String host) {
        assertThat(http.post("/api/v1/query", Map.of("Host", host), "{\"sql\": \"SELECT 1\"}")
                        .status())
                .isEqualTo(200);
        assertThat(http.send("GET", "/", Map.of("Host", host), "").status()).isEqualTo(200);
    }

    @Test
    void jdbcTakesNothingFromForeignPagesEither() {
        String open = "{\"request\":\"openConnection\",\"connectionId\":\"evil\"}";
        assertThat(http.send("POST", "/", Map.of("Origin", "http://evil.example", "Content-Type", "text/plain"), open)
                        .status())
                .isEqualTo(403);
        assertThat(http.send("POST", "/", Map.of("Content-Type", "application/json"), open)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void servesThePageUnderAStrictPolicy() {
        RawHttp.Reply page = http.send("GET", "/", Map.of(), "");
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.headers().get("content-security-policy"))
                .startsWith("default-src 'none'; script-src 'self';")
                .doesNotContain("unsafe");
        assertThat(page.headers()).containsEntry("x-content-type-options", "nosniff");
        String tag = String.valueOf(page.headers().get("etag"));
        assertThat(http.send("GET", "/", Map.of("If-None-Match", tag), "").status())
                .isEqualTo(304);
        assertThat(http.send("GET", "/", Map.of("Host", "evil.example"), "").status())
                .isEqualTo(421);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/console/../logback.xml",
                "/console/%2e%2e/logback.xml",
                "/console/..%2flogback.xml",
                "/console//etc/passwd",
                "/console/files.txt",
                "/console/",
                "/api/v1/",
                "/api/v1/query",
                "/api/v2/query"
            })
    void servesNothingElse(String path) {
        RawHttp.Reply reply = http.send("GET", path, Map.of(), "");
        assertThat(reply.status()).isIn(400, 404);
        assertThat(reply.body()).doesNotContain("root:", "appender");
    }

    @Test
    void countsStatementsByKindAndError() {
        query("{\"sql\": \"SELECT 1\"}");
        query("{\"sql\": \"SELECT nothing\"}");
        String metrics = http.send("GET", "/metrics", Map.of(), "").body();
        assertThat(metrics)
                .containsPattern("elanus_statements_total\\{kind=\"query\"} [1-9]")
                .containsPattern("elanus_statement_errors_total\\{sqlstate=\"42703\"} [1-9]")
                .containsPattern("elanus_statement_seconds_count\\{kind=\"query\"} [1-9]")
                .containsPattern("elanus_segments\\{level=\"L1\",state=\"growing\"} 1.0")
                .contains(
                        "# TYPE elanus_channel_lag_seconds gauge",
                        "elanus_nodes{role=\"querynode\"} 1.0",
                        "elanus_tables 1.0");
    }

    @Test
    void theDashboardAsksForMetricsThatThereAre() throws IOException {
        String metrics = http.send("GET", "/metrics", Map.of(), "").body();
        String dashboard = Files.readString(Path.of("..", "docker", "grafana", "elanus.json"));
        assertThat(Pattern.compile("\\b(elanus|process)_\\w+")
                        .matcher(dashboard)
                        .results())
                .hasSizeGreaterThan(30)
                .allSatisfy(name -> assertThat(metrics)
                        .contains("# TYPE " + name.group().replaceAll("_(bucket|sum|count)$", "") + " "));
    }

    @Test
    void metricsAreAsPrometheusWantsThem(@TempDir Path folder) throws IOException, InterruptedException {
        Path promtool = Path.of("/usr/bin/promtool");
        Assumptions.assumeTrue(
                Files.isExecutable(promtool), "Metrics are checked where promtool is: apt-get install prometheus");
        Path text = folder.resolve("metrics");
        Files.writeString(text, http.send("GET", "/metrics", Map.of(), "").body());
        Process check = new ProcessBuilder(promtool.toString(), "check", "metrics")
                .redirectInput(text.toFile())
                .redirectErrorStream(true)
                .start();
        assertThat(new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEmpty();
        assertThat(check.waitFor()).isZero();
    }

    @Test
    void leavesNoMemoryBehind() throws IOException {
        for (int i = 0; i < 20; i++) {
            query("{\"sql\": \"SELECT * FROM film\", \"maxRows\": 1}");
        }
        long before = server.memory();
        for (int i = 0; i < 20; i++) {
            query("{\"sql\": \"SELECT * FROM film\", \"maxRows\": " + (i + 1) + "}");
        }
        assertThat(server.memory()).isLessThanOrEqualTo(before + (1 << 20));
    }
}
