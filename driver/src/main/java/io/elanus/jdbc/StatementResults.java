package io.elanus.jdbc;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.calcite.avatica.AvaticaClientRuntimeException;
import org.apache.calcite.avatica.AvaticaStatement;
import org.apache.calcite.avatica.ColumnMetaData;
import org.apache.calcite.avatica.Meta;
import org.apache.calcite.avatica.proto.Requests;
import org.apache.calcite.avatica.proto.Responses;

/// Results of statements, frame by frame, and what of them the server still holds: a statement whose result came
/// whole closes without a request. Any thread; the frames of one statement are for one thread at a time.
final class StatementResults {
    private final ServerSession session;
    /// Statements that the server may hold something for.
    private final Set<Integer> held = ConcurrentHashMap.newKeySet();
    /// Statements whose result has frames that were not fetched.
    private final Set<Integer> unread = ConcurrentHashMap.newKeySet();

    StatementResults(ServerSession session) {
        this.session = session;
    }

    /// The server holds nothing any more: the connection was opened anew.
    void forget() {
        held.clear();
        unread.clear();
    }

    /// The server holds the statement until it is closed.
    void hold(int statement) {
        held.add(statement);
    }

    /// What an execution answered.
    Meta.MetaResultSet of(Meta.StatementHandle handle, Responses.ResultSetResponse response) {
        long count = response.getUpdateCount();
        if (count != -1) {
            keepKeys(handle, response);
            return Meta.MetaResultSet.count(handle.connectionId, handle.id, count);
        }
        if (!response.getFirstFrame().getDone()) {
            held.add(handle.id);
            unread.add(handle.id);
        }
        return Meta.MetaResultSet.create(
                handle.connectionId,
                handle.id,
                false,
                signature(handle, response),
                Protocol.frame(response.getFirstFrame()));
    }

    /// What was told when the statement was prepared is not told again.
    private static Meta.Signature signature(Meta.StatementHandle handle, Responses.ResultSetResponse response) {
        return response.hasSignature() || handle.signature == null
                ? Protocol.signature(response.getSignature())
                : handle.signature;
    }

    /// Keeps the keys that came beside a count.
    private void keepKeys(Meta.StatementHandle handle, Responses.ResultSetResponse response) {
        AvaticaStatement statement = session.connection().statementMap.get(handle.id);
        if (statement == null) {
            return;
        }
        List<ColumnMetaData> columns = Protocol.signature(response.getSignature()).columns;
        boolean none = columns.isEmpty();
        Meta.Frame frame = none ? new Meta.Frame(0, true, List.of()) : Protocol.frame(response.getFirstFrame());
        StatementSide.keys(statement).received(columns, frame);
        if (!frame.done) {
            held.add(handle.id);
        }
    }

    Meta.Frame fetch(Meta.StatementHandle handle, long offset, int rows) {
        Responses.FetchResponse response = session.retry(() -> session.call(
                Requests.FetchRequest.newBuilder()
                        .setConnectionId(handle.connectionId)
                        .setStatementId(handle.id)
                        .setOffset(offset)
                        .setFrameMaxSize(rows == 0 ? -1 : rows)
                        .build(),
                Responses.FetchResponse.parser()));
        if (response.getMissingStatement() || response.getMissingResults()) {
            // Rows that were written since could shift the place in the result: reading on would not be honest.
            throw new ServerError(
                    "The server no longer holds this result: it was restarted, or the result lay unread for too long.",
                    "26000",
                    "Run the statement again.",
                    null);
        }
        if (response.getFrame().getDone()) {
            unread.remove(handle.id);
        }
        return Protocol.frame(response.getFrame());
    }

    /// Nobody reads the rest of the result: what it holds on the server is freed now, not when the statement
    /// closes.
    void abandon(Meta.StatementHandle handle) {
        if (unread.remove(handle.id)) {
            try {
                session.transport().cancel(handle.connectionId, handle.id);
            } catch (ServerError e) {
                // Then it is freed with the connection.
                held.add(handle.id);
            }
        }
    }

    /// Needs no request when the server holds nothing for the statement. A server that does not know the connection,
    /// as after a restart, or another one after a failover, holds nothing either.
    void close(Meta.StatementHandle handle) {
        unread.remove(handle.id);
        if (!held.remove(handle.id)) {
            return;
        }
        try {
            session.call(
                    Requests.CloseStatementRequest.newBuilder()
                            .setConnectionId(handle.connectionId)
                            .setStatementId(handle.id)
                            .build(),
                    Responses.CloseStatementResponse.parser());
        } catch (AvaticaClientRuntimeException missing) {
            held.clear();
        }
    }
}
