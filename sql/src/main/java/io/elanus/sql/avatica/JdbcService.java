package io.elanus.sql.avatica;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.session.PreparedQuery;
import io.elanus.sql.session.PreparedQuery.RunOptions;
import io.elanus.sql.session.ReturnedRows;
import io.elanus.sql.session.Returning;
import io.elanus.sql.session.Running;
import io.elanus.storage.ErrorCode;
import java.io.InputStream;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// Carries out calls. One thread per call.
final class JdbcService {
    /// What came with a call beside its body.
    ///
    /// @param principal who sent it; a connection serves its own principal only
    /// @param request id of the request; empty: the client sent none
    /// @param timeout zero: the server's default
    /// @param maxRows 0: all
    /// @param seen timestamp up to which the client has seen its own writes, perhaps through another server
    /// @param wanted what the client wants to know of the rows that a statement changes
    record Context(String principal, String request, Duration timeout, long maxRows, long seen, Returning wanted) {}

    /// Rows that are written in no time.
    private static final int FEW_ROWS = 1_000;

    private final JdbcConfig config;
    private final Connections connections;
    private final JdbcMetadata metadata;

    JdbcService(JdbcConfig config, Connections connections, JdbcMetadata metadata) {
        this.config = config;
        this.connections = connections;
        this.metadata = metadata;
    }

    Answer handle(Call call, Context context, Codec codec) {
        return switch (call) {
            case Call.OpenConnection open -> {
                connections.open(context.principal(), open.connection(), open.properties());
                yield new Answer.Opened();
            }
            case Call.CloseConnection close -> {
                connections.close(context.principal(), close.connection());
                yield new Answer.ConnectionClosed();
            }
            default -> {
                ClientConnection connection = connections
                        .find(context.principal(), call.connection())
                        .orElseThrow(() -> new MissingConnection(call.connection()));
                connection.session().observe(context.seen());
                yield handle(connection, call, context, codec);
            }
        };
    }

    /// What [#begin] came to.
    sealed interface Begun {
        record Answered(Answer answer) implements Begun {}

        /// @param rest answers the call, by a thread that may wait
        record Waits(Supplier<Answer> rest) implements Begun {}
    }

    /// Answers a call that takes little and waits for nobody. Others wait for the thread that calls this, so it
    /// does not even wait for locks.
    Begun begin(Call call, Context context, Codec codec) {
        if (call instanceof Call.Execute execute) {
            Optional<ClientConnection> connection = connections.find(context.principal(), execute.connection());
            Optional<ClientStatement> statement = connection.flatMap(open -> open.findStatement(execute.statement()));
            if (statement.isPresent() && statement.get().lock.tryLock()) {
                try {
                    return begin(connection.get(), statement.get(), execute, context, codec)
                            .orElseGet(() -> new Begun.Waits(() -> handle(call, context, codec)));
                } finally {
                    statement.get().lock.unlock();
                }
            }
        }
        return new Begun.Waits(() -> handle(call, context, codec));
    }

    /// Empty: nothing of it was done.
    private Optional<Begun> begin(
            ClientConnection connection, ClientStatement statement, Call.Execute call, Context context, Codec codec) {
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
                return Optional.of(new Begun.Answered(
                        answer(connection, call.statement(), statement, call.firstFrameRows(), codec)));
            }
            return Optional.of(new Begun.Waits(() -> goOn(connection, statement, cursor, call, codec)));
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
            return answer(connection, call.statement(), statement, call.firstFrameRows(), codec);
        } finally {
            statement.lock.unlock();
        }
    }

    private Answer handle(ClientConnection connection, Call call, Context context, Codec codec) {
        return switch (call) {
            case Call.OpenConnection _, Call.CloseConnection _ ->
                throw new IllegalStateException("Handled without a connection");
            case Call.SyncConnection sync -> sync(connection, sync.changes());
            case Call.Commit _ -> new Answer.Committed();
            case Call.Rollback _ -> new Answer.RolledBack();
            case Call.CreateStatement _ -> new Answer.StatementCreated(connection.id(), connection.newStatement());
            case Call.CloseStatement close -> {
                connection.closeStatement(close.statement());
                yield new Answer.StatementClosed();
            }
            case Call.Prepare prepare -> prepare(connection, prepare, context);
            case Call.Execute execute -> once(connection, context, () -> execute(connection, execute, context, codec));
            case Call.PrepareAndExecute execute ->
                once(connection, context, () -> prepareAndExecute(connection, execute, context, codec));
            case Call.ExecuteBatch batch -> once(connection, context, () -> batch(connection, batch, context));
            case Call.PrepareAndExecuteBatch batch ->
                once(connection, context, () -> batch(connection, batch, context));
            case Call.Fetch fetch -> fetch(connection, fetch, codec);
            case Call.SyncResults sync -> syncResults(connection, sync, context);
            case Call.DatabaseProperties _ -> new Answer.Properties(metadata.properties());
            case Call.Catalogs _, Call.Schemas _, Call.TableTypes _, Call.TypeInfo _, Call.Tables _, Call.Columns _ ->
                new Answer.Listing(metadata.list(connection, call, codec.newFrame()));
        };
    }

    private static Answer once(ClientConnection connection, Context context, Supplier<Answer> work) {
        return context.request().isEmpty() ? work.get() : connection.replies().once(context.request(), work);
    }

    private static Answer sync(ClientConnection connection, Call.ConnectionState changes) {
        changes.autoCommit().ifPresent(connection::setAutoCommit);
        changes.readOnly().ifPresent(connection::setReadOnly);
        connection.sessionLock.lock();
        try {
            changes.schema().ifPresent(schema -> connection.session().set("schema", schema));
            connection.settingsMayHaveChanged();
            return new Answer.Synced(new Call.ConnectionState(
                    Optional.of(connection.autoCommit()),
                    Optional.of(connection.readOnly()),
                    Optional.of(Connection.TRANSACTION_READ_COMMITTED),
                    Optional.of(JdbcMetadata.CATALOG),
                    Optional.ofNullable(connection.session().settings().get("schema"))));
        } finally {
            connection.sessionLock.unlock();
        }
    }

    private static Answer prepare(ClientConnection connection, Call.Prepare prepare, Context context) {
        int number = connection.newStatement();
        ClientStatement statement = connection.findStatement(number).orElseThrow();
        try {
            prepare(connection, statement, prepare.sql(), prepare.maxRows(), context);
        } catch (RuntimeException e) {
            connection.closeStatement(number);
            throw e;
        }
        return new Answer.Prepared(connection.id(), number, statement.shape());
    }

    private static void prepare(
            ClientConnection connection, ClientStatement statement, String sql, long maxRows, Context context) {
        connection.sessionLock.lock();
        try {
            PreparedQuery query =
                    connection.session().prepare(sql, context.wanted(), new RunOptions(0, context.timeout()));
            statement.prepared(sql, query, shape(sql, query, connection.wire()), maxRows, context.wanted());
        } finally {
            connection.sessionLock.unlock();
        }
    }

    private static Answer.Shape shape(String sql, PreparedQuery query, Wire wire) {
        var parameters = new ArrayList<ReportedColumn>();
        query.parameters().forEach(type -> parameters.add(ReportedColumn.parameter(type, parameters.size() + 1, wire)));
        // To JDBC a change with RETURNING is something that answers with rows.
        boolean rows = query.kind() == PreparedQuery.Kind.DML && query.answersRows();
        return new Answer.Shape(
                sql,
                rows ? PreparedQuery.Kind.UTILITY : query.kind(),
                query.columns().stream()
                        .map(column -> ReportedColumn.of(column, wire))
                        .toList(),
                parameters);
    }

    private Answer execute(ClientConnection connection, Call.Execute call, Context context, Codec codec) {
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
                prepare(connection, statement, sql, 0, context);
            }
            return run(
                    connection, call.statement(), statement, call.parameters(), call.firstFrameRows(), context, codec);
        } finally {
            statement.lock.unlock();
        }
    }

    private Answer prepareAndExecute(
            ClientConnection connection, Call.PrepareAndExecute call, Context context, Codec codec) {
        Optional<ClientStatement> known = connection.startStatement(call.statement());
        if (known.isEmpty()) {
            return new Answer.StatementMissing(Answer.StatementMissing.Kind.EXECUTE);
        }
        ClientStatement statement = known.get();
        statement.closeCursor();
        statement.lock.lock();
        try (var _ = calling(connection, statement, false)) {
            prepare(connection, statement, call.sql(), call.maxRows(), context);
            // A stock Statement sends its row limit, or -1, as the size of the first frame.
            return run(connection, call.statement(), statement, List.of(), call.firstFrameRows(), context, codec);
        } catch (RuntimeException | Error e) { // of whatever kind: our driver does not close what never was opened
            forget(connection, call.statement());
            throw e;
        } finally {
            statement.lock.unlock();
        }
    }

    private interface Calling extends AutoCloseable {
        @Override
        void close();
    }

    /// Until it is closed a cancel of the statement is kept; it ends planning, and a batch, which runs without a
    /// cursor.
    private static Calling calling(ClientConnection connection, ClientStatement statement, boolean batch) {
        statement.calling(batch ? connection.session()::cancel : connection.session()::cancelPlanning);
        return statement::called;
    }

    private Answer run(
            ClientConnection connection,
            int number,
            ClientStatement statement,
            List<? extends @Nullable Object> parameters,
            int rows,
            Context context,
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
        return answer(connection, number, statement, rows, codec);
    }

    /// Of a statement that runs, and answers with rows.
    private Answer answer(ClientConnection connection, int number, ClientStatement statement, int rows, Codec codec) {
        ResultCursor cursor = statement.cursor().orElseThrow();
        boolean beside = !statement.query().orElseThrow().answersRows();
        long count = beside ? cursor.awaitChange() : -1;
        byte[] frame = nextFrame(statement, cursor, rows, codec);
        var result = new Answer.Result(connection.id(), number, false, Optional.of(statement.shape()), frame, count);
        if (statement.done()) {
            forget(connection, number);
        }
        return new Answer.Executed(result);
    }

    /// Our driver does not close a statement whose whole result came with the first answer, or that failed with it.
    private static void forget(ClientConnection connection, int number) {
        if (number >= ClientConnection.CLIENT_NUMBERS) {
            connection.closeStatement(number);
        }
    }

    private static ResultCursor start(
            ClientConnection connection,
            ClientStatement statement,
            List<? extends @Nullable Object> parameters,
            Context context) {
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

    private static void checkWritable(ClientConnection connection, PreparedQuery query) {
        if (connection.readOnly()
                && (query.kind() == PreparedQuery.Kind.DML || query.kind() == PreparedQuery.Kind.DDL)) {
            throw readOnly();
        }
    }

    private static QueryException readOnly() {
        return new QueryException(
                ErrorCode.READ_ONLY_SESSION,
                "The connection is read-only and the statement would write.",
                "Call setReadOnly(false) first.");
    }

    private byte[] nextFrame(ClientStatement statement, ResultCursor cursor, int rows, Codec codec) {
        FrameWriter frame = codec.newFrame();
        boolean done;
        try {
            done = cursor.fill(frame, rows, config.frameSize().toIntBytes(), config.patience());
        } catch (RuntimeException e) {
            statement.closeCursor();
            throw e;
        }
        long from = statement.offset();
        long to = from + frame.rows();
        byte[] bytes = frame.finish(from, done);
        statement.sent(new ClientStatement.LastFrame(from, to, done, bytes));
        if (done) {
            statement.closeCursor();
        }
        return bytes;
    }

    private Answer fetch(ClientConnection connection, Call.Fetch call, Codec codec) {
        Optional<ClientStatement> known = connection.findStatement(call.statement());
        if (known.isEmpty()) {
            return Answer.Fetched.MISSING_STATEMENT;
        }
        ClientStatement statement = known.get();
        statement.lock.lock();
        try {
            Optional<ClientStatement.LastFrame> last = statement.last();
            if (last.isPresent()
                    && last.get().offset() == call.offset()
                    && last.get().nextOffset() != call.offset()) {
                return new Answer.Fetched(last.get().bytes(), false, false);
            }
            if (statement.offset() == call.offset() && statement.done()) {
                return new Answer.Fetched(codec.newFrame().finish(call.offset(), true), false, false);
            }
            Optional<ResultCursor> cursor = statement.cursor();
            if (cursor.isEmpty() || statement.offset() != call.offset()) {
                return Answer.Fetched.MISSING_RESULTS;
            }
            return new Answer.Fetched(nextFrame(statement, cursor.get(), call.rows(), codec), false, false);
        } finally {
            statement.lock.unlock();
        }
    }

    /// Runs a query again for a client that lost its place. Only queries without parameters: the client does not
    /// send their values again.
    private Answer syncResults(ClientConnection connection, Call.SyncResults call, Context context) {
        Optional<ClientStatement> known = connection.findStatement(call.statement());
        if (known.isEmpty() || call.sql().isEmpty()) {
            return new Answer.StatementMissing(Answer.StatementMissing.Kind.SYNC);
        }
        ClientStatement statement = known.get();
        statement.lock.lock();
        try {
            prepare(connection, statement, call.sql().get(), statement.maxRows(), context);
            PreparedQuery query = statement.query().orElseThrow();
            if (query.kind() != PreparedQuery.Kind.QUERY || !query.parameters().isEmpty()) {
                throw new QueryException(
                        ErrorCode.INVALID_STATEMENT_ID,
                        "The result was closed because it was not read for too long.",
                        "Run the statement again.");
            }
            ResultCursor cursor = start(connection, statement, List.of(), context);
            boolean done = false;
            while (statement.offset() < call.offset() && !done) {
                var skipped = new SkippingCodec();
                int rows = (int) Math.min(call.offset() - statement.offset(), Integer.MAX_VALUE);
                done = cursor.fill(skipped, rows, Integer.MAX_VALUE, config.patience());
                statement.skipped(skipped.rows());
            }
            return new Answer.ResultsSynced(!done);
        } finally {
            statement.lock.unlock();
        }
    }

    /// COPY … FROM STDIN on rows that the client sends.
    Answer copyIn(Context context, String id, int number, String sql, InputStream rows) {
        ClientConnection connection =
                connections.find(context.principal(), id).orElseThrow(() -> new MissingConnection(id));
        if (connection.readOnly()) {
            throw readOnly();
        }
        ClientStatement statement = connection
                .startStatement(number)
                .orElseThrow(() -> new QueryException(
                        ErrorCode.INVALID_STATEMENT_ID, "The connection has no statement [%d].".formatted(number)));
        statement.lock.lock();
        try (var _ = calling(connection, statement, false)) {
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
            return new Answer.Executed(Answer.Result.count(id, number, cursor.awaitCount()));
        } finally {
            statement.closeCursor();
            statement.lock.unlock();
            forget(connection, number);
        }
    }

    private Answer batch(ClientConnection connection, Call.ExecuteBatch call, Context context) {
        Optional<ClientStatement> known = connection.findStatement(call.statement());
        if (known.isEmpty() || known.get().query().isEmpty()) {
            return new Answer.StatementMissing(Answer.StatementMissing.Kind.BATCH);
        }
        ClientStatement statement = known.get();
        statement.lock.lock();
        try (var _ = calling(connection, statement, true)) {
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
            Context context) {
        checkWritable(connection, query);
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

    private Answer batch(ClientConnection connection, Call.PrepareAndExecuteBatch call, Context context) {
        if (connection.startStatement(call.statement()).isEmpty()) {
            return new Answer.StatementMissing(Answer.StatementMissing.Kind.BATCH);
        }
        long[] counts = new long[call.sql().size()];
        for (int i = 0; i < counts.length; i++) {
            var one = new Call.PrepareAndExecute(
                    connection.id(), call.statement(), call.sql().get(i), 0, 1);
            Answer answer = prepareAndExecute(connection, one, context, new SkippingCodec());
            counts[i] = answer instanceof Answer.Executed(Answer.Result result) ? result.updateCount() : 0;
        }
        return new Answer.BatchDone(connection.id(), call.statement(), counts);
    }

    /// What our driver carries along, so that it can go on at another server; empty when there is no such
    /// connection.
    Optional<ClientConnection> carried(Context context, String id) {
        return connections
                .find(context.principal(), id)
                .filter(found -> found.wire().exact());
    }

    /// False: nothing ran.
    boolean cancel(Context context, String connection, int statement) {
        return connections
                .find(context.principal(), connection)
                .flatMap(found -> found.findStatement(statement))
                .map(ClientStatement::cancel)
                .orElse(false);
    }

    Optional<Running.Progress> progress(Context context, String connection, int statement) {
        return connections
                .find(context.principal(), connection)
                .flatMap(found -> found.findStatement(statement))
                .flatMap(ClientStatement::cursor)
                .map(ResultCursor::progress);
    }

    /// What a failure is called in front of the client of this connection.
    Answer.Failed failure(QueryException error, Context context, String connection) {
        boolean exact = connections
                .find(context.principal(), connection)
                .map(found -> found.wire().exact())
                .orElse(true);
        return Failures.of(error, exact);
    }
}
