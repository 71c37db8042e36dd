package io.elanus.sql.avatica;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UnsafeByteOperations;
import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.calcite.avatica.proto.Common;
import org.apache.calcite.avatica.proto.Requests;
import org.apache.calcite.avatica.proto.Responses;
import org.jspecify.annotations.Nullable;

/// The protobuf encoding: every message is a `WireMessage` with the name of the message and its bytes.
final class ProtobufCodec implements Codec {
    private static final String REQUESTS = "org.apache.calcite.avatica.proto.Requests$";
    private static final String RESPONSES = "org.apache.calcite.avatica.proto.Responses$";
    private static final int SIGNATURE = 4;
    private static final int FIRST_FRAME = 5;
    private static final int RESULTS = 1;
    private static final int FRAME = 1;

    /// What a prepared statement answers with is described with every answer, and stays the same.
    private final Cache<Answer.Shape, byte[]> signatures =
            Caffeine.newBuilder().weakKeys().build();

    @Override
    public String contentType() {
        return "application/x-google-protobuf";
    }

    @Override
    public FrameWriter newFrame() {
        return new ProtobufFrameWriter();
    }

    @Override
    public Call read(byte[] body) {
        try {
            Common.WireMessage wire = Common.WireMessage.parseFrom(body);
            if (!wire.getName().startsWith(REQUESTS)) {
                throw unknown(wire.getName());
            }
            return read(wire.getName().substring(REQUESTS.length()), wire.getWrappedMessage());
        } catch (InvalidProtocolBufferException e) {
            throw new QueryException(
                    ErrorCode.PROTOCOL_VIOLATION, "The request is not an Avatica protobuf message", 0, null, e);
        }
    }

    private static Call read(String name, ByteString bytes) throws InvalidProtocolBufferException {
        return switch (name) {
            case "OpenConnectionRequest" -> {
                var request = Requests.OpenConnectionRequest.parseFrom(bytes);
                yield new Call.OpenConnection(request.getConnectionId(), request.getInfoMap());
            }
            case "CloseConnectionRequest" ->
                new Call.CloseConnection(
                        Requests.CloseConnectionRequest.parseFrom(bytes).getConnectionId());
            case "ConnectionSyncRequest" -> {
                var request = Requests.ConnectionSyncRequest.parseFrom(bytes);
                yield new Call.SyncConnection(request.getConnectionId(), state(request.getConnProps()));
            }
            case "CommitRequest" ->
                new Call.Commit(Requests.CommitRequest.parseFrom(bytes).getConnectionId());
            case "RollbackRequest" ->
                new Call.Rollback(Requests.RollbackRequest.parseFrom(bytes).getConnectionId());
            case "CreateStatementRequest" ->
                new Call.CreateStatement(
                        Requests.CreateStatementRequest.parseFrom(bytes).getConnectionId());
            case "CloseStatementRequest" -> {
                var request = Requests.CloseStatementRequest.parseFrom(bytes);
                yield new Call.CloseStatement(request.getConnectionId(), request.getStatementId());
            }
            case "PrepareRequest" -> {
                var request = Requests.PrepareRequest.parseFrom(bytes);
                yield new Call.Prepare(request.getConnectionId(), request.getSql(), request.getMaxRowsTotal());
            }
            case "DatabasePropertyRequest" ->
                new Call.DatabaseProperties(
                        Requests.DatabasePropertyRequest.parseFrom(bytes).getConnectionId());
            case "CatalogsRequest",
                    "SchemasRequest",
                    "TablesRequest",
                    "TableTypesRequest",
                    "TypeInfoRequest",
                    "ColumnsRequest" -> readMetadata(name, bytes);
            default -> readExecution(name, bytes);
        };
    }

    private static Call readExecution(String name, ByteString bytes) throws InvalidProtocolBufferException {
        return switch (name) {
            case "ExecuteRequest" -> {
                var request = Requests.ExecuteRequest.parseFrom(bytes);
                Common.StatementHandle handle = request.getStatementHandle();
                yield new Call.Execute(
                        handle.getConnectionId(),
                        handle.getId(),
                        text(handle.getSignature().getSql()),
                        values(request.getParameterValuesList()),
                        request.getFirstFrameMaxSize());
            }
            case "PrepareAndExecuteRequest" -> {
                var request = Requests.PrepareAndExecuteRequest.parseFrom(bytes);
                yield new Call.PrepareAndExecute(
                        request.getConnectionId(),
                        request.getStatementId(),
                        request.getSql(),
                        request.getMaxRowsTotal(),
                        request.getFirstFrameMaxSize());
            }
            case "ExecuteBatchRequest" -> {
                var request = Requests.ExecuteBatchRequest.parseFrom(bytes);
                var rows = new ArrayList<List<@Nullable Object>>(request.getUpdatesCount());
                request.getUpdatesList().forEach(row -> rows.add(values(row.getParameterValuesList())));
                yield new Call.ExecuteBatch(request.getConnectionId(), request.getStatementId(), rows);
            }
            case "PrepareAndExecuteBatchRequest" -> {
                var request = Requests.PrepareAndExecuteBatchRequest.parseFrom(bytes);
                yield new Call.PrepareAndExecuteBatch(
                        request.getConnectionId(), request.getStatementId(), request.getSqlCommandsList());
            }
            case "FetchRequest" -> {
                var request = Requests.FetchRequest.parseFrom(bytes);
                yield new Call.Fetch(
                        request.getConnectionId(),
                        request.getStatementId(),
                        request.getOffset(),
                        request.getFrameMaxSize());
            }
            case "SyncResultsRequest" -> {
                var request = Requests.SyncResultsRequest.parseFrom(bytes);
                yield new Call.SyncResults(
                        request.getConnectionId(),
                        request.getStatementId(),
                        text(request.getState().getSql()),
                        request.getOffset());
            }
            default -> throw unknown(name);
        };
    }

    private static Call readMetadata(String name, ByteString bytes) throws InvalidProtocolBufferException {
        return switch (name) {
            case "CatalogsRequest" ->
                new Call.Catalogs(Requests.CatalogsRequest.parseFrom(bytes).getConnectionId());
            case "SchemasRequest" -> {
                var request = Requests.SchemasRequest.parseFrom(bytes);
                yield new Call.Schemas(request.getConnectionId(), text(request.getSchemaPattern()));
            }
            case "TableTypesRequest" ->
                new Call.TableTypes(Requests.TableTypesRequest.parseFrom(bytes).getConnectionId());
            case "TypeInfoRequest" ->
                new Call.TypeInfo(Requests.TypeInfoRequest.parseFrom(bytes).getConnectionId());
            case "TablesRequest" -> {
                var request = Requests.TablesRequest.parseFrom(bytes);
                yield new Call.Tables(
                        request.getConnectionId(),
                        text(request.getSchemaPattern()),
                        text(request.getTableNamePattern()),
                        request.getTypeListList());
            }
            case "ColumnsRequest" -> {
                var request = Requests.ColumnsRequest.parseFrom(bytes);
                yield new Call.Columns(
                        request.getConnectionId(),
                        text(request.getSchemaPattern()),
                        text(request.getTableNamePattern()),
                        text(request.getColumnNamePattern()));
            }
            default -> throw unknown(name);
        };
    }

    private static QueryException unknown(String name) {
        return new QueryException(
                ErrorCode.PROTOCOL_VIOLATION,
                "The request is of no known kind [%s]".formatted(name.length() > 80 ? name.substring(0, 80) : name));
    }

    private static Optional<String> text(String value) {
        return value.isEmpty() ? Optional.empty() : Optional.of(value);
    }

    private static List<@Nullable Object> values(List<Common.TypedValue> values) {
        var objects = new ArrayList<@Nullable Object>(values.size());
        values.forEach(value -> objects.add(WireValues.of(value)));
        return objects;
    }

    private static Call.ConnectionState state(Common.ConnectionProperties properties) {
        return new Call.ConnectionState(
                properties.getHasAutoCommit() ? Optional.of(properties.getAutoCommit()) : Optional.empty(),
                properties.getHasReadOnly() ? Optional.of(properties.getReadOnly()) : Optional.empty(),
                properties.getTransactionIsolation() == 0
                        ? Optional.empty()
                        : Optional.of(properties.getTransactionIsolation()),
                text(properties.getCatalog()),
                text(properties.getSchema()));
    }

    @Override
    public byte[] write(Answer answer) {
        return switch (answer) {
            case Answer.Executed(Answer.Result result) ->
                wrap("ExecuteResponse", field(new byte[0], RESULTS, result(result)));
            case Answer.Listing(Answer.Result result) -> wrap("ResultSetResponse", result(result));
            case Answer.Fetched fetched -> wrap("FetchResponse", fetched(fetched));
            default -> {
                Message message = ProtobufMessages.of(answer);
                yield wrap(message.getDescriptorForType().getName(), message.toByteArray());
            }
        };
    }

    private static byte[] fetched(Answer.Fetched fetched) {
        byte[] head = Responses.FetchResponse.newBuilder()
                .setMissingStatement(fetched.missingStatement())
                .setMissingResults(fetched.missingResults())
                .build()
                .toByteArray();
        return fetched.frame() == null ? head : field(head, FRAME, fetched.frame());
    }

    /// The frame is already encoded: fields of a message may stand in any order, so it is put behind the others.
    private byte[] result(Answer.Result result) {
        var head = Responses.ResultSetResponse.newBuilder()
                .setConnectionId(result.connection())
                .setStatementId(result.statement())
                .setOwnStatement(result.ownStatement())
                .setUpdateCount(result.updateCount());
        byte[] bytes = head.build().toByteArray();
        if (result.shape().isPresent()) {
            bytes = field(bytes, SIGNATURE, signature(result.shape().get()));
        }
        return result.frame() == null ? bytes : field(bytes, FIRST_FRAME, result.frame());
    }

    private byte[] signature(Answer.Shape shape) {
        byte[] known = signatures.getIfPresent(shape);
        if (known == null) {
            known = ProtobufMessages.signature(shape).toByteArray();
            signatures.put(shape, known);
        }
        return known;
    }

    private static byte[] field(byte[] before, int number, byte[] message) {
        byte[] bytes = new byte[before.length + CodedOutputStream.computeByteArraySize(number, message)];
        System.arraycopy(before, 0, bytes, 0, before.length);
        try {
            CodedOutputStream.newInstance(bytes, before.length, bytes.length - before.length)
                    .writeByteArray(number, message);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes;
    }

    private static byte[] wrap(String name, byte[] message) {
        return Common.WireMessage.newBuilder()
                .setName(RESPONSES + name)
                .setWrappedMessage(UnsafeByteOperations.unsafeWrap(message))
                .build()
                .toByteArray();
    }
}
