package io.elanus.jdbc;

import java.util.List;
import java.util.Objects;
import org.apache.calcite.avatica.AvaticaStatement;
import org.apache.calcite.avatica.ColumnMetaData;
import org.apache.calcite.avatica.Meta;
import org.apache.calcite.avatica.proto.Common;
import org.apache.calcite.avatica.proto.Requests;
import org.apache.calcite.avatica.proto.Responses;
import org.apache.calcite.avatica.remote.TypedValue;

/// Prepares statements at the server and executes them with bound values, one row or a batch; one that the server
/// has forgotten is prepared once more. Any thread, each statement for one at a time.
final class PreparedStatements {
    private final ServerSession session;
    private final StatementResults results;

    PreparedStatements(ServerSession session, StatementResults results) {
        this.session = session;
        this.results = results;
    }

    /// @param keys to tell of changed rows
    Meta.StatementHandle prepare(Meta.ConnectionHandle handle, String sql, long maxRows, String keys) {
        Common.StatementHandle statement = session.retry(() -> session.protocol()
                        .call(
                                Requests.PrepareRequest.newBuilder()
                                        .setConnectionId(handle.id)
                                        .setSql(Protocol.text(sql))
                                        .setMaxRowsTotal(maxRows)
                                        .build(),
                                Responses.PrepareResponse.parser(),
                                new Transport.Options(0, 0, keys, () -> true)))
                .getStatement();
        results.hold(statement.getId());
        return new Meta.StatementHandle(handle.id, statement.getId(), Protocol.signature(statement.getSignature()));
    }

    Meta.ExecuteResult execute(Meta.StatementHandle handle, List<TypedValue> values) {
        Responses.ExecuteResponse response = session.retry(() -> execute(statement(handle), values));
        if (response.getMissingStatement()) {
            response = session.retry(() -> execute(prepareAgain(handle), values));
        }
        return new Meta.ExecuteResult(List.of(results.of(statement(handle).handle, response.getResults(0))));
    }

    private Responses.ExecuteResponse execute(AvaticaStatement statement, List<TypedValue> values) {
        Requests.ExecuteRequest.Builder request = Requests.ExecuteRequest.newBuilder()
                .setStatementHandle(Common.StatementHandle.newBuilder()
                        .setConnectionId(statement.handle.connectionId)
                        .setId(statement.handle.id)
                        .setSignature(Common.Signature.newBuilder().setSql(sql(statement))))
                .setHasParameterValues(true)
                .setFirstFrameMaxSize(StatementSide.frameRows(statement));
        values.forEach(value -> request.addParameterValues(Protocol.parameter(value)));
        return session.protocol()
                .call(
                        request.build(),
                        Responses.ExecuteResponse.parser(),
                        StatementSide.options(statement, () -> Repeatable.is(sql(statement))));
    }

    Meta.ExecuteBatchResult executeBatch(Meta.StatementHandle handle, List<List<TypedValue>> rows) {
        Requests.ExecuteBatchRequest.Builder request =
                Requests.ExecuteBatchRequest.newBuilder().setConnectionId(handle.connectionId);
        for (List<TypedValue> row : rows) {
            Requests.UpdateBatch.Builder update = Requests.UpdateBatch.newBuilder();
            row.forEach(value -> update.addParameterValues(Protocol.parameter(value)));
            request.addUpdates(update);
        }
        Responses.ExecuteBatchResponse response = session.retry(() -> batch(request, statement(handle)));
        if (response.getMissingStatement()) {
            response = session.retry(() -> batch(request, prepareAgain(handle)));
        }
        AvaticaStatement statement = statement(handle);
        List<ColumnMetaData> columns =
                statement.handle.signature == null ? List.of() : statement.handle.signature.columns;
        // The server holds them until they are asked for.
        StatementSide.keys(statement).received(columns, new Meta.Frame(0, columns.isEmpty(), List.of()));
        return Protocol.counts(response);
    }

    private Responses.ExecuteBatchResponse batch(
            Requests.ExecuteBatchRequest.Builder request, AvaticaStatement statement) {
        return session.protocol()
                .call(
                        request.setStatementId(statement.handle.id).build(),
                        Responses.ExecuteBatchResponse.parser(),
                        StatementSide.options(statement, () -> false));
    }

    /// The server forgot the statement: it was started anew, or the lease of the connection had run out.
    private AvaticaStatement prepareAgain(Meta.StatementHandle handle) {
        AvaticaStatement statement = statement(handle);
        Meta.StatementHandle fresh = prepare(
                session.connection().handle,
                sql(statement),
                -1,
                StatementSide.keys(statement).wanted());
        session.connection().statementMap.put(fresh.id, statement);
        statement.handle = fresh;
        return statement;
    }

    private AvaticaStatement statement(Meta.StatementHandle handle) {
        return Objects.requireNonNull(session.connection().statementMap.get(handle.id), "statement");
    }

    private static String sql(AvaticaStatement statement) {
        return statement.handle.signature == null ? "" : statement.handle.signature.sql;
    }
}
