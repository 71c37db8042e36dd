package io.elanus.sql.avatica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.cluster.proxy.Catalog;
import io.elanus.sql.audit.AuditLog;
import io.elanus.sql.console.ConsoleConfig;
import io.elanus.sql.console.ConsoleDoor;
import io.elanus.sql.login.Entrance;
import io.elanus.sql.login.LoginConfig;
import io.elanus.sql.login.Logins;
import io.elanus.sql.login.ScramVerifier;
import io.elanus.sql.metrics.Metrics;
import io.elanus.storage.setting.Settings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.memory.RootAllocator;
import org.apache.calcite.avatica.proto.Common;
import org.apache.calcite.avatica.proto.Requests;
import org.apache.calcite.avatica.proto.Responses;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Logging in at the HTTP door: our driver, the stock client, the console's API, and people who may not.
@Timeout(60)
class LoginAtDoorTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final RootAllocator memory = new RootAllocator();
    private final FakeSession.World world = new FakeSession.World(memory);
    private final List<String> opened = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, ScramVerifier> roles = new ConcurrentHashMap<>(Map.of(
            "alice", ScramVerifier.of("wonder, land=", new byte[16], ScramVerifier.ITERATIONS),
            "b,=b", ScramVerifier.of("bob", new byte[16], ScramVerifier.ITERATIONS)));
    private final AtomicLong nanos = new AtomicLong();
    private final Entrance entrance = new Entrance(
            new Logins(
                    true,
                    new Logins.Parts(
                            LoginConfig.defaults(),
                            user -> Optional.ofNullable(roles.get(user)),
                            AuditLog.NONE,
                            nanos::get,
                            new Random(3))),
            (user, _) -> {
                opened.add(user);
                return new FakeSession(world);
            });
    private final Metrics metrics = new Metrics();
    private final HttpDoor door = new HttpDoor(
            new HttpDoor.At("127.0.0.1", 0, Optional.empty()),
            Settings.defaults(JdbcConfig.class),
            new HttpDoor.Behind(
                    entrance, () -> Catalog.EMPTY, "1.2", List::of, System::nanoTime, new Random(1), metrics),
            new ConsoleDoor(
                    ConsoleConfig.defaults(),
                    new ConsoleDoor.Behind(entrance, "1.2", System::nanoTime, new Random(2), metrics)));

    @BeforeEach
    void start() {
        door.start();
    }

    @AfterEach
    void stopsWithoutLeaks() {
        door.close();
        assertThat(world.open).hasValue(0);
        memory.close();
    }

    private Connection ours(String user, String password) throws SQLException {
        return DriverManager.getConnection("jdbc:elanus://127.0.0.1:" + door.port() + "/public", user, password);
    }

    private Connection stock(String serialization, String user, String password) throws SQLException {
        return DriverManager.getConnection("jdbc:avatica:remote:url=http://127.0.0.1:" + door.port() + ";serialization="
                + serialization + ";authentication=BASIC;avatica_user=" + user + ";avatica_password=" + password);
    }

    private static void assertWorks(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("rows 3")) {
            assertThat(rows.next()).isTrue();
        }
    }

    private HttpResponse<String> send(String method, String path, String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + door.port() + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void letsInWhoKnowsThePassword() throws SQLException {
        try (Connection alice = ours("alice", "wonder, land=");
                Connection bob = ours("b,=b", "bob")) {
            assertWorks(alice);
            assertWorks(bob);
        }
        assertThat(opened).containsExactly("alice", "b,=b");
    }

    @Test
    void letsInTheStockClientWithItsPassword() throws SQLException {
        for (String serialization : List.of("protobuf", "json")) {
            try (Connection connection = stock(serialization, "b,=b", "bob")) {
                assertWorks(connection);
            }
            assertThatThrownBy(() -> stock(serialization, "b,=b", "wrong").close())
                    .hasMessageContaining("The user or the password is wrong.");
        }
    }

    @Test
    void refusesTheOthersWithTheSameSentence() {
        for (String user : List.of("alice", "nobody")) {
            assertThatThrownBy(() -> ours(user, "wrong").close())
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("The user or the password is wrong.")
                    .extracting(error -> ((SQLException) error).getSQLState())
                    .isEqualTo("28P01");
        }
        assertThatThrownBy(() -> ours("", "").close())
                .hasMessageContaining("The server asks who you are.")
                .extracting(error -> ((SQLException) error).getSQLState())
                .isEqualTo("28000");
    }

    @Test
    void logsInAgainWhenALoginHasEnded() throws SQLException {
        try (Connection connection = ours("alice", "wonder, land=")) {
            assertWorks(connection);
            nanos.addAndGet(LoginConfig.defaults().tokenLife().toNanos());
            assertWorks(connection);
            assertThat(opened).containsExactly("alice");
            roles.put("alice", ScramVerifier.of("changed", new byte[16], ScramVerifier.ITERATIONS));
            assertThatThrownBy(() -> assertWorks(connection)).hasMessageContaining("password is wrong");
            roles.put("alice", ScramVerifier.of("wonder, land=", new byte[16], ScramVerifier.ITERATIONS));
        }
    }

    @Test
    void keepsAConnectionForWhoOpenedIt() throws Exception {
        String id = "shared-id";
        assertThat(wire(
                        "b,=b:bob",
                        Requests.OpenConnectionRequest.newBuilder()
                                .setConnectionId(id)
                                .build()))
                .endsWith("OpenConnectionResponse");
        var statement =
                Requests.CreateStatementRequest.newBuilder().setConnectionId(id).build();
        assertThat(wire("b,=b:bob", statement)).endsWith("CreateStatementResponse");
        assertThat(wire("alice:wonder, land=", statement)).isEqualTo("missing connection");
        assertThat(wire(
                        "alice:wonder, land=",
                        Requests.CloseConnectionRequest.newBuilder()
                                .setConnectionId(id)
                                .build()))
                .endsWith("CloseConnectionResponse");
        assertThat(wire("b,=b:bob", statement)).endsWith("CreateStatementResponse");
        assertThat(send("POST", "/cancel?connection=" + id + "&statement=1", "").statusCode())
                .isEqualTo(401);
        assertThat(send("GET", "/progress?connection=" + id + "&statement=1", "")
                        .statusCode())
                .isEqualTo(401);
        assertThat(send("POST", "/copy?connection=" + id + "&statement=1&sql=x", "")
                        .statusCode())
                .isEqualTo(401);
    }

    private String wire(String login, com.google.protobuf.Message message) throws Exception {
        byte[] body = Common.WireMessage.newBuilder()
                .setName("org.apache.calcite.avatica.proto.Requests$"
                        + message.getDescriptorForType().getName())
                .setWrappedMessage(message.toByteString())
                .build()
                .toByteArray();
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + door.port() + "/"))
                .header("Authorization", basic(login))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        byte[] answer =
                CLIENT.send(request, HttpResponse.BodyHandlers.ofByteArray()).body();
        Common.WireMessage wire = Common.WireMessage.parseFrom(answer);
        if (wire.getName().endsWith("ErrorResponse")) {
            var error = Responses.ErrorResponse.parseFrom(wire.getWrappedMessage());
            return error.getErrorCode() == 1 ? "missing connection" : error.getErrorMessage();
        }
        return wire.getName();
    }

    private static String basic(String login) {
        return "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void givesABrowserACookieThatScriptsCannotRead() throws Exception {
        String[] ours = {"Elanus-Client", "test", "Content-Type", "application/json"};
        assertThat(send("GET", "/api/v1/info", "").statusCode()).isEqualTo(401);
        assertThat(send("GET", "/api/v1/info", "").headers().firstValue("WWW-Authenticate"))
                .contains("Bearer realm=\"Elanus\"");
        assertThat(send("GET", "/", "").statusCode()).isEqualTo(200);
        String body = "{\"user\": \"alice\", \"password\": \"wonder, land=\"}";
        assertThat(send("POST", "/api/v1/login", body, "Content-Type", "application/json")
                        .statusCode())
                .isEqualTo(415);
        assertThat(send("POST", "/api/v1/login", body.replace("land", "lund"), ours)
                        .body())
                .contains("28P01", "The user or the password is wrong.");
        assertThat(send("POST", "/api/v1/login", "{\"user\": \"alice\", \"password\": \"wonder", ours)
                        .body())
                .contains("The body must be")
                .doesNotContain("wonder");
        HttpResponse<String> in = send("POST", "/api/v1/login", body, ours);
        assertThat(in.body()).isEqualTo("{\"user\":\"alice\"}");
        String cookie = in.headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(cookie)
                .matches("elanus-login-" + door.port() + "=[\\w-]{32}; Path=/api/; HttpOnly; SameSite=Strict");
        String shown = cookie.substring(0, cookie.indexOf(';'));
        assertThat(send("GET", "/api/v1/info", "", "Cookie", shown).body()).contains("\"user\":\"alice\"");
        assertThat(send("POST", "/avatica", "", "Cookie", shown).statusCode()).isEqualTo(401);
        HttpResponse<String> out = send("POST", "/api/v1/logout", "", "Elanus-Client", "test", "Cookie", shown);
        assertThat(out.statusCode()).isEqualTo(204);
        assertThat(out.headers().firstValue("Set-Cookie").orElseThrow()).contains("Max-Age=0");
        assertThat(send("GET", "/api/v1/info", "", "Cookie", shown).statusCode())
                .isEqualTo(401);
    }

    @Test
    void givesAProgramATokenOrTakesItsPassword() throws Exception {
        String[] ours = {"Elanus-Client", "test", "Content-Type", "application/json"};
        String answer = send("POST", "/api/v1/token", "{\"user\": \"b,=b\", \"password\": \"bob\"}", ours)
                .body();
        String token = answer.replaceAll(".*:\"(.*)\"}", "$1");
        assertThat(send("GET", "/api/v1/info", "", "Authorization", "Bearer " + token)
                        .body())
                .contains("\"user\":\"b,=b\"", "\"login\":true");
        assertThat(send("GET", "/api/v1/info", "", "Authorization", basic("b,=b:bob"))
                        .body())
                .contains("\"user\":\"b,=b\"");
        String session = send(
                        "POST", "/api/v1/sessions", "", "Elanus-Client", "test", "Authorization", "Bearer " + token)
                .body()
                .replaceAll(".*:\"(.*)\"}", "$1");
        assertThat(send(
                                "GET",
                                "/api/v1/progress",
                                "",
                                "Elanus-Session",
                                session,
                                "Authorization",
                                basic("alice:wonder, land="))
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void tellsStrangersHowItIsAndNothingElse() throws Exception {
        assertThat(send("GET", "/health", "").body()).isEqualTo("ok\n");
        assertThat(send("GET", "/metrics", "").body())
                .contains("elanus_jdbc_connections")
                .doesNotContain("alice");
        assertThat(send("POST", "/", "{}").statusCode()).isEqualTo(401);
        assertThat(send("POST", "/", "x".repeat(100_000)).statusCode()).isEqualTo(401);
    }
}
