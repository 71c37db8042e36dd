package io.elanus.sql.fuzz.doors;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.apache.arrow.flight.impl.Flight;
import org.apache.arrow.flight.sql.impl.FlightSql;
import org.jspecify.annotations.Nullable;

/// The Flight door below its client library: messages of the protocol, spoilt as bytes, and spoilt statements.
final class FlightTarget implements Target {
    private static final String SERVICE = "arrow.flight.protocol.FlightService/";
    private static final int CALLS_OF_CHANNEL = 2_000;
    private static final int MOST_ANSWERS = 1_000;
    private static final long PATIENCE_SECONDS = 60;

    private final String address;
    private final RandomGenerator random;
    private final Mutator mutator;
    private @Nullable ManagedChannel channel;
    private int asked;

    FlightTarget(String address, RandomGenerator random) {
        this.address = address;
        this.random = random;
        this.mutator = new Mutator(random);
    }

    @Override
    public void ask() {
        if (++asked % CALLS_OF_CHANNEL == 0) {
            rest();
        }
        switch (random.nextInt(5)) {
            case 0 -> plan(mutator.text(Statements.RUN.get(random.nextInt(Statements.RUN.size())), Statements.RUN));
            case 1 -> call("GetFlightInfo", mutator.bytes(descriptor(command())));
            case 2 ->
                call(
                        "GetFlightInfo",
                        descriptor(ByteString.copyFrom(mutator.bytes(command().toByteArray()))));
            case 3 ->
                call(
                        "DoGet",
                        Flight.Ticket.newBuilder()
                                .setTicket(ByteString.copyFrom(
                                        mutator.bytes(command().toByteArray())))
                                .build()
                                .toByteArray());
            default -> call("DoAction", action());
        }
    }

    /// Plans a statement; the result is not read.
    private void plan(String sql) {
        var query = FlightSql.CommandStatementQuery.newBuilder()
                .setQueryBytes(ByteString.copyFromUtf8(sql))
                .build();
        call("GetFlightInfo", descriptor(Any.pack(query).toByteString()));
    }

    private static byte[] descriptor(ByteString command) {
        return Flight.FlightDescriptor.newBuilder()
                .setType(Flight.FlightDescriptor.DescriptorType.CMD)
                .setCmd(command)
                .build()
                .toByteArray();
    }

    private ByteString command() {
        List<Message> commands = List.of(
                FlightSql.CommandStatementQuery.newBuilder()
                        .setQuery("SELECT 1")
                        .build(),
                FlightSql.CommandPreparedStatementQuery.newBuilder()
                        .setPreparedStatementHandle(ByteString.copyFrom(new byte[16]))
                        .build(),
                FlightSql.TicketStatementQuery.newBuilder()
                        .setStatementHandle(ByteString.copyFrom(new byte[16]))
                        .build(),
                FlightSql.CommandGetTables.newBuilder()
                        .setTableNameFilterPattern("i%")
                        .addTableTypes("TABLE")
                        .setIncludeSchema(true)
                        .build(),
                FlightSql.CommandGetSqlInfo.newBuilder().addInfo(1).addInfo(500).build(),
                FlightSql.CommandGetDbSchemas.newBuilder().setCatalog("elanus").build(),
                FlightSql.CommandGetPrimaryKeys.newBuilder().setTable("item").build(),
                FlightSql.CommandGetXdbcTypeInfo.newBuilder().setDataType(4).build(),
                FlightSql.CommandStatementIngest.newBuilder().setTable("item").build());
        return Any.pack(commands.get(random.nextInt(commands.size()))).toByteString();
    }

    private byte[] action() {
        List<String> types = List.of(
                "CreatePreparedStatement",
                "ClosePreparedStatement",
                "SetSessionOptions",
                "GetSessionOptions",
                "CancelFlightInfo",
                Trap.NAME);
        var prepare = FlightSql.ActionCreatePreparedStatementRequest.newBuilder()
                .setQueryBytes(ByteString.copyFromUtf8(mutator.text("SELECT ? FROM item", Statements.RUN)))
                .build();
        byte[] sound = Flight.Action.newBuilder()
                .setType(types.get(random.nextInt(types.size())))
                .setBody(Any.pack(prepare).toByteString())
                .build()
                .toByteArray();
        return random.nextBoolean() ? sound : mutator.bytes(sound);
    }

    private void call(String method, byte[] message) {
        boolean streams = !method.equals("GetFlightInfo");
        var descriptor = MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(streams ? MethodDescriptor.MethodType.SERVER_STREAMING : MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(SERVICE + method)
                .setRequestMarshaller(new Bytes())
                .setResponseMarshaller(new Bytes())
                .build();
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
        try {
            var call =
                    io.grpc.ClientInterceptors.intercept(channel(), headers()).newCall(descriptor, options);
            if (streams) {
                Iterator<byte[]> answers = ClientCalls.blockingServerStreamingCall(call, message);
                for (int i = 0; i < MOST_ANSWERS && answers.hasNext(); i++) {
                    answers.next();
                }
            } else {
                byte[] _ = ClientCalls.blockingUnaryCall(call, message);
            }
        } catch (StatusRuntimeException e) {
            check(e.getStatus(), method, message);
        }
    }

    private io.grpc.ClientInterceptor headers() {
        var headers = new Metadata();
        if (random.nextInt(20) == 0) {
            headers.put(
                    Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
                    mutator.text("Basic YW5uOnNlY3JldA==", List.of("Bearer abc"))
                            .replaceAll("[^\\x20-\\x7e]", "~"));
        }
        return MetadataUtils.newAttachHeadersInterceptor(headers);
    }

    private static void check(Status status, String method, byte[] message) {
        String text = String.valueOf(status.getDescription());
        if (!isMessage(method, message)) {
            return; // gRPC itself answers a message that is none
        }
        boolean bug = text.contains("XX000")
                || switch (status.getCode()) {
                    case DEADLINE_EXCEEDED, UNKNOWN, DATA_LOSS, UNAVAILABLE -> true;
                    case INTERNAL -> !text.contains("SQLSTATE");
                    default -> false;
                };
        if (bug) {
            throw new Finding(
                    "%s of %s %s".formatted(status, method, HexFormat.of().formatHex(message)));
        }
    }

    private static boolean isMessage(String method, byte[] message) {
        try {
            Message _ = switch (method) {
                case "GetFlightInfo" -> Flight.FlightDescriptor.parseFrom(message);
                case "DoGet" -> Flight.Ticket.parseFrom(message);
                default -> Flight.Action.parseFrom(message);
            };
            return true;
        } catch (InvalidProtocolBufferException e) {
            return false;
        }
    }

    private ManagedChannel channel() {
        ManagedChannel open = channel;
        if (open == null) {
            open = NettyChannelBuilder.forTarget(address).usePlaintext().build();
            channel = open;
        }
        return open;
    }

    @Override
    public void rest() {
        if (channel != null) {
            channel.shutdownNow();
            try {
                channel.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            channel = null;
        }
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
