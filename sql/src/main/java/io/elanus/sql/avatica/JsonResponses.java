package io.elanus.sql.avatica;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.elanus.sql.session.PreparedQuery;
import java.sql.DatabaseMetaData;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes the JSON trees of answers, with the names that Avatica gives their fields. Any thread: it keeps nothing
/// of an answer.
final class JsonResponses {
    private final JsonMapper mapper;

    JsonResponses(JsonMapper mapper) {
        this.mapper = mapper;
    }

    ObjectNode tree(Answer answer) {
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
}
