package io.elanus.sql.avatica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.cluster.proxy.Catalog;
import io.elanus.jdbc.ProgressReporting;
import io.elanus.jdbc.ServerError;
import io.elanus.sql.console.ConsoleConfig;
import io.elanus.sql.console.ConsoleDoor;
import io.elanus.sql.login.Entrance;
import io.elanus.sql.metrics.Metrics;
import io.elanus.storage.setting.DataSize;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLSyntaxErrorException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Our driver and the stock Avatica client against the door, over a session that is made up.
@Timeout(60)
class HttpDoorTest {
    private static final int BODY_LIMIT = 256 * 1024;

    private final RootAllocator memory = new RootAllocator();
    private final FakeSession.World world = new FakeSession.World(memory);
    private final JdbcConfig config = new JdbcConfig(
            new DataSize(BODY_LIMIT),
            10,
            20,
            Duration.ofMinutes(1),
            new DataSize(64 * 1024),
            Duration.ofMillis(50),
            Duration.ofMillis(200));
    private final Metrics metrics = new Metrics();
    private final List<String> problems = new ArrayList<>();
    private final HttpDoor door = new HttpDoor(
            new HttpDoor.At("127.0.0.1", 0, Optional.empty()),
            config,
            new HttpDoor.Behind(
                    Entrance.unlocked((_, _) -> new FakeSession(world)),
                    () -> Catalog.EMPTY,
                    "1.2",
                    () -> List.copyOf(problems),
                    System::nanoTime,
                    new Random(1),
                    metrics),
            new ConsoleDoor(
                    ConsoleConfig.defaults(),
                    new ConsoleDoor.Behind(
                            Entrance.unlocked((_, _) -> new FakeSession(world)),
                            "1.2",
                            System::nanoTime,
                            new Random(2),
                            metrics)));

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

    private Connection ours() throws SQLException {
        return DriverManager.getConnection("jdbc:elanus://127.0.0.1:" + door.port() + "/public");
    }

    private Connection stock(String serialization) throws SQLException {
        return DriverManager.getConnection("jdbc:avatica:remote:url=http://127.0.0.1:" + door.port() + ";serialization="
                + serialization + ";timeZone=UTC");
    }

    interface Client {
        Connection connect(HttpDoorTest test) throws SQLException;
    }

    static Stream<Client> clients() {
        return Stream.of(HttpDoorTest::ours, test -> test.stock("protobuf"), test -> test.stock("json"));
    }

    @ParameterizedTest
    @MethodSource("clients")
    void readsEveryRowWithEveryFetchSize(Client client) throws SQLException {
        try (Connection connection = client.connect(this)) {
            for (int fetchSize : List.of(0, 1, 7, 100_000)) {
                try (Statement statement = connection.createStatement();
                        PreparedStatement prepared = connection.prepareStatement("rows 2345")) {
                    statement.setFetchSize(fetchSize);
                    prepared.setFetchSize(fetchSize);
                    if (fetchSize != 1) {
                        assertThat(ids(statement.executeQuery("rows 2345"))).hasSize(2345);
                    }
                    if (fetchSize != 1) {
                        assertThat(ids(prepared.executeQuery())).hasSize(2345);
                    }
                }
            }
        }
    }

    private static List<Long> ids(ResultSet result) throws SQLException {
        var ids = new ArrayList<Long>();
        while (result.next()) {
            assertThat(result.getLong(1)).isEqualTo(ids.size());
            ids.add(result.getLong(1));
        }
        return ids;
    }

    @ParameterizedTest
    @MethodSource("clients")
    void readsValuesOfEachType(Client client) throws SQLException {
        try (Connection connection = client.connect(this);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("rows 10")) {
            for (int i = 0; i < 8; i++) {
                assertThat(result.next()).isTrue();
            }
            assertThat(result.getLong("id")).isEqualTo(7);
            assertThat(result.getString("name")).isEqualTo("name 7");
            assertThat(result.getString("v")).isEqualTo("[7,7.5,-7]");
            assertThat(result.getBoolean("ok")).isFalse();
            assertThat(result.getBigDecimal("price")).isEqualByComparingTo("7.25");
            assertThat(result.getDouble("ratio")).isEqualTo(7 / 3.0);
            assertThat(result.getBytes("raw")).containsExactly(7);
            assertThat((Object[]) result.getArray("tags").getArray()).containsExactly("t", null);
            assertThat(result.next()).isTrue();
            assertThat(result.next()).isTrue();
            assertThat(result.getString("name")).isNull();
            assertThat(result.wasNull()).isTrue();
            assertThat(result.next()).isFalse();
        }
    }

    @Test
    void ourDriverReadsVectorsAndTimesExactly() throws SQLException {
        try (Connection connection = ours();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("rows 3")) {
            result.next();
            result.next();
            assertThat((float[]) result.getObject("v")).containsExactly(1, 1.5f, -1);
            assertThat(result.getObject("v", float[].class)).containsExactly(1, 1.5f, -1);
            assertThat(result.getObject("at", LocalDateTime.class))
                    .isEqualTo(LocalDateTime.of(1970, 1, 1, 0, 0, 1, 5000));
            assertThat(result.getMetaData().getColumnTypeName(3)).isEqualTo("VECTOR(3)");
        }
    }

    @Test
    void bindsVectorsInEveryForm() throws SQLException {
        try (Connection connection = ours();
                PreparedStatement insert = connection.prepareStatement("insert ? ? ?")) {
            insert.setLong(1, 1);
            insert.setObject(2, new float[] {1, 2, 3});
            insert.setObject(3, LocalDateTime.of(2026, 1, 2, 3, 4, 5, 6000));
            assertThat(insert.executeUpdate()).isEqualTo(1);
            insert.setObject(2, "[1,2,3]");
            insert.setNull(3, java.sql.Types.VARCHAR);
            insert.addBatch();
            insert.setObject(2, List.of(1.0, 2.0, 3.0));
            insert.addBatch();
            assertThat(insert.executeBatch()).containsExactly(1, 1);
            assertThat(world.bound)
                    .containsExactly(
                            1L,
                            new float[] {1, 2, 3},
                            LocalDateTime.of(2026, 1, 2, 3, 4, 5, 6000),
                            1L,
                            "[1,2,3]",
                            null,
                            1L,
                            List.of(1.0, 2.0, 3.0),
                            null);
            assertThat(insert.getGeneratedKeys().next()).isFalse();
        }
    }

    @Test
    void limitsRowsOnTheServer() throws SQLException {
        try (Connection connection = ours();
                PreparedStatement prepared = connection.prepareStatement("rows 1000");
                Statement statement = connection.createStatement()) {
            prepared.setMaxRows(7);
            statement.setMaxRows(7);
            assertThat(ids(prepared.executeQuery())).hasSize(7);
            assertThat(ids(statement.executeQuery("rows 1000"))).hasSize(7);
        }
    }

    @Test
    void answersALongQueryWithEmptyFramesAndCancelsIt() throws Exception {
        try (Connection connection = ours();
                Statement statement = connection.createStatement();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture<@Nullable SQLException> outcome = CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            statement.executeQuery("wait").next();
                            return null;
                        } catch (SQLException e) {
                            return e;
                        }
                    },
                    threads);
            world.waiting.await();
            var progress = statement.unwrap(ProgressReporting.class);
            assertThat(progress.progress()).map(long[]::clone).contains(new long[] {7, 9});
            statement.cancel();
            SQLException cancelled = outcome.join();
            assertThat((Throwable) cancelled)
                    .isInstanceOf(SQLTimeoutException.class)
                    .hasFieldOrPropertyWithValue("SQLState", "57014");
            assertThat(world.cancels.get()).isPositive();
            assertThat(ids(statement.executeQuery("rows 5"))).hasSize(5);
        }
    }

    @Test
    void tellsErrorsWithStatePositionAndHint() throws SQLException {
        try (Connection connection = ours()) {
            assertThatThrownBy(() -> connection.createStatement().executeQuery("nonsense"))
                    .isInstanceOf(SQLSyntaxErrorException.class)
                    .hasMessage("There is no statement [nonsense]. (at character 1)\nHINT: Try rows 10.")
                    .hasFieldOrPropertyWithValue("SQLState", "42601")
                    .cause()
                    .isInstanceOfSatisfying(ServerError.class, error -> {
                        assertThat(error.position()).isEqualTo(1);
                        assertThat(error.hint()).hasValue("Try rows 10.");
                    });
            assertThatThrownBy(() -> connection.prepareStatement("nonsense"))
                    .isInstanceOf(SQLSyntaxErrorException.class);
            assertThat(ids(connection.createStatement().executeQuery("rows 5"))).hasSize(5);
        }
        try (Connection connection = stock("protobuf")) {
            assertThatThrownBy(() -> connection.createStatement().executeQuery("nonsense"))
                    .hasMessageContaining("There is no statement")
                    .hasMessageContaining("HINT: Try rows 10.")
                    .hasMessageNotContaining("Exception")
                    .hasFieldOrPropertyWithValue("SQLState", "42601");
        }
    }

    @Test
    void refusesUnknownPropertiesWithASuggestion() {
        assertThatThrownBy(() ->
                        DriverManager.getConnection("jdbc:elanus://127.0.0.1:" + door.port() + "/public?ef_serch=10"))
                .hasMessageContaining("There is no connection property [ef_serch]")
                .hasMessageContaining("Did you mean \"ef_search\"?")
                .hasFieldOrPropertyWithValue("SQLState", "22023");
        var model = new Properties();
        model.put("model", "inline:{}");
        assertThatThrownBy(() -> DriverManager.getConnection(
                        "jdbc:avatica:remote:url=http://127.0.0.1:" + door.port() + ";serialization=protobuf", model))
                .hasMessageContaining("There is no connection property [model]");
    }

    @Test
    void ourDriverLoadsNoClassThatAUrlNames() {
        assertThatThrownBy(() -> DriverManager.getConnection(
                        "jdbc:elanus://127.0.0.1:" + door.port() + "?httpclient_impl=java.lang.Runtime"))
                .hasMessageContaining("names a class to load")
                .hasFieldOrPropertyWithValue("SQLState", "22023");
    }

    @Test
    void refusesALargeBodyBeforeReadingIt() throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + door.port() + "/");
        try (HttpClient client = HttpClient.newHttpClient()) {
            byte[] large = new byte[BODY_LIMIT + 1];
            HttpRequest declared = HttpRequest.newBuilder(uri)
                    .POST(HttpRequest.BodyPublishers.ofByteArray(large))
                    .build();
            assertThat(client.send(declared, HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(413);
            HttpRequest chunked = HttpRequest.newBuilder(uri)
                    .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(large)))
                    .build();
            assertThat(client.send(chunked, HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(413);
        }
        assertThatThrownBy(() -> {
                    try (Connection connection = ours()) {
                        connection.createStatement().executeQuery("rows " + "1".repeat(BODY_LIMIT));
                    }
                })
                .isInstanceOf(SQLException.class)
                .hasFieldOrPropertyWithValue("SQLState", "54000");
    }

    @Test
    void answersNonsenseWithAnError() throws Exception {
        var random = new Random(7);
        URI uri = URI.create("http://127.0.0.1:" + door.port() + "/");
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (int i = 0; i < 200; i++) {
                byte[] nonsense = new byte[random.nextInt(300)];
                random.nextBytes(nonsense);
                HttpRequest request = HttpRequest.newBuilder(uri)
                        .header("Content-Type", i % 2 == 0 ? "application/json" : "application/x-google-protobuf")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(nonsense))
                        .build();
                HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
                assertThat(response.statusCode()).isEqualTo(500);
                assertThat(response.body()).contains("08P01").doesNotContain("Exception");
            }
        }
    }

    @Test
    void carriesOutARepeatedRequestOnce() throws Exception {
        var call = new Call.PrepareAndExecute("c", ClientConnection.CLIENT_NUMBERS, "insert", 0, 0);
        var replies = new RecentReplies();
        var runs = new java.util.concurrent.atomic.AtomicInteger();
        for (int i = 0; i < 3; i++) {
            Answer answer = replies.once("r1", () -> {
                runs.incrementAndGet();
                return new Answer.Executed(Answer.Result.count(call.connection(), call.statement(), 1));
            });
            assertThat(answer).isInstanceOf(Answer.Executed.class);
        }
        assertThat(runs).hasValue(1);
    }

    @Test
    void comesBackAfterTheServerForgotTheConnection() throws SQLException {
        try (Connection connection = ours();
                PreparedStatement prepared = connection.prepareStatement("rows 3");
                PreparedStatement insert = connection.prepareStatement("insert ? ? ?")) {
            connection.setReadOnly(false);
            forgetAll();
            assertThat(ids(prepared.executeQuery())).hasSize(3);
            insert.setLong(1, 1);
            insert.setNull(2, 0);
            insert.setNull(3, 0);
            insert.addBatch();
            assertThat(insert.executeBatch()).containsExactly(1);
            assertThat(connection.isValid(5)).isTrue();
        }
    }

    private void forgetAll() {
        door.forgetConnections();
    }

    @Test
    void refusesWritesOnAReadOnlyConnection() throws SQLException {
        try (Connection connection = ours()) {
            connection.setReadOnly(true);
            assertThatThrownBy(() -> connection.createStatement().executeUpdate("insert"))
                    .hasFieldOrPropertyWithValue("SQLState", "25006");
        }
    }

    @ParameterizedTest
    @MethodSource("clients")
    void listsTables(Client client) throws SQLException {
        try (Connection connection = client.connect(this);
                ResultSet tables = connection.getMetaData().getTables(null, null, "wor_s", null)) {
            assertThat(tables.next()).isTrue();
            assertThat(tables.getString("TABLE_NAME")).isEqualTo("words");
            assertThat(tables.getString("TABLE_TYPE")).isEqualTo("TABLE");
            assertThat(tables.next()).isFalse();
            try (ResultSet types = connection.getMetaData().getTypeInfo()) {
                var names = new ArrayList<String>();
                while (types.next()) {
                    names.add(types.getString("TYPE_NAME"));
                }
                assertThat(names).contains("VECTOR", "BIGINT", "VARCHAR");
            }
        }
    }

    @Test
    void servesHealthAndMetrics() throws Exception {
        try (Connection connection = ours();
                HttpClient client = HttpClient.newHttpClient()) {
            assertThat(connection.isValid(1)).isTrue();
            assertThat(get(client, "/healthz")).isEqualTo("ok\n");
            problems.add("There is no active querynode.");
            assertThat(get(client, "/health")).isEqualTo("There is no active querynode.\n");
            assertThat(get(client, "/metrics"))
                    .contains("# TYPE elanus_http_requests_total counter", "elanus_jdbc_connections 1.0");
        }
    }

    private String get(HttpClient client, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + door.port() + path);
        return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
