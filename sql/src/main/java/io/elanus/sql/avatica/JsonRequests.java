package io.elanus.sql.avatica;

import com.fasterxml.jackson.databind.JsonNode;
import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads requests of the JSON encoding, each field by its name: none is ever bound to a class. Stateless.
final class JsonRequests {
    private JsonRequests() {}

    static Call read(JsonNode request) {
        String connection = request.path("connectionId").asText("");
        return switch (request.path("request").asText("")) {
            case "openConnection" -> new Call.OpenConnection(connection, map(request.path("info")));
            case "closeConnection" -> new Call.CloseConnection(connection);
            case "connectionSync" -> new Call.SyncConnection(connection, state(request.path("connProps")));
            case "commit" -> new Call.Commit(connection);
            case "rollback" -> new Call.Rollback(connection);
            // The stock client's class reads this field as `signature` and writes it as `connectionId`.
            case "createStatement" ->
                new Call.CreateStatement(
                        connection.isEmpty() ? request.path("signature").asText("") : connection);
            case "closeStatement" -> new Call.CloseStatement(connection, statement(request));
            case "prepare" ->
                new Call.Prepare(
                        connection,
                        request.path("sql").asText(""),
                        request.path("maxRowCount").asLong(-1));
            case "databaseProperties" -> new Call.DatabaseProperties(connection);
            case "getCatalogs" -> new Call.Catalogs(connection);
            case "getSchemas" -> new Call.Schemas(connection, text(request, "schemaPattern"));
            case "getTableTypes" -> new Call.TableTypes(connection);
            case "getTypeInfo" -> new Call.TypeInfo(connection);
            case "getTables" ->
                new Call.Tables(
                        connection,
                        text(request, "schemaPattern"),
                        text(request, "tableNamePattern"),
                        texts(request.path("typeList")));
            case "getColumns" ->
                new Call.Columns(
                        connection,
                        text(request, "schemaPattern"),
                        text(request, "tableNamePattern"),
                        text(request, "columnNamePattern"));
            default -> readExecution(request, connection);
        };
    }

    private static Call readExecution(JsonNode request, String connection) {
        return switch (request.path("request").asText("")) {
            case "execute" -> {
                JsonNode handle = request.path("statementHandle");
                yield new Call.Execute(
                        handle.path("connectionId").asText(""),
                        handle.path("id").asInt(),
                        text(handle.path("signature"), "sql"),
                        values(request.path("parameterValues")),
                        request.path("maxRowCount").asInt(-1));
            }
            case "prepareAndExecute" ->
                new Call.PrepareAndExecute(
                        connection,
                        statement(request),
                        request.path("sql").asText(""),
                        request.path("maxRowsTotal")
                                .asLong(request.path("maxRowCount").asLong(-1)),
                        request.path("maxRowsInFirstFrame").asInt(-1));
            case "executeBatch" -> {
                var rows = new ArrayList<List<@Nullable Object>>();
                request.path("parameterValues").forEach(row -> rows.add(values(row)));
                yield new Call.ExecuteBatch(connection, statement(request), rows);
            }
            case "prepareAndExecuteBatch" ->
                new Call.PrepareAndExecuteBatch(connection, statement(request), texts(request.path("sqlCommands")));
            case "fetch" ->
                new Call.Fetch(
                        connection,
                        statement(request),
                        request.path("offset").asLong(),
                        request.path("fetchMaxRowCount").asInt(-1));
            case "syncResults" ->
                new Call.SyncResults(
                        connection,
                        statement(request),
                        text(request.path("state"), "sql"),
                        request.path("offset").asLong());
            default ->
                throw new QueryException(ErrorCode.PROTOCOL_VIOLATION, "The request is of no kind that is known here");
        };
    }

    private static int statement(JsonNode request) {
        return request.path("statementId").asInt();
    }

    private static Optional<String> text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        return value.isTextual() ? Optional.of(value.textValue()) : Optional.empty();
    }

    private static List<String> texts(JsonNode array) {
        var texts = new ArrayList<String>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private static Map<String, String> map(JsonNode object) {
        var map = new HashMap<String, String>();
        object.properties()
                .forEach(entry -> map.put(entry.getKey(), entry.getValue().asText()));
        return map;
    }

    private static List<@Nullable Object> values(JsonNode array) {
        var values = new ArrayList<@Nullable Object>(array.size());
        array.forEach(value -> values.add(WireValues.of(value)));
        return values;
    }

    private static Call.ConnectionState state(JsonNode node) {
        return new Call.ConnectionState(
                node.path("autoCommit").isBoolean()
                        ? Optional.of(node.path("autoCommit").asBoolean())
                        : Optional.empty(),
                node.path("readOnly").isBoolean()
                        ? Optional.of(node.path("readOnly").asBoolean())
                        : Optional.empty(),
                node.path("transactionIsolation").asInt() > 0
                        ? Optional.of(node.path("transactionIsolation").asInt())
                        : Optional.empty(),
                text(node, "catalog"),
                text(node, "schema"));
    }
}
