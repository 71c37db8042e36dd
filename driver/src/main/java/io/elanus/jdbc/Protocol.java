package io.elanus.jdbc;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import java.io.InputStream;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.calcite.avatica.AvaticaClientRuntimeException;
import org.apache.calcite.avatica.AvaticaParameter;
import org.apache.calcite.avatica.AvaticaSeverity;
import org.apache.calcite.avatica.ColumnMetaData;
import org.apache.calcite.avatica.Meta;
import org.apache.calcite.avatica.proto.Common;
import org.apache.calcite.avatica.proto.Responses;
import org.apache.calcite.avatica.remote.TypedValue;
import org.jspecify.annotations.Nullable;

/// Avatica's protobuf messages, to and from the server.
final class Protocol {
    /// Put together at run time: relocating the classes of Avatica must not change the names on the wire.
    private static final String PACKAGE = String.join(".", "org", "apache", "calcite", "avatica", "proto", "");

    private static final int MISSING_CONNECTION = 1;
    private static final String POSITION = "POSITION ";
    private static final String HINT = "HINT ";

    private final Transport transport;

    Protocol(Transport transport) {
        this.transport = transport;
    }

    <R extends Message> R call(Message request, Parser<R> parser, Transport.Options options) {
        byte[] body = Common.WireMessage.newBuilder()
                .setName(PACKAGE + "Requests$" + request.getDescriptorForType().getName())
                .setWrappedMessage(request.toByteString())
                .build()
                .toByteArray();
        Transport.Answer answer = transport.post(body, options);
        try {
            return parse(answer.body, parser);
        } catch (AvaticaClientRuntimeException e) { // the connection is not known there
            throw answer.repeated && !options.repeatable.getAsBoolean() ? maybeDone(e) : e;
        }
    }

    /// The server that broke off may have carried it out; the one that answers now cannot tell.
    private static ServerError maybeDone(AvaticaClientRuntimeException cause) {
        return new ServerError(
                "The server ended while it had the statement; whether it was carried out is not known.",
                Transport.OUTCOME_UNKNOWN,
                "Look before you send it again.",
                cause);
    }

    Responses.ExecuteResponse copyIn(
            Meta.StatementHandle statement, String sql, InputStream rows, Transport.Options options) {
        byte[] reply = transport.copyIn(statement.connectionId, statement.id, sql, rows, options);
        return parse(reply, Responses.ExecuteResponse.parser());
    }

    private static <R extends Message> R parse(byte[] reply, Parser<R> parser) {
        try {
            Common.WireMessage wire = Common.WireMessage.parseFrom(reply);
            if (wire.getName().endsWith("$ErrorResponse")) {
                throw error(wire.getWrappedMessage());
            }
            return parser.parseFrom(wire.getWrappedMessage());
        } catch (InvalidProtocolBufferException e) {
            throw new ServerError("What answers at this address is not an Elanus server.", "08P01", null, e);
        }
    }

    /// What an answer that is not a success says.
    static RuntimeException error(byte[] reply) {
        try {
            return error(Common.WireMessage.parseFrom(reply).getWrappedMessage());
        } catch (InvalidProtocolBufferException e) {
            return new ServerError("What answers at this address is not an Elanus server.", "08P01", null, e);
        }
    }

    private static RuntimeException error(ByteString bytes) throws InvalidProtocolBufferException {
        Responses.ErrorResponse error = Responses.ErrorResponse.parseFrom(bytes);
        if (error.getErrorCode() == MISSING_CONNECTION) {
            return new AvaticaClientRuntimeException(
                    error.getErrorMessage(),
                    MISSING_CONNECTION,
                    error.getSqlState(),
                    AvaticaSeverity.ERROR,
                    List.of(),
                    null);
        }
        int position = 0;
        String hint = null;
        for (String detail : error.getExceptionsList()) {
            if (detail.startsWith(POSITION)) {
                position = Integer.parseInt(detail.substring(POSITION.length()));
            } else if (detail.startsWith(HINT)) {
                hint = detail.substring(HINT.length());
            }
        }
        return new ServerError(error.getErrorMessage(), error.getSqlState(), position, hint);
    }

    static Meta.Signature signature(Common.Signature proto) {
        List<ColumnMetaData> columns =
                proto.getColumnsList().stream().map(Protocol::column).collect(Collectors.toList());
        List<AvaticaParameter> parameters = proto.getParametersList().stream()
                .map(AvaticaParameter::fromProto)
                .collect(Collectors.toList());
        return Meta.Signature.create(
                columns,
                proto.getSql(),
                parameters,
                Meta.CursorFactory.ARRAY,
                Meta.StatementType.fromProto(proto.getStatementType()));
    }

    private static ColumnMetaData column(Common.ColumnMetaData proto) {
        Common.AvaticaType type = proto.getType();
        ColumnMetaData.AvaticaType own = type(type);
        if (type.hasComponent()) {
            own = ColumnMetaData.array(type(type.getComponent()), type.getName(), ColumnMetaData.Rep.ARRAY);
        }
        return new ColumnMetaData(
                proto.getOrdinal(),
                proto.getAutoIncrement(),
                proto.getCaseSensitive(),
                proto.getSearchable(),
                proto.getCurrency(),
                proto.getNullable(),
                proto.getSigned(),
                proto.getDisplaySize(),
                proto.getLabel(),
                proto.getColumnName(),
                proto.getSchemaName(),
                proto.getPrecision(),
                proto.getScale(),
                proto.getTableName(),
                proto.getCatalogName(),
                own,
                proto.getReadOnly(),
                proto.getWritable(),
                proto.getDefinitelyWritable(),
                proto.getColumnClassName());
    }

    private static ColumnMetaData.AvaticaType type(Common.AvaticaType proto) {
        return ColumnMetaData.scalar(proto.getId(), proto.getName(), ColumnMetaData.Rep.fromProto(proto.getRep()));
    }

    static Meta.Frame frame(Common.Frame proto) {
        var rows = new ArrayList<Object>(proto.getRowsCount());
        for (Common.Row row : proto.getRowsList()) {
            @Nullable Object[] values = new Object[row.getValueCount()];
            for (int i = 0; i < values.length; i++) {
                values[i] = Values.ofProto(row.getValue(i));
            }
            rows.add(values);
        }
        return new Meta.Frame(proto.getOffset(), proto.getDone(), rows);
    }

    static Meta.ExecuteBatchResult counts(Responses.ExecuteBatchResponse response) {
        return new Meta.ExecuteBatchResult(response.getUpdateCountsList().stream()
                .mapToLong(Long::longValue)
                .toArray());
    }

    /// A bound value.
    static Common.TypedValue parameter(TypedValue value) {
        try {
            return Values.toProto(value.value);
        } catch (SQLException e) {
            throw new ServerError(String.valueOf(e.getMessage()), e.getSQLState(), null, e);
        }
    }

    /// The SQL of a statement, which must be text that can be sent.
    static String text(String sql) {
        try {
            return Values.wellFormed(sql);
        } catch (SQLException e) {
            throw new ServerError(String.valueOf(e.getMessage()), e.getSQLState(), null, e);
        }
    }
}
