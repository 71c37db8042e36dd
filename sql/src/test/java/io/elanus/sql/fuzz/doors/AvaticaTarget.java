package io.elanus.sql.fuzz.doors;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apache.calcite.avatica.proto.Common;
import org.apache.calcite.avatica.proto.Requests;
import org.apache.calcite.avatica.remote.ProtobufTranslationImpl;

/// The JDBC door in both encodings: spoilt statements in sound messages, and spoilt messages.
final class AvaticaTarget implements Target {
    private static final String HEADERS = "Elanus-Timeout: 2000\r\nElanus-Max-Rows: 100\r\n";
    /// Stands for the trap in what this side's own client library reads: that loads the class.
    private static final String HARMLESS = Unnoticed.class.getName();

    private static final int STATEMENTS_OF_CONNECTION = 500;

    private final RandomGenerator random;
    private final Mutator mutator;
    private final HttpWire wire;
    private final boolean json;
    private String connection = "";
    private int asked;

    AvaticaTarget(String address, RandomGenerator random, boolean json) {
        this.random = random;
        this.mutator = new Mutator(random);
        this.wire = new HttpWire(address);
        this.json = json;
    }

    @Override
    public void ask() {
        if (connection.isEmpty() || ++asked % STATEMENTS_OF_CONNECTION == 0) {
            open();
        }
        byte[] body = switch (random.nextInt(4)) {
            case 0 -> encode(execution(mutator.text(statement(), Statements.RUN)));
            case 1 ->
                encode(Requests.PrepareRequest.newBuilder()
                        .setConnectionId(connection)
                        .setSql(mutator.text(
                                Statements.READ.get(random.nextInt(Statements.READ.size())), Statements.READ))
                        .build());
            case 2 -> mutator.bytes(encode(message()));
            default -> inner();
        };
        HttpWire.Reply reply = wire.send(HttpWire.post("/", HEADERS + type(), body), true);
        HttpWire.check(
                reply,
                json ? new String(body, StandardCharsets.UTF_8) : HexFormat.of().formatHex(body));
    }

    private String type() {
        return json ? "Content-Type: application/json\r\n" : "Content-Type: application/x-google-protobuf\r\n";
    }

    private void open() {
        rest();
        connection = "fuzz-" + Long.toHexString(random.nextLong());
        send(Requests.OpenConnectionRequest.newBuilder()
                .setConnectionId(connection)
                .build());
    }

    private void send(Message message) {
        HttpWire.check(wire.send(HttpWire.post("/", type(), encode(message)), true), message.toString());
    }

    private String statement() {
        return Statements.RUN.get(random.nextInt(Statements.RUN.size()));
    }

    private Message execution(String sql) {
        return Requests.PrepareAndExecuteRequest.newBuilder()
                .setConnectionId(connection)
                .setStatementId((1 << 30) + asked)
                .setSql(sql)
                .setMaxRowsTotal(100)
                .setFirstFrameMaxSize(10)
                .build();
    }

    /// Only what stays small when it is carried out spoilt.
    private Message message() {
        // The client's own JSON form of the last one fails an assertion of the client's.
        return switch (random.nextInt(json ? 8 : 9)) {
            case 0 -> execution(statement());
            case 1 ->
                Requests.OpenConnectionRequest.newBuilder()
                        .setConnectionId(connection)
                        .putInfo("user", "ann")
                        .putInfo("schema", "public")
                        .putInfo("factory", Trap.NAME)
                        .build();
            case 2 ->
                Requests.FetchRequest.newBuilder()
                        .setConnectionId(connection)
                        .setStatementId((1 << 30) + random.nextInt(100))
                        .setOffset(10)
                        .setFrameMaxSize(5)
                        .build();
            case 3 ->
                Requests.ExecuteRequest.newBuilder()
                        .setStatementHandle(Common.StatementHandle.newBuilder()
                                .setConnectionId(connection)
                                .setId(random.nextInt(50))
                                .setSignature(Common.Signature.newBuilder()
                                        .setSql("SELECT CAST(? AS INTEGER)")
                                        .setCursorFactory(Common.CursorFactory.newBuilder()
                                                .setStyle(Common.CursorFactory.Style.RECORD)
                                                .setClassName(HARMLESS))))
                        .addParameterValues(Common.TypedValue.newBuilder()
                                .setType(Common.Rep.INTEGER)
                                .setNumberValue(7))
                        .setHasParameterValues(true)
                        .build();
            case 4 ->
                Requests.TablesRequest.newBuilder()
                        .setConnectionId(connection)
                        .setTableNamePattern("i%")
                        .addTypeList("TABLE")
                        .setHasTypeList(true)
                        .build();
            case 5 ->
                Requests.ColumnsRequest.newBuilder()
                        .setConnectionId(connection)
                        .setTableNamePattern("item")
                        .setColumnNamePattern("_%")
                        .build();
            case 6 ->
                Requests.ConnectionSyncRequest.newBuilder()
                        .setConnectionId(connection)
                        .setConnProps(Common.ConnectionProperties.newBuilder().setSchema("public"))
                        .build();
            case 7 ->
                Requests.CloseStatementRequest.newBuilder()
                        .setConnectionId(connection)
                        .setStatementId(random.nextInt(50))
                        .build();
            default ->
                Requests.SyncResultsRequest.newBuilder()
                        .setConnectionId(connection)
                        .setStatementId((1 << 30) + random.nextInt(100))
                        .setState(Common.QueryState.newBuilder()
                                .setSql("SELECT 1")
                                .setHasSql(true))
                        .setOffset(1)
                        .build();
        };
    }

    /// A message spoilt within a sound envelope; the codec has no envelope when it is JSON.
    private byte[] inner() {
        Message message = message();
        if (json) {
            return mutator.text(new String(encode(message), StandardCharsets.UTF_8), List.of("{}", "[1]", "\"x\": 1,"))
                    .getBytes(StandardCharsets.UTF_8);
        }
        return envelope(
                message,
                ByteString.copyFrom(
                        mutator.bytes(trapped(message.toByteString()).toByteArray())));
    }

    private byte[] encode(Message message) {
        if (!json) {
            return envelope(message, trapped(message.toByteString()));
        }
        try {
            byte[] protobuf = envelope(message, message.toByteString());
            String text = JSON.writeValueAsString(new ProtobufTranslationImpl().parseRequest(protobuf));
            return text.replace(HARMLESS, Trap.NAME).getBytes(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("A sound message cannot be written", e);
        }
    }

    /// The trap's name where the server sees it. Both names are equally long, so no length in the bytes changes.
    private static ByteString trapped(ByteString message) {
        return ByteString.copyFrom(
                message.toString(StandardCharsets.ISO_8859_1).replace(HARMLESS, Trap.NAME),
                StandardCharsets.ISO_8859_1);
    }

    private static final com.fasterxml.jackson.databind.ObjectMapper JSON =
            new com.fasterxml.jackson.databind.ObjectMapper();

    private static byte[] envelope(Message message, ByteString inner) {
        return Common.WireMessage.newBuilder()
                .setName("org.apache.calcite.avatica.proto.Requests$"
                        + message.getDescriptorForType().getName())
                .setWrappedMessage(inner)
                .build()
                .toByteArray();
    }

    @Override
    public void rest() {
        if (!connection.isEmpty()) {
            send(Requests.CloseConnectionRequest.newBuilder()
                    .setConnectionId(connection)
                    .build());
            connection = "";
        }
        wire.close();
    }
}
