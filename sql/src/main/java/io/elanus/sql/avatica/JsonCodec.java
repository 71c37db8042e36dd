package io.elanus.sql.avatica;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.session.PreparedQuery;
import io.elanus.storage.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.DatabaseMetaData;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The JSON encoding. Requests are read as a tree, never bound to classes.
final class JsonCodec implements Codec {
    private static final int MAX_DEPTH = 50;

    private final JsonMapper mapper;

    /// @param maxText longest string a request may hold
    JsonCodec(int maxText) {
        mapper = JsonMapper.builder(JsonFactory.builder()
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxNestingDepth(MAX_DEPTH)
                                .maxStringLength(maxText)
                                .build())
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .build())
                .enable(JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES, JsonReadFeature.ALLOW_SINGLE_QUOTES)
                .build();
    }

    @Override
    public String contentType() {
        return "application/json";
    }

    @Override
    public FrameWriter newFrame() {
        return new JsonFrameWriter();
    }

    @Override
    public Call read(byte[] body) {
        JsonNode request;
        try {
            request = mapper.readTree(body);
        } catch (IOException e) {
            throw new QueryException(ErrorCode.PROTOCOL_VIOLATION, "The request is not JSON text", 0, null, e);
        }
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

    @Override
    public byte[] write(Answer answer) {
        try {
            return mapper.writeValueAsBytes(json(answer));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ObjectNode json(Answer answer) {
        return switch (answer) {
            case Answer.Opened _ -> response("openConnection");
            case Answer.ConnectionClosed _ -> response("closeConnection");
            case Answer.StatementClosed _ -> response("closeStatement");
            case Answer.Committed _ -> response("commit");
            case Answer.RolledBack _ -> response("rollback");
            case Answer.Synced(Call.ConnectionState state) ->
                response("connectionSync").set("connProps", state(state));
            case Answer.StatementCreated(String connection, int statement) ->
                response("createStatement").put("connectionId", connection).put("statementId", statement);
            case Answer.Prepared(String connection, int statement, Answer.Shape shape) ->
                response("prepare")
                        .set(
                                "statement",
                                mapper.createObjectNode()
                                        .put("connectionId", connection)
                                        .put("id", statement)
                                        .set("signature", signature(shape)));
            case Answer.Executed(Answer.Result result) -> {
                ObjectNode executed = response("executeResults").put("missingStatement", false);
                executed.putArray("resultSets").add(result(result));
                yield executed;
            }
            case Answer.Listing(Answer.Result result) -> result(result);
            case Answer.Fetched(byte @Nullable [] frame, boolean missingStatement, boolean missingResults) ->
                response("fetch")
                        .put("missingStatement", missingStatement)
                        .put("missingResults", missingResults)
                        .putRawValue("frame", frame == null ? null : new RawValue(JsonFrameWriter.text(frame)));
            case Answer.StatementMissing(Answer.StatementMissing.Kind kind) ->
                switch (kind) {
                    case EXECUTE ->
                        response("executeResults")
                                .put("missingStatement", true)
                                .set("resultSets", mapper.createArrayNode());
                    case BATCH ->
                        response("executeBatch")
                                .put("missingStatement", true)
                                .set("updateCounts", mapper.createArrayNode());
                    case SYNC -> response("syncResults").put("missingStatement", true);
                };
            case Answer.BatchDone(String connection, int statement, long[] counts) -> {
                ObjectNode done = response("executeBatch").put("connectionId", connection);
                ArrayNode array = done.put("statementId", statement).putArray("updateCounts");
                for (long count : counts) {
                    array.add(count);
                }
                yield done;
            }
            case Answer.ResultsSynced(boolean more) -> response("syncResults").put("moreResults", more);
            case Answer.Properties(Map<String, Object> values) ->
                response("databaseProperties").set("map", mapper.valueToTree(values));
            case Answer.Failed failed ->
                response("error")
                        .put("errorMessage", failed.message())
                        .put("errorCode", AvaticaCodes.error(failed))
                        .put("sqlState", failed.sqlState())
                        .put("severity", "ERROR")
                        .set("exceptions", mapper.valueToTree(failed.details()));
        };
    }

    private ObjectNode response(String kind) {
        return mapper.createObjectNode().put("response", kind);
    }

    private ObjectNode state(Call.ConnectionState state) {
        ObjectNode node = mapper.createObjectNode().put("connProps", "connPropsImpl");
        state.autoCommit().ifPresent(on -> node.put("autoCommit", on));
        state.readOnly().ifPresent(on -> node.put("readOnly", on));
        state.isolation().ifPresent(level -> node.put("transactionIsolation", level));
        state.catalog().ifPresent(name -> node.put("catalog", name));
        state.schema().ifPresent(name -> node.put("schema", name));
        return node;
    }

    private ObjectNode result(Answer.Result result) {
        ObjectNode node = response("resultSet")
                .put("connectionId", result.connection())
                .put("statementId", result.statement())
                .put("ownStatement", result.ownStatement())
                .put("updateCount", result.updateCount());
        result.shape().ifPresent(shape -> node.set("signature", signature(shape)));
        if (result.frame() != null) {
            node.putRawValue("firstFrame", new RawValue(JsonFrameWriter.text(result.frame())));
        }
        return node;
    }

    private ObjectNode signature(Answer.Shape shape) {
        ObjectNode node = mapper.createObjectNode().put("sql", shape.sql()).put("statementType", kind(shape.kind()));
        node.putObject("cursorFactory").put("style", "LIST");
        ArrayNode columns = node.putArray("columns");
        for (int i = 0; i < shape.columns().size(); i++) {
            columns.add(column(shape.columns().get(i), i));
        }
        ArrayNode parameters = node.putArray("parameters");
        shape.parameters()
                .forEach(parameter -> parameters
                        .addObject()
                        .put("signed", parameter.signed())
                        .put("precision", parameter.jdbc().precision())
                        .put("scale", parameter.jdbc().scale())
                        .put("parameterType", parameter.jdbc().id())
                        .put("typeName", parameter.jdbc().name())
                        .put("className", parameter.jdbc().className())
                        .put("name", parameter.label()));
        return node;
    }

    private static String kind(PreparedQuery.Kind kind) {
        return switch (kind) {
            case QUERY, UTILITY -> "SELECT";
            case DML -> "OTHER_DML";
            case DDL -> "OTHER_DDL";
        };
    }

    private ObjectNode column(ReportedColumn column, int ordinal) {
        ReportedColumn.Jdbc jdbc = column.jdbc();
        ObjectNode node = mapper.createObjectNode()
                .put("ordinal", ordinal)
                .put("caseSensitive", true)
                .put("searchable", true)
                .put("nullable", column.nullable() ? DatabaseMetaData.columnNullable : DatabaseMetaData.columnNoNulls)
                .put("signed", column.signed())
                .put("displaySize", column.displaySize())
                .put("label", column.label())
                .put("columnName", column.label())
                .put("precision", jdbc.precision())
                .put("scale", jdbc.scale())
                .put("readOnly", true)
                .put("columnClassName", jdbc.className());
        AvaticaCodes.origin(
                column,
                (schema, table, name) -> node.put("catalogName", JdbcMetadata.CATALOG)
                        .put("schemaName", schema)
                        .put("tableName", table)
                        .put("columnName", name));
        ObjectNode type = type(jdbc);
        if (column.item() != null) {
            type.put("type", "array").set("component", type(column.item()));
        }
        node.set("type", type);
        return node;
    }

    private ObjectNode type(ReportedColumn.Jdbc jdbc) {
        return mapper.createObjectNode()
                .put("type", "scalar")
                .put("id", jdbc.id())
                .put("name", jdbc.name())
                .put("rep", jdbc.rep().name());
    }

    /// For the metadata of tests and errors: JSON text of an answer.
    String describe(Answer answer) {
        return new String(write(answer), StandardCharsets.UTF_8);
    }
}
