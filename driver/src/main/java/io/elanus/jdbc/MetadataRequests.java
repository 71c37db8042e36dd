package io.elanus.jdbc;

import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.calcite.avatica.Meta;
import org.apache.calcite.avatica.proto.Requests;
import org.apache.calcite.avatica.proto.Responses;
import org.jspecify.annotations.Nullable;

/// What Avatica's protocol has to list of a database: schemas, tables, columns and types. An answer is one frame.
/// Any thread.
final class MetadataRequests {
    private final ServerSession session;

    MetadataRequests(ServerSession session) {
        this.session = session;
    }

    private Meta.MetaResultSet listing(Message request) {
        Responses.ResultSetResponse response =
                session.retry(() -> session.call(request, Responses.ResultSetResponse.parser()));
        return Meta.MetaResultSet.create(
                response.getConnectionId(),
                session.newStatementId(),
                true,
                Protocol.signature(response.getSignature()),
                Protocol.frame(response.getFirstFrame()));
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    Map<Meta.DatabaseProperty, Object> properties(Meta.ConnectionHandle handle) {
        Responses.DatabasePropertyResponse response = session.retry(() -> session.call(
                Requests.DatabasePropertyRequest.newBuilder()
                        .setConnectionId(handle.id)
                        .build(),
                Responses.DatabasePropertyResponse.parser()));
        var properties = new EnumMap<Meta.DatabaseProperty, Object>(Meta.DatabaseProperty.class);
        response.getPropsList().forEach(property -> {
            Object value = Values.ofProto(property.getValue());
            if (value != null) {
                properties.put(Meta.DatabaseProperty.fromProto(property.getKey()), value);
            }
        });
        return properties;
    }

    Meta.MetaResultSet catalogs(Meta.ConnectionHandle handle) {
        return listing(
                Requests.CatalogsRequest.newBuilder().setConnectionId(handle.id).build());
    }

    Meta.MetaResultSet schemas(Meta.ConnectionHandle handle, Meta.Pat schema) {
        return listing(Requests.SchemasRequest.newBuilder()
                .setConnectionId(handle.id)
                .setSchemaPattern(text(schema.s))
                .build());
    }

    Meta.MetaResultSet tableTypes(Meta.ConnectionHandle handle) {
        return listing(Requests.TableTypesRequest.newBuilder()
                .setConnectionId(handle.id)
                .build());
    }

    Meta.MetaResultSet typeInfo(Meta.ConnectionHandle handle) {
        return listing(
                Requests.TypeInfoRequest.newBuilder().setConnectionId(handle.id).build());
    }

    Meta.MetaResultSet tables(
            Meta.ConnectionHandle handle, Meta.Pat schema, Meta.Pat table, @Nullable List<String> types) {
        return listing(Requests.TablesRequest.newBuilder()
                .setConnectionId(handle.id)
                .setSchemaPattern(text(schema.s))
                .setTableNamePattern(text(table.s))
                .addAllTypeList(types == null ? new ArrayList<>() : types)
                .build());
    }

    Meta.MetaResultSet columns(Meta.ConnectionHandle handle, Meta.Pat schema, Meta.Pat table, Meta.Pat column) {
        return listing(Requests.ColumnsRequest.newBuilder()
                .setConnectionId(handle.id)
                .setSchemaPattern(text(schema.s))
                .setTableNamePattern(text(table.s))
                .setColumnNamePattern(text(column.s))
                .build());
    }
}
