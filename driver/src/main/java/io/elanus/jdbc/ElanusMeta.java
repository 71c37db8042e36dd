package io.elanus.jdbc;

import java.io.InputStream;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.calcite.avatica.AvaticaConnection;
import org.apache.calcite.avatica.AvaticaStatement;
import org.apache.calcite.avatica.ColumnMetaData;
import org.apache.calcite.avatica.Meta;
import org.apache.calcite.avatica.MetaImpl;
import org.apache.calcite.avatica.QueryState;
import org.apache.calcite.avatica.proto.Requests;
import org.apache.calcite.avatica.proto.Responses;
import org.apache.calcite.avatica.remote.TypedValue;
import org.jspecify.annotations.Nullable;

/// Avatica's `Meta` over our [Protocol]: the [ServerSession], [PreparedStatements], [StatementResults] and
/// [MetadataRequests] behind its one interface. A plain statement has an id of this side's choosing, so that creating
/// it and closing it when its result was small need no request: executing one is a single round trip. Any thread,
/// each statement for one at a time.
final class ElanusMeta extends MetaImpl {
    private final ServerSession session;
    private final StatementResults results;
    private final PreparedStatements prepared;
    private final MetadataRequests metadata;

    ElanusMeta(AvaticaConnection connection, Transport transport) {
        super(connection);
        session = new ServerSession(connection, transport);
        results = new StatementResults(session);
        prepared = new PreparedStatements(session, results);
        metadata = new MetadataRequests(session);
    }

    Transport transport() {
        return session.transport();
    }

    // Connections

    @Override
    public void openConnection(ConnectionHandle handle, Map<String, String> info) {
        session.open(handle, info);
        results.forget();
        session.restore(handle);
    }

    @Override
    public void closeConnection(ConnectionHandle handle) {
        session.close(handle);
    }

    @Override
    public ConnectionProperties connectionSync(ConnectionHandle handle, ConnectionProperties wanted) {
        return session.sync(handle, wanted);
    }

    boolean ping(Duration timeout) {
        return session.ping(timeout);
    }

    /// Every statement commits by itself.
    @Override
    public void commit(ConnectionHandle handle) {}

    @Override
    public void rollback(ConnectionHandle handle) {}

    // Plain statements

    @Override
    public StatementHandle createStatement(ConnectionHandle handle) {
        return new StatementHandle(handle.id, session.newStatementId(), null);
    }

    @Override
    public void closeStatement(StatementHandle handle) {
        results.close(handle);
    }

    @Override
    @Deprecated
    @SuppressWarnings("InlineMeSuggester")
    public ExecuteResult prepareAndExecute(StatementHandle handle, String sql, long maxRows, PrepareCallback callback) {
        return prepareAndExecute(handle, sql, maxRows, -1, callback);
    }

    @Override
    public ExecuteResult prepareAndExecute(
            StatementHandle handle, String sql, long maxRows, int maxRowsInFirstFrame, PrepareCallback callback) {
        Requests.PrepareAndExecuteRequest request = Requests.PrepareAndExecuteRequest.newBuilder()
                .setConnectionId(handle.connectionId)
                .setStatementId(handle.id)
                .setSql(Protocol.text(sql))
                .setMaxRowsTotal(maxRows)
                .setFirstFrameMaxSize(StatementSide.frameRows(statement(handle)))
                .build();
        Transport.Options options = options(handle, () -> Repeatable.is(sql));
        try {
            MetaResultSet result;
            synchronized (callback.getMonitor()) {
                callback.clear();
                Responses.ExecuteResponse response = session.retry(
                        () -> session.protocol().call(request, Responses.ExecuteResponse.parser(), options));
                result = results.of(handle, response.getResults(0));
                callback.assign(result.signature, result.firstFrame, result.updateCount);
            }
            callback.execute();
            return new ExecuteResult(List.of(result));
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    @Override
    public ExecuteBatchResult prepareAndExecuteBatch(StatementHandle handle, List<String> sql) {
        Requests.PrepareAndExecuteBatchRequest request = Requests.PrepareAndExecuteBatchRequest.newBuilder()
                .setConnectionId(handle.connectionId)
                .setStatementId(handle.id)
                .addAllSqlCommands(sql)
                .build();
        return Protocol.counts(session.retry(() -> session.protocol()
                .call(request, Responses.ExecuteBatchResponse.parser(), options(handle, () -> false))));
    }

    /// Rows are sent once: the connection is looked after before the first leaves.
    long copyIn(StatementHandle handle, String sql, InputStream rows) {
        session.check();
        return session.protocol()
                .copyIn(handle, Protocol.text(sql), rows, options(handle, () -> false))
                .getResults(0)
                .getUpdateCount();
    }

    private @Nullable AvaticaStatement statement(StatementHandle handle) {
        return connection.statementMap.get(handle.id);
    }

    private Transport.Options options(StatementHandle handle, BooleanSupplier repeatable) {
        return StatementSide.options(statement(handle), repeatable);
    }

    // Prepared statements

    @Override
    public StatementHandle prepare(ConnectionHandle handle, String sql, long maxRows) {
        return prepare(handle, sql, maxRows, GeneratedKeys.NOTHING);
    }

    /// @param keys to tell of changed rows
    StatementHandle prepare(ConnectionHandle handle, String sql, long maxRows, String keys) {
        return prepared.prepare(handle, sql, maxRows, keys);
    }

    @Override
    @Deprecated
    @SuppressWarnings("InlineMeSuggester")
    public ExecuteResult execute(StatementHandle handle, List<TypedValue> values, long maxRows) {
        return execute(handle, values, -1);
    }

    @Override
    public ExecuteResult execute(StatementHandle handle, List<TypedValue> values, int firstFrameRows) {
        return prepared.execute(handle, values);
    }

    @Override
    public ExecuteBatchResult executeBatch(StatementHandle handle, List<List<TypedValue>> rows) {
        return prepared.executeBatch(handle, rows);
    }

    // Results

    @Override
    public Frame fetch(StatementHandle handle, long offset, int rows) {
        return results.fetch(handle, offset, rows);
    }

    /// Nobody reads the rest of the result.
    void abandon(StatementHandle handle) {
        results.abandon(handle);
    }

    @Override
    public boolean syncResults(StatementHandle handle, QueryState state, long offset) {
        return false;
    }

    /// A result made here.
    MetaResultSet local(List<ColumnMetaData> columns, List<Object> rows) {
        StatementHandle handle = createStatement(connection.handle);
        Signature signature = Signature.create(columns, "", List.of(), CursorFactory.ARRAY, Meta.StatementType.SELECT);
        return MetaResultSet.create(handle.connectionId, handle.id, true, signature, new Frame(0, true, rows));
    }

    // Metadata

    @Override
    public Map<DatabaseProperty, Object> getDatabaseProperties(ConnectionHandle handle) {
        return metadata.properties(handle);
    }

    @Override
    public MetaResultSet getCatalogs(ConnectionHandle handle) {
        return metadata.catalogs(handle);
    }

    @Override
    public MetaResultSet getSchemas(ConnectionHandle handle, @Nullable String catalog, Pat schema) {
        return metadata.schemas(handle, schema);
    }

    @Override
    public MetaResultSet getTableTypes(ConnectionHandle handle) {
        return metadata.tableTypes(handle);
    }

    @Override
    public MetaResultSet getTypeInfo(ConnectionHandle handle) {
        return metadata.typeInfo(handle);
    }

    @Override
    public MetaResultSet getTables(
            ConnectionHandle handle, @Nullable String catalog, Pat schema, Pat table, @Nullable List<String> types) {
        return metadata.tables(handle, schema, table, types);
    }

    @Override
    public MetaResultSet getColumns(
            ConnectionHandle handle, @Nullable String catalog, Pat schema, Pat table, Pat column) {
        return metadata.columns(handle, schema, table, column);
    }
}
