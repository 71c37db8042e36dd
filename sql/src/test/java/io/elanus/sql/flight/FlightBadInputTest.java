package io.elanus.sql.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import io.elanus.sql.doors.RealServer;
import io.elanus.storage.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.AsyncPutListener;
import org.apache.arrow.flight.Criteria;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.impl.Flight;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandPreparedStatementQuery;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementQuery;
import org.apache.arrow.flight.sql.impl.FlightSql.TicketStatementQuery;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What no honest client sends: each gets a clear error, nothing of the server's inside, and the connection goes on.
@Timeout(60)
@SuppressWarnings("NullAway.Init")
class FlightBadInputTest {
    @TempDir
    static Path folder;

    private static RealServer server;
    private SqlOverFlight flight;

    @BeforeAll
    static void start() throws Exception {
        server = RealServer.start(folder);
        try (var setUp = new SqlOverFlight(server)) {
            setUp.update("CREATE TABLE target (id BIGINT PRIMARY KEY, title VARCHAR)");
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
    void theConnectionGoesOn() throws Exception {
        assertThat(flight.rows("SELECT 1")).containsExactly("1");
        flight.close();
    }

    @Test
    void ticketsThatAreNoneAreRefused() {
        refused(new byte[0]);
        refused("garbage".getBytes(StandardCharsets.UTF_8));
        refused(new byte[100_000]);
        refused(Any.pack(TicketStatementQuery.newBuilder()
                        .setStatementHandle(ByteString.copyFrom(new byte[16]))
                        .build())
                .toByteArray());
        refused(Any.newBuilder()
                .setTypeUrl("type.googleapis.com/arrow.flight.protocol.sql.TicketStatementQuery")
                .setValue(ByteString.copyFromUtf8("\u00ff\u00ff\u00ff"))
                .build()
                .toByteArray());
        long seed = 71;
        var random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            refused(bytes);
        }
    }

    private void refused(byte[] ticket) {
        assertThatThrownBy(() -> {
                    try (var stream = flight.plain.getStream(new Ticket(ticket))) {
                        stream.next();
                    }
                })
                .isInstanceOfSatisfying(
                        FlightRuntimeException.class,
                        e -> assertThat(e.status().code())
                                .isIn(
                                        FlightStatusCode.INVALID_ARGUMENT,
                                        FlightStatusCode.NOT_FOUND,
                                        FlightStatusCode.UNIMPLEMENTED))
                .hasMessageNotContainingAny("io.elanus", "Exception", "org.apache");
    }

    @Test
    void aTicketIsUsedUpByOneWholeReading() {
        FlightInfo info = flight.sql.execute("SELECT 1");
        assertThat(flight.rows(info)).containsExactly("1");
        assertThatThrownBy(() -> flight.rows(info)).hasMessageContaining("26000");
    }

    @Test
    void aHandleOfAnotherSessionIsNotFound() throws Exception {
        try (var other = new SqlOverFlight(server);
                var prepared = other.sql.prepare("SELECT 42")) {
            FlightInfo own = prepared.execute();
            assertThat(other.rows(own)).containsExactly("42");
            Any command = Any.parseFrom(own.getDescriptor().getCommand());
            ByteString handle =
                    command.unpack(CommandPreparedStatementQuery.class).getPreparedStatementHandle();
            var stolen = CommandPreparedStatementQuery.newBuilder()
                    .setPreparedStatementHandle(handle)
                    .build();
            assertThatThrownBy(() -> flight.plain.getInfo(
                            FlightDescriptor.command(Any.pack(stolen).toByteArray())))
                    .isInstanceOfSatisfying(
                            FlightRuntimeException.class,
                            e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.NOT_FOUND));
        }
    }

    @Test
    void commandsAndActionsThatAreNoneAreRefused() {
        for (FlightDescriptor descriptor : List.of(
                FlightDescriptor.path("a", "b"),
                FlightDescriptor.command(new byte[] {1, 2, 3}),
                FlightDescriptor.command(new byte[0]),
                FlightDescriptor.command(
                        Any.pack(TicketStatementQuery.getDefaultInstance()).toByteArray()))) {
            assertThatThrownBy(() -> flight.plain.getInfo(descriptor))
                    .isInstanceOf(FlightRuntimeException.class)
                    .hasMessageNotContainingAny("io.elanus", "Exception");
            assertThatThrownBy(() -> flight.plain.getSchema(descriptor)).isInstanceOf(FlightRuntimeException.class);
        }
        for (String action : List.of("CreatePreparedStatement", "CancelFlightInfo", "SetSessionOptions", "Nonsense")) {
            assertThatThrownBy(() -> flight.plain
                            .doAction(new Action(action, "nonsense".getBytes(StandardCharsets.UTF_8)))
                            .next())
                    .isInstanceOf(FlightRuntimeException.class)
                    .hasMessageNotContaining("io.elanus");
        }
        assertThatThrownBy(
                        () -> flight.plain.listFlights(Criteria.ALL).iterator().next())
                .isInstanceOf(FlightRuntimeException.class);
        var inTransaction = CommandStatementQuery.newBuilder()
                .setQuery("SELECT 1")
                .setTransactionId(ByteString.copyFromUtf8("t"))
                .build();
        assertThatThrownBy(() -> flight.plain.getInfo(
                        FlightDescriptor.command(Any.pack(inTransaction).toByteArray())))
                .hasMessageContaining("0A000");
    }

    @Test
    void aDescriptorOfAKindThatNobodyKnowsIsRefusedInAnActionToo() {
        byte[] body = Flight.CancelFlightInfoRequest.newBuilder()
                .setInfo(Flight.FlightInfo.newBuilder()
                        .setFlightDescriptor(
                                Flight.FlightDescriptor.newBuilder().setTypeValue(9)))
                .build()
                .toByteArray();
        assertThatThrownBy(() -> flight.plain
                        .doAction(new Action("CancelFlightInfo", body))
                        .next())
                .isInstanceOf(FlightRuntimeException.class)
                .hasMessageContaining(ErrorCode.PROTOCOL_VIOLATION.sqlState());
    }

    @Test
    void anUploadWithoutSchemaOrRowsIsAnErrorAndNoThreadWaitsForEver() throws Exception {
        var ingest = CommandStatementIngest.newBuilder().setTable("target").build();
        var descriptor = FlightDescriptor.command(Any.pack(ingest).toByteArray());
        var answer = new AsyncPutListener();
        var empty = new Schema(List.of());
        try (var rows = VectorSchemaRoot.create(empty, flight.memory)) {
            var put = flight.plain.startPut(descriptor, rows, answer);
            put.completed();
            put.getResult();
        }
        // Begun and left: the server must notice.
        try (var leaving = new SqlOverFlight(server);
                var rows = TestRows.vectors(leaving.memory, 10, 2)) {
            leaving.plain.startPut(descriptor, rows, new AsyncPutListener());
        }
        assertThat(flight.rows("SELECT count(*) FROM target")).containsExactly("0");
    }

    @Test
    void buffersThatLieAboutTheirRowsAreRefused() {
        var schema = new Schema(List.of(
                new Field("id", FieldType.nullable(new ArrowType.Int(64, true)), List.of()),
                new Field("title", FieldType.nullable(ArrowType.Utf8.INSTANCE), List.of())));
        for (int lie : new int[] {Integer.MAX_VALUE, -1, 1_000_000}) {
            try (var rows = VectorSchemaRoot.create(schema, flight.memory)) {
                for (int row = 0; row < 4; row++) {
                    ((BigIntVector) rows.getVector("id")).setSafe(row, row);
                    ((VarCharVector) rows.getVector("title")).setSafe(row, "text".getBytes(StandardCharsets.UTF_8));
                }
                rows.setRowCount(4);
                rows.getVector("title").getOffsetBuffer().setInt(2 * Integer.BYTES, lie);
                assertThatThrownBy(() -> TestRows.append(flight, rows, "target"))
                        .hasMessageContaining("22P04")
                        .hasMessageContaining("[title]");
            }
        }
        try (var rows = VectorSchemaRoot.create(schema, flight.memory)) {
            ((BigIntVector) rows.getVector("id")).setSafe(0, 0);
            ((VarCharVector) rows.getVector("title")).setSafe(0, new byte[] {(byte) 0xC3, 0x28});
            rows.setRowCount(1);
            assertThat(TestRows.append(flight, rows, "target")).isEqualTo(1);
            assertThat(flight.rows("SELECT title FROM target")).containsExactly("\uFFFD(");
            flight.update("DELETE FROM target");
        }
    }

    /// A header carries them, in which such a letter takes nine bytes.
    @Test
    void errorsAboutLongForeignWordsArrive() {
        String word = "\u481f".repeat(1_500);
        assertThatThrownBy(() -> flight.sql.prepare("SEL" + word))
                .hasMessageContaining("42601")
                .hasMessageContaining(" …");
    }

    @Test
    void parametersOfTheWrongNumberAreRefused() {
        try (var prepared = flight.sql.prepare("SELECT id FROM target WHERE id = ? AND title = ?")) {
            var one = VectorSchemaRoot.create(
                    new Schema(prepared.getParameterSchema().getFields().subList(0, 1)), flight.memory);
            ((BigIntVector) one.getVector(0)).setSafe(0, 1);
            one.setRowCount(1);
            prepared.setParameters(one);
            assertThatThrownBy(() -> flight.rows(prepared.execute()))
                    .hasMessageContaining("[2] parameters")
                    .hasMessageContaining("08P01");
        }
        try (var prepared = flight.sql.prepare("SELECT id FROM target WHERE id = ?")) {
            assertThatThrownBy(() -> flight.rows(prepared.execute())).hasMessageContaining("[1] parameters");
        }
        assertThatThrownBy(() -> flight.sql.execute("SELECT id FROM target WHERE id = ?"))
                .hasMessageContaining("Prepare it");
    }
}
