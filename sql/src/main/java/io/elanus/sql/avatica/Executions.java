package io.elanus.sql.avatica;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.session.PreparedQuery;
import io.elanus.sql.session.PreparedQuery.RunOptions;
import io.elanus.storage.ErrorCode;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Runs one statement and answers with its count or its first rows. One thread per call: it holds the statement's
/// lock while it works, and the session's while the session plans and starts the statement. Cancels come from any.
final class Executions {
    /// Rows that are written in no time.
    private static final int FEW_ROWS = 1_000;

    private final ResultFrames frames;

    Executions(ResultFrames frames) {
        this.frames = frames;
    }

    /// Empty: nothing of it was done.
    Optional<JdbcService.Begun> begin(
            ClientConnection connection,
            ClientStatement statement,
            Call.Execute call,
            JdbcService.Context context,
            Codec codec) {
        boolean again = statement.isPrepared(call.sql().orElse(statement.sql()), context.wanted())
                && statement.cursor().isEmpty()
                && statement.query().orElseThrow().runsAtOnce();
        if (!again || !connection.sessionLock.tryLock()) {
            return Optional.empty();
        }
        try (var _ = calling(connection, statement, false)) {
            connection.session().observe(context.seen());
            ResultCursor cursor = start(connection, statement, call.parameters(), context);
            if (cursor.isWhole(FEW_ROWS)) {
                return Optional.of(new JdbcService.Begun.Answered(answerAgain(connection, statement, call, codec)));
            }
            return Optional.of(new JdbcService.Begun.Waits(() -> goOn(connection, statement, cursor, call, codec)));
        } finally {
            connection.sessionLock.unlock();
        }
    }

    private Answer goOn(
            ClientConnection connection,
            ClientStatement statement,
            ResultCursor cursor,
            Call.Execute call,
            Codec codec) {
        statement.lock.lock();
        try {
            if (statement.cursor().filter(open -> open == cursor).isEmpty()) {
                throw new QueryException(ErrorCode.CANCELLED, "The statement was closed while it ran");
            }
            return answerAgain(connection, statement, call, codec);
        } finally {
            statement.lock.unlock();
        }
    }

    /// Of a statement that was prepared before: our driver was told its columns then.
    private Answer answerAgain(ClientConnection connection, ClientStatement statement, Call.Execute call, Codec codec) {
        boolean known = connection.wire().exact() && statement.isTold();
        return answer(connection, call.statement(), statement, call.firstFrameRows(), known, codec);
    }

    Answer execute(ClientConnection connection, Call.Execute call, JdbcService.Context context, Codec codec) {
        Optional<ClientStatement> known = connection.findStatement(call.statement());
        if (known.isEmpty()) {
            return new Answer.StatementMissing(Answer.StatementMissing.Kind.EXECUTE);
        }
        ClientStatement statement = known.get();
        statement.closeCursor();
        statement.lock.lock();
        try (var _ = calling(connection, statement, false)) {
            String sql = call.sql().orElse(statement.sql());
            if (!statement.isPrepared(sql, context.wanted())) {
                if (sql.isEmpty()) {
                    return new Answer.StatementMissing(Answer.StatementMissing.Kind.EXECUTE);
                }
                Preparations.prepare(connection, statement, sql, 0, context);
            }
            return run(
                    connection, call.statement(), statement, call.parameters(), call.firstFrameRows(), context, codec);
        } finally {
            statement.lock.unlock();
        }
    }

    Answer prepareAndExecute(
            ClientConnection connection, Call.PrepareAndExecute call, JdbcService.Context context, Codec codec) {
        Optional<ClientStatement> known = connection.startStatement(call.statement());
        if (known.isEmpty()) {
            return new Answer.StatementMissing(Answer.StatementMissing.Kind.EXECUTE);
        }
        ClientStatement statement = known.get();
        statement.closeCursor();
        statement.lock.lock();
        try (var _ = calling(connection, statement, false)) {
            Preparations.prepare(connection, statement, call.sql(), call.maxRows(), context);
            // A stock Statement sends its row limit, or -1, as the size of the first frame.
            return run(connection, call.statement(), statement, List.of(), call.firstFrameRows(), context, codec);
        } catch (RuntimeException | Error e) { // of whatever kind: our driver does not close what never was opened
            forget(connection, call.statement());
            throw e;
        } finally {
            statement.lock.unlock();
        }
    }

    interface Calling extends AutoCloseable {
        @Override
        void close();
    }

    /// Until it is closed a cancel of the statement is kept; it ends planning, and a batch, which runs without a
    /// cursor.
    static Calling calling(ClientConnection connection, ClientStatement statement, boolean batch) {
        statement.calling(batch ? connection.session()::cancel : connection.session()::cancelPlanning);
        return statement::called;
    }

    private Answer run(
            ClientConnection connection,
            int number,
            ClientStatement statement,
            List<? extends @Nullable Object> parameters,
            int rows,
            JdbcService.Context context,
            Codec codec) {
        ResultCursor cursor = start(connection, statement, parameters, context);
        if (statement.shape().columns().isEmpty()) {
            long count = cursor.awaitCount();
            statement.closeCursor();
            if (statement.query().orElseThrow().kind() == PreparedQuery.Kind.UTILITY) {
                connection.settingsMayHaveChanged();
            }
            forget(connection, number);
            return new Answer.Executed(Answer.Result.count(connection.id(), number, count));
        }
        return answer(connection, number, statement, rows, false, codec);
    }

    /// Of a statement that runs, and answers with rows.
    ///
    /// @param known the client knows its columns
    private Answer answer(
            ClientConnection connection, int number, ClientStatement statement, int rows, boolean known, Codec codec) {
        ResultCursor cursor = statement.cursor().orElseThrow();
        boolean beside = !statement.query().orElseThrow().answersRows();
        long count = beside ? cursor.awaitChange() : -1;
        byte[] frame = frames.next(statement, cursor, rows, codec);
        Optional<Answer.Shape> shape = known ? Optional.empty() : Optional.of(statement.shape());
        var result = new Answer.Result(connection.id(), number, false, shape, frame, count);
        if (statement.done()) {
            forget(connection, number);
        }
        return new Answer.Executed(result);
    }

    /// Our driver does not close a statement whose whole result came with the first answer, or that failed with it.
    static void forget(ClientConnection connection, int number) {
        if (number >= ClientConnection.CLIENT_NUMBERS) {
            connection.closeStatement(number);
        }
    }

    private static ResultCursor start(
            ClientConnection connection,
            ClientStatement statement,
            List<? extends @Nullable Object> parameters,
            JdbcService.Context context) {
        PreparedQuery query = statement.query().orElseThrow();
        checkWritable(connection, query);
        var values = WireValues.fit(parameters, query.parameters());
        long limit = context.maxRows() > 0 ? context.maxRows() : Math.max(0, statement.maxRows());
        var options = new RunOptions(limit, context.timeout());
        var cursor = new ResultCursor(statement.shape().columns(), connection.wire(), limit, () -> {
            connection.sessionLock.lock();
            try {
                return query.run(values, options);
            } finally {
                connection.sessionLock.unlock();
            }
        });
        statement.started(cursor);
        // A count is waited for in any case, rows only for a while.
        if (!query.answersRows() || query.runsAtOnce()) {
            cursor.runHere();
        } else {
            cursor.runApart();
        }
        return cursor;
    }

    static void checkWritable(ClientConnection connection, PreparedQuery query) {
        if (connection.readOnly()
                && (query.kind() == PreparedQuery.Kind.DML || query.kind() == PreparedQuery.Kind.DDL)) {
            throw readOnly();
        }
    }

    static QueryException readOnly() {
        return new QueryException(
                ErrorCode.READ_ONLY_SESSION,
                "The connection is read-only and the statement would write.",
                "Call setReadOnly(false) first.");
    }

    /// Runs a query again for a client that lost its place. Only queries without parameters: the client does not
    /// send their values again.
    Answer syncResults(ClientConnection connection, Call.SyncResults call, JdbcService.Context context) {
        Optional<ClientStatement> known = connection.findStatement(call.statement());
        if (known.isEmpty() || call.sql().isEmpty()) {
            return new Answer.StatementMissing(Answer.StatementMissing.Kind.SYNC);
        }
        ClientStatement statement = known.get();
        statement.lock.lock();
        try {
            Preparations.prepare(connection, statement, call.sql().get(), statement.maxRows(), context);
            PreparedQuery query = statement.query().orElseThrow();
            if (query.kind() != PreparedQuery.Kind.QUERY || !query.parameters().isEmpty()) {
                throw new QueryException(
                        ErrorCode.INVALID_STATEMENT_ID,
                        "The result was closed because it was not read for too long.",
                        "Run the statement again.");
            }
            ResultCursor cursor = start(connection, statement, List.of(), context);
            boolean done = frames.skip(statement, cursor, call.offset());
            return new Answer.ResultsSynced(!done);
        } finally {
            statement.lock.unlock();
        }
    }
}
