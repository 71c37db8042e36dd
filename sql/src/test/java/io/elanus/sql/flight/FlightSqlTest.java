package io.elanus.sql.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.sql.doors.RealServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.arrow.flight.CloseSessionRequest;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.GetSessionOptionsRequest;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.SessionOptionValueFactory;
import org.apache.arrow.flight.SetSessionOptionsRequest;
import org.apache.arrow.flight.SetSessionOptionsResult.ErrorValue;
import org.apache.arrow.flight.auth2.BasicAuthCredentialWriter;
import org.apache.arrow.flight.auth2.ClientBearerHeaderHandler;
import org.apache.arrow.flight.auth2.ClientIncomingAuthHeaderMiddleware;
import org.apache.arrow.flight.client.ClientCookieMiddleware;
import org.apache.arrow.flight.grpc.CredentialCallOption;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.FlightSqlClient.PreparedStatement;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlInfo;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Statements, parameters, metadata and sessions through Flight's own client.
@Timeout(60)
@SuppressWarnings("NullAway.Init")
class FlightSqlTest {
    @TempDir
    static Path folder;

    private static RealServer server;
    private SqlOverFlight flight;

    @BeforeAll
    static void start() throws Exception {
        server = RealServer.start(folder);
        try (var setUp = new SqlOverFlight(server)) {
            setUp.update("CREATE TABLE films (id BIGINT PRIMARY KEY, title VARCHAR, v VECTOR(2))");
            setUp.update("INSERT INTO films VALUES (1, 'Metropolis', '[1, 0]'), (2, 'M', '[0, 1]'), (3, NULL, NULL)");
            setUp.update("CREATE TABLE changed (id BIGINT PRIMARY KEY, title VARCHAR, v VECTOR(2))");
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void connect() {
        flight = new SqlOverFlight(server);
    }

    @AfterEach
    void disconnect() throws Exception {
        flight.close();
    }

    @Test
    void aQueryAnswersInArrowWithTheSqlTypesInItsFields() {
        FlightInfo info = flight.sql.execute("SELECT id, title, v FROM films ORDER BY id");
        Schema schema = info.getSchemaOptional().orElseThrow();
        assertThat(schema.getFields())
                .extracting(field -> field.getMetadata().get("elanus.type"))
                .containsExactly("BIGINT", "VARCHAR", "VECTOR(2)");
        assertThat(schema.findField("v").getMetadata())
                .containsEntry("ARROW:FLIGHT:SQL:TYPE_NAME", "VECTOR(2)")
                .containsEntry("ARROW:FLIGHT:SQL:TABLE_NAME", "films");
        assertThat(flight.rows(info)).containsExactly("1|Metropolis|[1.0,0.0]", "2|M|[0.0,1.0]", "3|null|null");
    }

    @Test
    void aStatementWithoutAResultRunsOnceWhenItsStreamIsRead() {
        flight.update("CREATE TABLE once (id BIGINT)");
        FlightInfo info = flight.sql.execute("INSERT INTO once VALUES (1)");
        assertThat(flight.rows("SELECT count(*) FROM once")).containsExactly("0");
        assertThat(flight.rows(info)).isEmpty();
        assertThat(flight.rows("SELECT count(*) FROM once")).containsExactly("1");
        assertThatThrownBy(() -> flight.rows(info))
                .hasMessageContaining("used up")
                .hasMessageContaining("26000");
    }

    @Test
    void aPreparedVectorSearchTakesAFixedSizeList() {
        try (PreparedStatement search =
                flight.sql.prepare("SELECT id FROM films WHERE v IS NOT NULL ORDER BY v <-> ? LIMIT 1")) {
            assertThat(search.getParameterSchema().getFields()).hasSize(1);
            var root = VectorSchemaRoot.create(search.getParameterSchema(), flight.memory);
            var query = (FixedSizeListVector) root.getVector(0);
            var elements = (Float4Vector) query.getDataVector();
            query.setNotNull(0);
            elements.setSafe(0, 0.1f);
            elements.setSafe(1, 0.9f);
            root.setRowCount(1);
            search.setParameters(root);
            assertThat(flight.rows(search.execute())).containsExactly("2");
        }
    }

    @Test
    void aQueryRunsOncePerRowOfParameters() {
        try (PreparedStatement find = flight.sql.prepare("SELECT title FROM films WHERE id = ?")) {
            var root = VectorSchemaRoot.create(find.getParameterSchema(), flight.memory);
            var ids = (BigIntVector) root.getVector(0);
            ids.setSafe(0, 2);
            ids.setSafe(1, 1);
            ids.setNull(2);
            root.setRowCount(3);
            find.setParameters(root);
            assertThat(flight.rows(find.execute())).containsExactly("M", "Metropolis");
        }
    }

    @Test
    void anInsertTakesManyRowsOfParametersAtOnce() {
        try (PreparedStatement insert = flight.sql.prepare("INSERT INTO changed (id, title) VALUES (?, ?)")) {
            assertThat(insert.getResultSetSchema().getFields()).isEmpty();
            var root = VectorSchemaRoot.create(insert.getParameterSchema(), flight.memory);
            for (int i = 0; i < 500; i++) {
                ((BigIntVector) root.getVector(0)).setSafe(i, i);
                ((VarCharVector) root.getVector(1))
                        .setSafe(i, ("row " + i).getBytes(java.nio.charset.StandardCharsets.UTF_8));
            }
            root.setRowCount(500);
            insert.setParameters(root);
            assertThat(insert.executeUpdate()).isEqualTo(500);
        }
        assertThat(flight.rows("SELECT count(*), max(title) FROM changed")).containsExactly("500|row 99");
        assertThat(flight.update("UPDATE changed SET title = 'x' WHERE id < 10"))
                .isEqualTo(10);
        assertThat(flight.update("DELETE FROM changed")).isEqualTo(500);
    }

    @Test
    void anErrorHasItsSqlStateItsPositionAndItsHint() {
        assertThatThrownBy(() -> flight.sql.execute("SELECT titel FROM films"))
                .isInstanceOfSatisfying(FlightRuntimeException.class, e -> {
                    assertThat(e.status().code()).isEqualTo(FlightStatusCode.NOT_FOUND);
                    assertThat(e.status().metadata().get("elanus-sqlstate")).isEqualTo("42703");
                    assertThat(e.status().metadata().get("elanus-position")).isEqualTo("8");
                })
                .hasMessageContaining("[SQLSTATE 42703]")
                .hasMessageContaining("HINT: Did you mean")
                .hasMessageNotContaining("io.elanus");
        assertThat(flight.rows("SELECT 1")).containsExactly("1");
    }

    @Test
    void theMetadataCommandsListWhatThereIs() {
        assertThat(flight.rows(flight.sql.getCatalogs())).containsExactly("elanus");
        assertThat(flight.rows(flight.sql.getSchemas(null, "pub%"))).containsExactly("elanus|public");
        assertThat(flight.rows(flight.sql.getTableTypes())).contains("TABLE", "VIEW");
        assertThat(flight.rows(flight.sql.getTables("elanus", "public", "fil_s", List.of("TABLE"), false)))
                .containsExactly("elanus|public|films|TABLE");
        assertThat(flight.rows(flight.sql.getTables(null, "system", null, null, true)))
                .isNotEmpty();
        assertThat(flight.rows(flight.sql.getPrimaryKeys(
                        org.apache.arrow.flight.sql.util.TableRef.of("elanus", "public", "films"))))
                .containsExactly("elanus|public|films|id|1|films_pkey");
        var films = org.apache.arrow.flight.sql.util.TableRef.of(null, "public", "films");
        assertThat(flight.rows(flight.sql.getExportedKeys(films))).isEmpty();
        assertThat(flight.rows(flight.sql.getImportedKeys(films))).isEmpty();
        assertThat(flight.rows(flight.sql.getCrossReference(films, films))).isEmpty();
        assertThat(flight.rows(flight.sql.getXdbcTypeInfo())).anyMatch(row -> row.startsWith("VECTOR|"));
        assertThat(flight.rows(flight.sql.getXdbcTypeInfo(java.sql.Types.BIGINT)))
                .hasSize(1);
    }

    @Test
    void everyCodeOfSqlInfoIsAnsweredAloneAndTogether() {
        int all = flight.rows(flight.sql.getSqlInfo()).size();
        assertThat(all).isGreaterThan(80);
        int answered = 0;
        for (SqlInfo code : SqlInfo.values()) {
            if (code != SqlInfo.UNRECOGNIZED) {
                answered += flight.rows(flight.sql.getSqlInfo(code)).size();
            }
        }
        assertThat(answered).isEqualTo(all);
        assertThat(flight.rows(flight.sql.getSqlInfo(new int[] {123_456}))).isEmpty();
        assertThat(flight.rows(flight.sql.getSqlInfo(SqlInfo.FLIGHT_SQL_SERVER_NAME)))
                .containsExactly("0|Elanus");
    }

    @Test
    void aConnectionKeepsItsSettings() {
        var wanted = Map.of(
                "schema", SessionOptionValueFactory.makeSessionOptionValue("information_schema"),
                "ef_search", SessionOptionValueFactory.makeSessionOptionValue(77L),
                "catalog", SessionOptionValueFactory.makeSessionOptionValue("elanus"));
        assertThat(flight.plain
                        .setSessionOptions(new SetSessionOptionsRequest(wanted))
                        .hasErrors())
                .isFalse();
        assertThat(flight.rows("SHOW ef_search")).containsExactly("77");
        assertThat(flight.rows("SELECT count(*) FROM schemata")).isNotEmpty();
        assertThat(flight.plain
                        .getSessionOptions(new GetSessionOptionsRequest())
                        .getSessionOptions())
                .containsKeys("schema", "consistency", "catalog");
        var wrong = Map.of(
                "efsearch", SessionOptionValueFactory.makeSessionOptionValue(1L),
                "ef_search", SessionOptionValueFactory.makeSessionOptionValue("many"),
                "driver.class", SessionOptionValueFactory.makeEmptySessionOptionValue());
        assertThat(flight.plain
                        .setSessionOptions(new SetSessionOptionsRequest(wrong))
                        .getErrors())
                .hasEntrySatisfying("efsearch", e -> assertThat(e.value).isEqualTo(ErrorValue.INVALID_NAME))
                .hasEntrySatisfying("ef_search", e -> assertThat(e.value).isEqualTo(ErrorValue.INVALID_VALUE))
                .hasEntrySatisfying("driver.class", e -> assertThat(e.value).isEqualTo(ErrorValue.INVALID_NAME));
        flight.plain.closeSession(new CloseSessionRequest());
        assertThat(flight.rows("SHOW ef_search")).containsExactly("0");
    }

    @Test
    void aClientThatKeepsCookiesFindsItsSessionOverAnotherConnection() throws Exception {
        var cookies = new ClientCookieMiddleware.Factory();
        Location location = location();
        try (var first = new FlightSqlClient(FlightClient.builder(flight.memory, location)
                        .intercept(cookies)
                        .build());
                var second = new FlightSqlClient(FlightClient.builder(flight.memory, location)
                        .intercept(cookies)
                        .build())) {
            first.executeUpdate("SET ef_search = 99");
            try (PreparedStatement prepared = first.prepare("SHOW ef_search")) {
                FlightInfo info = prepared.execute();
                try (var stream =
                        second.getStream(info.getEndpoints().getFirst().getTicket())) {
                    assertThat(stream.next()).isTrue();
                    assertThat(SqlOverFlight.texts(stream.getRoot())).containsExactly("99");
                }
            }
        }
    }

    @Test
    void aNameAndPasswordAreExchangedForATokenThatNamesTheSession() throws Exception {
        var tokens = new ClientIncomingAuthHeaderMiddleware.Factory(new ClientBearerHeaderHandler());
        try (var client = FlightClient.builder(flight.memory, location())
                .intercept(tokens)
                .build()) {
            client.handshake(new CredentialCallOption(new BasicAuthCredentialWriter("ann", "secret")));
            var sql = new FlightSqlClient(client);
            sql.executeUpdate("SET ef_search = 55", tokens.getCredentialCallOption());
            try (var stream = flight.sql.getStream(
                    sql.execute("SHOW ef_search", tokens.getCredentialCallOption())
                            .getEndpoints()
                            .getFirst()
                            .getTicket(),
                    tokens.getCredentialCallOption())) {
                assertThat(stream.next()).isTrue();
                assertThat(SqlOverFlight.texts(stream.getRoot())).containsExactly("55");
            }
        }
        assertThatThrownBy(() -> flight.sql.execute(
                        "SELECT 1",
                        new CredentialCallOption(headers -> headers.insert("authorization", "Bearer forged"))))
                .isInstanceOfSatisfying(
                        FlightRuntimeException.class,
                        e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.UNAUTHENTICATED))
                .hasMessageContaining("Connect again");
    }

    @Test
    void aTableOfSeveralShardsIsReadByAsManyReadersAtOneMoment() throws Exception {
        flight.update("CREATE TABLE parted (id BIGINT PRIMARY KEY, title VARCHAR) WITH (shards = 3)");
        for (int from = 0; from < 60; from += 20) {
            int first = from;
            flight.update("INSERT INTO parted VALUES "
                    + IntStream.range(first, first + 20)
                            .mapToObj(id -> "(" + id + ", 'title " + id + "')")
                            .collect(Collectors.joining(", ")));
        }
        FlightInfo info = flight.sql.execute("SELECT id FROM parted WHERE id < 50");
        assertThat(info.getEndpoints()).hasSize(3);
        flight.update("INSERT INTO parted VALUES (-1, 'later')");
        flight.update("DELETE FROM parted WHERE id = 7");
        var found = new ArrayList<String>();
        for (FlightEndpoint endpoint : info.getEndpoints()) {
            assertThat(endpoint.getLocations()).as("read where it was asked").isEmpty();
            try (var stream = flight.sql.getStream(endpoint.getTicket())) {
                int before = found.size();
                while (stream.next()) {
                    found.addAll(SqlOverFlight.texts(stream.getRoot()));
                }
                assertThat(found.size() - before).as("rows of one shard").isBetween(1, 49);
            }
        }
        assertThat(found)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 50).mapToObj(Integer::toString).toList());
    }

    @Test
    void whatIsMadeOfTheRowsOfAllShardsIsReadByOneReader() {
        flight.update("CREATE TABLE whole (id BIGINT PRIMARY KEY, title VARCHAR) WITH (shards = 2)");
        for (String sql : List.of(
                "SELECT count(*) FROM whole",
                "SELECT id FROM whole ORDER BY id",
                "SELECT id FROM whole LIMIT 3",
                "SELECT DISTINCT title FROM whole",
                "SELECT id, now() FROM whole",
                "SELECT a.id FROM whole a JOIN whole b ON a.id = b.id")) {
            assertThat(flight.sql.execute(sql).getEndpoints()).as(sql).hasSize(1);
        }
    }

    private static Location location() {
        String[] address = server.flightAddress().split(":");
        return Location.forGrpcInsecure(address[0], Integer.parseInt(address[1]));
    }
}
