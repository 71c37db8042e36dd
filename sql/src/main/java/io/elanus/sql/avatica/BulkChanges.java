package io.elanus.sql.avatica;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.session.PreparedQuery;
import io.elanus.sql.session.PreparedQuery.RunOptions;
import io.elanus.sql.session.ReturnedRows;
import io.elanus.storage.ErrorCode;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// Changes of many rows in one request: batches, and COPY of rows that the client sends. One thread per call, under
/// the statement's lock; the session's is taken while the session works.
final class BulkChanges {
    private final Executions executions;

    BulkChanges(Executions executions) {
        this.executions = executions;
    }

    Answer batch(ClientConnection connection, Call.ExecuteBatch call, JdbcService.Context context) {
        Optional<ClientStatement> known = connection.findStatement(call.statement());
        if (known.isEmpty() || known.get().query().isEmpty()) {
            return new Answer.StatementMissing(Answer.StatementMissing.Kind.BATCH);
        }
        ClientStatement statement = known.get();
        statement.lock.lock();
        try (var _ = Executions.calling(connection, statement, true)) {
            PreparedQuery query = statement.query().orElseThrow();
            return new Answer.BatchDone(
                    connection.id(), call.statement(), runBatch(connection, statement, query, call.rows(), context));
        } finally {
            statement.lock.unlock();
        }
    }

    private static long[] runBatch(
            ClientConnection connection,
            ClientStatement statement,
            PreparedQuery query,
            List<List<@Nullable Object>> rows,
            JdbcService.Context context) {
        Executions.checkWritable(connection, query);
        var fitted = new ArrayList<List<? extends @Nullable Object>>(rows.size());
        rows.forEach(row -> fitted.add(WireValues.fit(row, query.parameters())));
        var returned = new ArrayList<VectorSchemaRoot>();
        long[] counts;
        connection.sessionLock.lock();
        try {
            statement.checkCancelled();
            counts = query.runBatch(fitted, new RunOptions(0, context.timeout()), returned::add);
        } catch (RuntimeException e) { // the batches are ours until the cursor has them
            returned.forEach(VectorSchemaRoot::close);
            throw e;
        } finally {
            connection.sessionLock.unlock();
        }
        if (!statement.shape().columns().isEmpty()) {
            // The client fetches them when it wants them.
            var cursor = new ResultCursor(
                    statement.shape().columns(),
                    connection.wire(),
                    0,
                    () -> new ReturnedRows("", LongStream.of(counts).sum(), returned));
            statement.started(cursor);
            cursor.runHere();
        }
        return counts;
    }

    Answer batch(ClientConnection connection, Call.PrepareAndExecuteBatch call, JdbcService.Context context) {
        if (connection.startStatement(call.statement()).isEmpty()) {
            return new Answer.StatementMissing(Answer.StatementMissing.Kind.BATCH);
        }
        long[] counts = new long[call.sql().size()];
        for (int i = 0; i < counts.length; i++) {
            var one = new Call.PrepareAndExecute(
                    connection.id(), call.statement(), call.sql().get(i), 0, 1);
            Answer answer = executions.prepareAndExecute(connection, one, context, new SkippingCodec());
            counts[i] = answer instanceof Answer.Executed(Answer.Result result) ? result.updateCount() : 0;
        }
        return new Answer.BatchDone(connection.id(), call.statement(), counts);
    }

    /// COPY … FROM STDIN on rows that the client sends.
    static Answer copyIn(
            ClientConnection connection, JdbcService.Context context, int number, String sql, InputStream rows) {
        if (connection.readOnly()) {
            throw Executions.readOnly();
        }
        ClientStatement statement = connection
                .startStatement(number)
                .orElseThrow(() -> new QueryException(
                        ErrorCode.INVALID_STATEMENT_ID, "The connection has no statement [%d].".formatted(number)));
        statement.lock.lock();
        try (var _ = Executions.calling(connection, statement, false)) {
            var cursor = new ResultCursor(List.of(), connection.wire(), 0, () -> {
                connection.sessionLock.lock();
                try {
                    return connection.session().copyIn(sql, rows, new RunOptions(0, context.timeout()));
                } finally {
                    connection.sessionLock.unlock();
                }
            });
            statement.started(cursor);
            cursor.runHere();
            return new Answer.Executed(Answer.Result.count(connection.id(), number, cursor.awaitCount()));
        } finally {
            statement.closeCursor();
            statement.lock.unlock();
            Executions.forget(connection, number);
        }
    }
}
