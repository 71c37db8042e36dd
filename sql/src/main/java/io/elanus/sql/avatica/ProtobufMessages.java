package io.elanus.sql.avatica;

import com.google.protobuf.Message;
import io.elanus.sql.session.PreparedQuery;
import java.sql.DatabaseMetaData;
import java.util.List;
import org.apache.calcite.avatica.proto.Common;
import org.apache.calcite.avatica.proto.Responses;

/// Answers without rows as protobuf messages.
final class ProtobufMessages {
    private ProtobufMessages() {}

    static Message of(Answer answer) {
        return switch (answer) {
            case Answer.Opened _ -> Responses.OpenConnectionResponse.getDefaultInstance();
            case Answer.ConnectionClosed _ -> Responses.CloseConnectionResponse.getDefaultInstance();
            case Answer.StatementClosed _ -> Responses.CloseStatementResponse.getDefaultInstance();
            case Answer.Committed _ -> Responses.CommitResponse.getDefaultInstance();
            case Answer.RolledBack _ -> Responses.RollbackResponse.getDefaultInstance();
            case Answer.Synced(Call.ConnectionState state) ->
                Responses.ConnectionSyncResponse.newBuilder()
                        .setConnProps(state(state))
                        .build();
            case Answer.StatementCreated(String connection, int statement) ->
                Responses.CreateStatementResponse.newBuilder()
                        .setConnectionId(connection)
                        .setStatementId(statement)
                        .build();
            case Answer.Prepared(String connection, int statement, Answer.Shape shape) ->
                Responses.PrepareResponse.newBuilder()
                        .setStatement(Common.StatementHandle.newBuilder()
                                .setConnectionId(connection)
                                .setId(statement)
                                .setSignature(signature(shape)))
                        .build();
            case Answer.StatementMissing(Answer.StatementMissing.Kind kind) -> missing(kind);
            case Answer.BatchDone(String connection, int statement, long[] counts) -> {
                var response = Responses.ExecuteBatchResponse.newBuilder()
                        .setConnectionId(connection)
                        .setStatementId(statement);
                for (long count : counts) {
                    response.addUpdateCounts(count);
                }
                yield response.build();
            }
            case Answer.ResultsSynced(boolean more) ->
                Responses.SyncResultsResponse.newBuilder().setMoreResults(more).build();
            case Answer.Properties properties -> properties(properties);
            case Answer.Failed failed -> failed(failed);
            case Answer.Executed _, Answer.Listing _, Answer.Fetched _ ->
                throw new IllegalStateException("Answers with rows are written by the codec");
        };
    }

    private static Message missing(Answer.StatementMissing.Kind kind) {
        return switch (kind) {
            case EXECUTE ->
                Responses.ExecuteResponse.newBuilder().setMissingStatement(true).build();
            case BATCH ->
                Responses.ExecuteBatchResponse.newBuilder()
                        .setMissingStatement(true)
                        .build();
            case SYNC ->
                Responses.SyncResultsResponse.newBuilder()
                        .setMissingStatement(true)
                        .build();
        };
    }

    private static Message failed(Answer.Failed failed) {
        return Responses.ErrorResponse.newBuilder()
                .setErrorMessage(failed.message())
                .setSqlState(failed.sqlState())
                .setErrorCode(AvaticaCodes.error(failed))
                .setSeverity(Common.Severity.ERROR_SEVERITY)
                .setHasExceptions(true)
                .addAllExceptions(failed.details())
                .build();
    }

    private static Message properties(Answer.Properties properties) {
        var response = Responses.DatabasePropertyResponse.newBuilder();
        properties.values().forEach((name, value) -> {
            var typed = Common.TypedValue.newBuilder();
            if (value instanceof Integer number) {
                typed.setType(Common.Rep.INTEGER).setNumberValue(number);
            } else {
                typed.setType(Common.Rep.STRING).setStringValue(value.toString());
            }
            response.addProps(Responses.DatabasePropertyElement.newBuilder()
                    .setKey(Common.DatabaseProperty.newBuilder().setName(name))
                    .setValue(typed));
        });
        return response.build();
    }

    private static Common.ConnectionProperties state(Call.ConnectionState state) {
        var properties = Common.ConnectionProperties.newBuilder();
        state.autoCommit().ifPresent(on -> properties.setHasAutoCommit(true).setAutoCommit(on));
        state.readOnly().ifPresent(on -> properties.setHasReadOnly(true).setReadOnly(on));
        state.isolation().ifPresent(properties::setTransactionIsolation);
        state.catalog().ifPresent(properties::setCatalog);
        state.schema().ifPresent(properties::setSchema);
        return properties.build();
    }

    static Common.Signature signature(Answer.Shape shape) {
        var signature = Common.Signature.newBuilder()
                .setSql(shape.sql())
                .setStatementType(statementType(shape.kind()))
                .setCursorFactory(Common.CursorFactory.newBuilder().setStyle(Common.CursorFactory.Style.LIST));
        List<ReportedColumn> columns = shape.columns();
        for (int i = 0; i < columns.size(); i++) {
            signature.addColumns(column(columns.get(i), i));
        }
        shape.parameters().forEach(parameter -> {
            ReportedColumn.Jdbc jdbc = parameter.jdbc();
            signature.addParameters(Common.AvaticaParameter.newBuilder()
                    .setSigned(parameter.signed())
                    .setPrecision(jdbc.precision())
                    .setScale(jdbc.scale())
                    .setParameterType(jdbc.id())
                    .setTypeName(jdbc.name())
                    .setClassName(jdbc.className())
                    .setName(parameter.label()));
        });
        return signature.build();
    }

    private static Common.StatementType statementType(PreparedQuery.Kind kind) {
        return switch (kind) {
            case QUERY, UTILITY -> Common.StatementType.SELECT;
            case DML -> Common.StatementType.OTHER_DML;
            case DDL -> Common.StatementType.OTHER_DDL;
        };
    }

    private static Common.ColumnMetaData column(ReportedColumn column, int ordinal) {
        ReportedColumn.Jdbc jdbc = column.jdbc();
        var type = type(jdbc);
        if (column.item() != null) {
            type.setComponent(type(column.item()));
        }
        var proto = Common.ColumnMetaData.newBuilder()
                .setOrdinal(ordinal)
                .setCaseSensitive(true)
                .setSearchable(true)
                .setNullable(column.nullable() ? DatabaseMetaData.columnNullable : DatabaseMetaData.columnNoNulls)
                .setSigned(column.signed())
                .setDisplaySize(column.displaySize())
                .setLabel(column.label())
                .setColumnName(column.label())
                .setPrecision(jdbc.precision())
                .setScale(jdbc.scale())
                .setReadOnly(true)
                .setColumnClassName(jdbc.className())
                .setType(type);
        AvaticaCodes.origin(
                column,
                (schema, table, name) -> proto.setCatalogName(JdbcMetadata.CATALOG)
                        .setSchemaName(schema)
                        .setTableName(table)
                        .setColumnName(name));
        return proto.build();
    }

    private static Common.AvaticaType.Builder type(ReportedColumn.Jdbc jdbc) {
        return Common.AvaticaType.newBuilder()
                .setId(jdbc.id())
                .setName(jdbc.name())
                .setRep(jdbc.rep());
    }
}
