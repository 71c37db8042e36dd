package io.elanus.sql.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.sql.doors.RealServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Base64;
import java.util.Map;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.grpc.CredentialCallOption;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A whole server whose clients have to log in.
@Timeout(60)
@SuppressWarnings("NullAway.Init")
class LoginAtServerTest {
    private static final String PASSWORD = "first one";

    @TempDir
    static Path folder;

    private static RealServer server;

    @BeforeAll
    static void start() throws Exception {
        Path file = Files.writeString(folder.resolve("password"), PASSWORD + "\n");
        server = RealServer.start(
                folder.resolve("data"),
                Map.of("security.authentication", "on", "security.login.password-file", file.toString()));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static int flightPort() {
        String address = server.flightAddress();
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    private static Connection jdbc(String password) throws SQLException {
        return DriverManager.getConnection("jdbc:elanus://" + server.address() + "/public", "elanus", password);
    }

    @Test
    void theFirstUserHasThePasswordOfTheFile() throws Exception {
        try (Connection connection = jdbc(PASSWORD)) {
            assertThat(RealServer.rows(connection, "SELECT CURRENT_USER")).containsExactly("elanus");
            RealServer.run(connection, "CREATE TABLE made (id INTEGER PRIMARY KEY)");
        }
        assertThatThrownBy(() -> jdbc("wrong").close()).hasMessageContaining("The user or the password is wrong.");
        assertThatThrownBy(() -> server.connect().close()).hasMessageContaining("The server asks who you are.");
        String audit = Files.readString(folder.resolve("data/audit.jsonl"));
        assertThat(audit)
                .contains("\"outcome\":\"ok\",\"user\":\"elanus\",\"address\":\"127.0.0.1\",\"door\":\"jdbc\"")
                .contains("\"outcome\":\"failed\"")
                .contains("\"kind\":\"ddl\",\"user\":\"elanus\"")
                .contains("CREATE TABLE made")
                .doesNotContain(PASSWORD);
    }

    @Test
    void flightClientsGetATokenForTheirPassword() throws Exception {
        try (var memory = new RootAllocator();
                var plain = FlightClient.builder(memory, Location.forGrpcInsecure("127.0.0.1", flightPort()))
                        .build()) {
            assertThatThrownBy(() -> new FlightSqlClient(plain).execute("SELECT 1"))
                    .isInstanceOfSatisfying(
                            FlightRuntimeException.class,
                            e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.UNAUTHENTICATED))
                    .hasMessageContaining("28000");
            assertThatThrownBy(() -> plain.authenticateBasicToken("elanus", "wrong"))
                    .isInstanceOf(FlightRuntimeException.class);
            CredentialCallOption token =
                    plain.authenticateBasicToken("elanus", PASSWORD).orElseThrow();
            var info = new FlightSqlClient(plain).execute("SELECT 7", new CallOption[] {token});
            try (var stream = new FlightSqlClient(plain)
                    .getStream(info.getEndpoints().getFirst().getTicket(), token)) {
                assertThat(stream.next()).isTrue();
                assertThat(stream.getRoot().getVector(0).getObject(0)).hasToString("7");
            }
            assertThatThrownBy(() -> {
                        try (var stream = new FlightSqlClient(plain)
                                .getStream(info.getEndpoints().getFirst().getTicket())) {
                            stream.next();
                        }
                    })
                    .isInstanceOf(FlightRuntimeException.class);
        }
    }

    @Test
    void theFlightSqlJdbcDriverLogsIn() throws Exception {
        String url = "jdbc:arrow-flight-sql://127.0.0.1:" + flightPort() + "/?useEncryption=false";
        try (Connection connection = DriverManager.getConnection(url, "elanus", PASSWORD)) {
            assertThat(RealServer.rows(connection, "SELECT 7")).containsExactly("7");
        }
        assertThatThrownBy(() -> DriverManager.getConnection(url, "elanus", "wrong")
                        .createStatement()
                        .executeQuery("SELECT 1"))
                .isInstanceOf(SQLException.class);
    }

    @Test
    void theApiTakesThePasswordWithEachRequest() throws Exception {
        String basic = Base64.getEncoder().encodeToString(("elanus:" + PASSWORD).getBytes(StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + server.address() + "/api/v1/query"))
                .header("Authorization", "Basic " + basic)
                .header("Elanus-Client", "test")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"sql\": \"SELECT CURRENT_USER\"}"))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            assertThat(client.send(request, HttpResponse.BodyHandlers.ofString())
                            .body())
                    .contains("[\"elanus\"]");
        }
    }
}
