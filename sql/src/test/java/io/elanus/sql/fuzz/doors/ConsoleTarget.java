package io.elanus.sql.fuzz.doors;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGenerator;

/// The console's API and pages: spoilt statements, bodies, headers and paths.
final class ConsoleTarget implements Target {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String OURS = "Elanus-Client: fuzz\r\nContent-Type: application/json\r\n";
    private static final List<String> PATHS = List.of(
            "/api/v1/query",
            "/api/v1/info",
            "/api/v1/login",
            "/api/v1/token",
            "/api/v1/logout",
            "/api/v1/cancel",
            "/api/v1/progress",
            "/console/app.js",
            "/console/../elanus.yaml",
            "/console/%2e%2e/x",
            "/copy?connection=a&statement=1&sql=COPY%20item%20FROM%20STDIN",
            "/cancel?connection=a&statement=1",
            "/progress?connection=a&statement=99999999999",
            "/metrics",
            "/health",
            "/login");
    private static final List<String> BODIES = List.of(
            "{\"sql\": \"SELECT ?\", \"parameters\": [1, \"a\", null, [1, 2.5]], \"maxRows\": 10, \"timeoutMillis\": 1000}",
            "{\"user\": \"ann\", \"password\": \"secret\"}",
            "n,,n=ann,r=0123456789abcdef",
            "c=biws,r=0123456789abcdef0123,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
            "{\"sql\": \"SHOW ALL\", \"vectors\": \"packed\"}");

    private final RandomGenerator random;
    private final Mutator mutator;
    private final HttpWire wire;

    ConsoleTarget(String address, RandomGenerator random) {
        this.random = random;
        this.mutator = new Mutator(random);
        this.wire = new HttpWire(address);
    }

    @Override
    public void ask() {
        String path = PATHS.get(random.nextInt(PATHS.size()));
        String body = BODIES.get(random.nextInt(BODIES.size()));
        String headers = OURS;
        switch (random.nextInt(4)) {
            case 0 -> {
                path = PATHS.getFirst();
                body = query();
            }
            case 1 -> body = mutator.text(body, BODIES);
            case 2 ->
                path = "/" + oneLine(mutator.text(path.substring(1), PATHS)).replace(' ', '+');
            default -> headers += header();
        }
        byte[] request = HttpWire.post(path, headers, body.getBytes(StandardCharsets.UTF_8));
        HttpWire.check(wire.send(request, true), path + "\n" + headers + "\n" + body);
    }

    private String query() {
        String sql = mutator.text(Statements.RUN.get(random.nextInt(Statements.RUN.size())), Statements.RUN);
        var body = JSON.createObjectNode()
                .put("sql", sql)
                .put("timeoutMillis", 2_000)
                .put("maxRows", 100);
        return body.toString();
    }

    private String header() {
        List<String> headers = List.of(
                "Elanus-Session: 0123456789abcdef",
                "Authorization: Basic YW5uOnNlY3JldA==",
                "Authorization: Bearer abcdef",
                "Cookie: elanus-login-7070=abc; x=\"y\"",
                "Origin: http://localhost",
                "Accept-Encoding: gzip;q=0.5, *",
                "Elanus-Timeout: 99999999999999999999",
                "Elanus-Returning: names=a,b",
                "If-None-Match: \"x\"");
        return oneLine(mutator.text(headers.get(random.nextInt(headers.size())), headers)) + "\r\n";
    }

    /// One line of ASCII: a line break would make two requests of one, and the second would have no answer here.
    private static String oneLine(String text) {
        return text.replaceAll("[^\\x20-\\x7e]", "~");
    }

    @Override
    public void rest() {
        wire.close();
    }
}
