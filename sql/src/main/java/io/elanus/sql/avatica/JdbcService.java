package io.elanus.sql.avatica;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.session.Returning;
import io.elanus.sql.session.Running;
import java.io.InputStream;
import java.sql.Connection;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/// Carries out calls: finds the connection of each and hands it to what does its kind. One thread per call.
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

    private final Connections connections;
    private final JdbcMetadata metadata;
    private final Executions executions;
    private final ResultFrames frames;
    private final BulkChanges bulk;

    JdbcService(JdbcConfig config, Connections connections, JdbcMetadata metadata) {
        this.connections = connections;
        this.metadata = metadata;
        this.frames = new ResultFrames(config);
        this.executions = new Executions(frames);
        this.bulk = new BulkChanges(executions);
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
                    return executions
                            .begin(connection.get(), statement.get(), execute, context, codec)
                            .orElseGet(() -> new Begun.Waits(() -> handle(call, context, codec)));
                } finally {
                    statement.get().lock.unlock();
                }
            }
        }
        return new Begun.Waits(() -> handle(call, context, codec));
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
            case Call.Prepare prepare -> Preparations.prepare(connection, prepare, context);
            case Call.Execute execute ->
                once(connection, context, () -> executions.execute(connection, execute, context, codec));
            case Call.PrepareAndExecute execute ->
                once(connection, context, () -> executions.prepareAndExecute(connection, execute, context, codec));
            case Call.ExecuteBatch batch -> once(connection, context, () -> bulk.batch(connection, batch, context));
            case Call.PrepareAndExecuteBatch batch ->
                once(connection, context, () -> bulk.batch(connection, batch, context));
            case Call.Fetch fetch -> frames.fetch(connection, fetch, codec);
            case Call.SyncResults sync -> executions.syncResults(connection, sync, context);
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

    /// COPY … FROM STDIN on rows that the client sends.
    Answer copyIn(Context context, String id, int number, String sql, InputStream rows) {
        ClientConnection connection =
                connections.find(context.principal(), id).orElseThrow(() -> new MissingConnection(id));
        return BulkChanges.copyIn(connection, context, number, sql, rows);
    }

    /// What our driver carries along, so that it can go on at another server; empty when there is no such
    /// connection.
    Optional<ClientConnection> carried(Context context, String id) {
        return connections
                .find(context.principal(), id)
                .filter(found -> found.wire().exact());
    }

    /// Does this client still read a result?
    boolean hasRowsToCome(Context context, String id) {
        return connections
                .find(context.principal(), id)
                .map(ClientConnection::hasRowsToCome)
                .orElse(false);
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
