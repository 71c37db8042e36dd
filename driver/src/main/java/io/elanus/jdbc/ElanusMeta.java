package io.elanus.jdbc;

import com.google.protobuf.Message;
import java.io.InputStream;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.calcite.avatica.AvaticaConnection;
import org.apache.calcite.avatica.AvaticaStatement;
import org.apache.calcite.avatica.ColumnMetaData;
import org.apache.calcite.avatica.ConnectionPropertiesImpl;
import org.apache.calcite.avatica.Meta;
import org.apache.calcite.avatica.MetaImpl;
import org.apache.calcite.avatica.QueryState;
import org.apache.calcite.avatica.proto.Common;
import org.apache.calcite.avatica.proto.Requests;
import org.apache.calcite.avatica.proto.Responses;
import org.apache.calcite.avatica.remote.TypedValue;
import org.jspecify.annotations.Nullable;

/// Avatica's `Meta` over our [Protocol]. A plain statement has an id of this side's choosing, so that creating it
/// and closing it when its result was small need no request: executing one is a single round trip.
final class ElanusMeta extends MetaImpl {
    /// Ids from here on are chosen by the client; the server counts below.
    private static final int OWN_IDS = 1 << 30;

    private final Transport transport;
    private final Protocol protocol;
    private final AtomicInteger ownIds = new AtomicInteger(OWN_IDS);
    /// Statements that the server may hold something for.
    private final Set<Integer> held = ConcurrentHashMap.newKeySet();
    /// Statements whose result has frames that were not fetched.
    private final Set<Integer> unread = ConcurrentHashMap.newKeySet();

    private final ConnectionPropertiesImpl changes = new ConnectionPropertiesImpl();
    private volatile @Nullable ConnectionPropertiesImpl known;

    ElanusMeta(AvaticaConnection connection, Transport transport) {
        super(connection);
        this.transport = transport;
        this.protocol = new Protocol(transport);
    }

    Transport transport() {
        return transport;
    }

    private interface Rpc<T> {
        T call();
    }

    /// Opens the connection again and repeats the call when the server does not know it.
    private <T> T retry(Rpc<T> rpc) {
        return connection.invokeWithRetries(rpc::call);
    }

    private <R extends Message> R call(Message request, com.google.protobuf.Parser<R> parser) {
        return protocol.call(request, parser, Transport.Options.NONE);
    }

    // Connections

    @Override
    public void openConnection(ConnectionHandle handle, Map<String, String> info) {
        var properties = new HashMap<>(info);
        properties.keySet().removeAll(ConnectionUrl.LOCAL);
        // What was SET before the connection moved to another server.
        properties.putAll(transport.settings());
        call(
                Requests.OpenConnectionRequest.newBuilder()
                        .setConnectionId(handle.id)
                        .putAllInfo(properties)
                        .build(),
                Responses.OpenConnectionResponse.parser());
        known = null;
        held.clear();
        unread.clear();
        if (!changes.isEmpty()) {
            sync(handle, changes);
        }
    }

    @Override
    public void closeConnection(ConnectionHandle handle) {
        try {
            call(
                    Requests.CloseConnectionRequest.newBuilder()
                            .setConnectionId(handle.id)
                            .build(),
                    Responses.CloseConnectionResponse.parser());
        } finally {
            transport.close();
        }
    }

    @Override
    public ConnectionProperties connectionSync(ConnectionHandle handle, ConnectionProperties wanted) {
        ConnectionPropertiesImpl last = known;
        if (wanted.isEmpty() && last != null) {
            return last;
        }
        changes.merge(wanted);
        return retry(() -> sync(handle, wanted));
    }

    private ConnectionPropertiesImpl sync(ConnectionHandle handle, ConnectionProperties wanted) {
        Common.ConnectionProperties.Builder proto = Common.ConnectionProperties.newBuilder();
        if (wanted.isAutoCommit() != null) {
            proto.setHasAutoCommit(true).setAutoCommit(wanted.isAutoCommit());
        }
        if (wanted.isReadOnly() != null) {
            proto.setHasReadOnly(true).setReadOnly(wanted.isReadOnly());
        }
        if (wanted.getSchema() != null) {
            proto.setSchema(wanted.getSchema());
        }
        Common.ConnectionProperties state = call(
                        Requests.ConnectionSyncRequest.newBuilder()
                                .setConnectionId(handle.id)
                                .setConnProps(proto)
                                .build(),
                        Responses.ConnectionSyncResponse.parser())
                .getConnProps();
        var properties = new ConnectionPropertiesImpl(
                state.getAutoCommit(),
                state.getReadOnly(),
                state.getTransactionIsolation(),
                state.getCatalog(),
                state.getSchema());
        known = properties;
        return properties;
    }

    boolean ping(Duration timeout) {
        Duration before = transport.networkTimeout();
        try {
            if (!timeout.isZero()) {
                transport.setNetworkTimeout(timeout);
            }
            retry(() -> sync(connection.handle, new ConnectionPropertiesImpl()));
            return true;
        } catch (RuntimeException e) {
            // Whatever is wrong: the connection cannot be used.
            return false;
        } finally {
            transport.setNetworkTimeout(before);
        }
    }

    /// Every statement commits by itself.
    @Override
    public void commit(ConnectionHandle handle) {}

    @Override
    public void rollback(ConnectionHandle handle) {}

    // Statements

    @Override
    public StatementHandle createStatement(ConnectionHandle handle) {
        return new StatementHandle(handle.id, ownIds.getAndIncrement(), null);
    }

    @Override
    public void closeStatement(StatementHandle handle) {
        unread.remove(handle.id);
        if (!held.remove(handle.id)) {
            return;
        }
        call(
                Requests.CloseStatementRequest.newBuilder()
                        .setConnectionId(handle.connectionId)
                        .setStatementId(handle.id)
                        .build(),
                Responses.CloseStatementResponse.parser());
    }

    @Override
    public StatementHandle prepare(ConnectionHandle handle, String sql, long maxRows) {
        return prepare(handle, sql, maxRows, GeneratedKeys.NOTHING);
    }

    /// @param keys to tell of changed rows
    StatementHandle prepare(ConnectionHandle handle, String sql, long maxRows, String keys) {
        Common.StatementHandle statement = retry(() -> protocol.call(
                        Requests.PrepareRequest.newBuilder()
                                .setConnectionId(handle.id)
                                .setSql(checked(sql))
                                .setMaxRowsTotal(maxRows)
                                .build(),
                        Responses.PrepareResponse.parser(),
                        new Transport.Options(0, 0, keys)))
                .getStatement();
        held.add(statement.getId());
        return new StatementHandle(handle.id, statement.getId(), Protocol.signature(statement.getSignature()));
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
                .setSql(checked(sql))
                .setMaxRowsTotal(maxRows)
                .setFirstFrameMaxSize(fetchSize(handle))
                .build();
        try {
            MetaResultSet result;
            synchronized (callback.getMonitor()) {
                callback.clear();
                Responses.ExecuteResponse response =
                        retry(() -> protocol.call(request, Responses.ExecuteResponse.parser(), options(handle)));
                result = result(handle, response.getResults(0));
                callback.assign(result.signature, result.firstFrame, result.updateCount);
            }
            callback.execute();
            return new ExecuteResult(List.of(result));
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    @Override
    @Deprecated
    @SuppressWarnings("InlineMeSuggester")
    public ExecuteResult execute(StatementHandle handle, List<TypedValue> values, long maxRows) {
        return execute(handle, values, -1);
    }

    @Override
    public ExecuteResult execute(StatementHandle handle, List<TypedValue> values, int firstFrameRows) {
        Responses.ExecuteResponse response = retry(() -> execute(statement(handle), values));
        if (response.getMissingStatement()) {
            response = retry(() -> execute(prepareAgain(handle), values));
        }
        return new ExecuteResult(List.of(result(statement(handle).handle, response.getResults(0))));
    }

    private Responses.ExecuteResponse execute(AvaticaStatement statement, List<TypedValue> values) {
        Requests.ExecuteRequest.Builder request = Requests.ExecuteRequest.newBuilder()
                .setStatementHandle(Common.StatementHandle.newBuilder()
                        .setConnectionId(statement.handle.connectionId)
                        .setId(statement.handle.id)
                        .setSignature(Common.Signature.newBuilder().setSql(sql(statement))))
                .setHasParameterValues(true)
                .setFirstFrameMaxSize(fetchSize(statement.handle));
        values.forEach(value -> request.addParameterValues(encode(value)));
        return protocol.call(request.build(), Responses.ExecuteResponse.parser(), options(statement.handle));
    }

    /// Rows are sent once: the connection is looked after before the first leaves.
    long copyIn(StatementHandle handle, String sql, InputStream rows) {
        retry(() -> sync(connection.handle, new ConnectionPropertiesImpl()));
        return protocol.copyIn(handle, checked(sql), rows, options(handle))
                .getResults(0)
                .getUpdateCount();
    }

    /// The server forgot the statement: it was started anew, or the lease of the connection had run out.
    private AvaticaStatement prepareAgain(StatementHandle handle) {
        AvaticaStatement statement = statement(handle);
        StatementHandle fresh =
                prepare(connection.handle, sql(statement), -1, keys(statement).wanted());
        connection.statementMap.put(fresh.id, statement);
        statement.handle = fresh;
        return statement;
    }

    private AvaticaStatement statement(StatementHandle handle) {
        return Objects.requireNonNull(connection.statementMap.get(handle.id), "statement");
    }

    private static String sql(AvaticaStatement statement) {
        return statement.handle.signature == null ? "" : statement.handle.signature.sql;
    }

    private static Common.TypedValue encode(TypedValue value) {
        try {
            return Values.toProto(value.value);
        } catch (SQLException e) {
            throw new ServerError(String.valueOf(e.getMessage()), e.getSQLState(), null, e);
        }
    }

    private static String checked(String sql) {
        try {
            return Values.wellFormed(sql);
        } catch (SQLException e) {
            throw new ServerError(String.valueOf(e.getMessage()), e.getSQLState(), null, e);
        }
    }

    private int fetchSize(StatementHandle handle) {
        AvaticaStatement statement = connection.statementMap.get(handle.id);
        try {
            return statement == null || statement.getFetchSize() == 0 ? -1 : statement.getFetchSize();
        } catch (SQLException e) {
            return -1;
        }
    }

    private Transport.Options options(StatementHandle handle) {
        AvaticaStatement statement = connection.statementMap.get(handle.id);
        try {
            return statement == null
                    ? Transport.Options.NONE
                    : new Transport.Options(
                            statement.getQueryTimeout() * 1000L,
                            statement.getLargeMaxRows(),
                            keys(statement).wanted());
        } catch (SQLException e) {
            throw new ServerError("The statement is closed.", "26000", null, e);
        }
    }

    private static GeneratedKeys keys(AvaticaStatement statement) {
        return ((StatementSide.Owner) statement).side().keys();
    }

    /// Keeps the keys that came beside a count.
    private void keepKeys(StatementHandle handle, Responses.ResultSetResponse response) {
        AvaticaStatement statement = connection.statementMap.get(handle.id);
        if (statement == null) {
            return;
        }
        List<ColumnMetaData> columns = Protocol.signature(response.getSignature()).columns;
        boolean none = columns.isEmpty();
        Frame frame = none ? new Frame(0, true, List.of()) : Protocol.frame(response.getFirstFrame());
        keys(statement).received(columns, frame);
        if (!frame.done) {
            held.add(handle.id);
        }
    }

    private MetaResultSet result(StatementHandle handle, Responses.ResultSetResponse response) {
        long count = response.getUpdateCount();
        if (count != -1) {
            keepKeys(handle, response);
            return MetaResultSet.count(handle.connectionId, handle.id, count);
        }
        if (!response.getFirstFrame().getDone()) {
            held.add(handle.id);
            unread.add(handle.id);
        }
        return MetaResultSet.create(
                handle.connectionId,
                handle.id,
                false,
                Protocol.signature(response.getSignature()),
                Protocol.frame(response.getFirstFrame()));
    }

    @Override
    public Frame fetch(StatementHandle handle, long offset, int rows) {
        Responses.FetchResponse response = retry(() -> call(
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
    void abandon(StatementHandle handle) {
        if (unread.remove(handle.id)) {
            try {
                transport.cancel(handle.connectionId, handle.id);
            } catch (ServerError e) {
                // Then it is freed with the connection.
                held.add(handle.id);
            }
        }
    }

    @Override
    public boolean syncResults(StatementHandle handle, QueryState state, long offset) {
        return false;
    }

    @Override
    public ExecuteBatchResult executeBatch(StatementHandle handle, List<List<TypedValue>> rows) {
        Requests.ExecuteBatchRequest.Builder request =
                Requests.ExecuteBatchRequest.newBuilder().setConnectionId(handle.connectionId);
        for (List<TypedValue> row : rows) {
            Requests.UpdateBatch.Builder update = Requests.UpdateBatch.newBuilder();
            row.forEach(value -> update.addParameterValues(encode(value)));
            request.addUpdates(update);
        }
        Responses.ExecuteBatchResponse response = retry(() -> batch(request, statement(handle)));
        if (response.getMissingStatement()) {
            response = retry(() -> batch(request, prepareAgain(handle)));
        }
        AvaticaStatement statement = statement(handle);
        List<ColumnMetaData> columns =
                statement.handle.signature == null ? List.of() : statement.handle.signature.columns;
        // The server holds them until they are asked for.
        keys(statement).received(columns, new Frame(0, columns.isEmpty(), List.of()));
        return counts(response);
    }

    private Responses.ExecuteBatchResponse batch(
            Requests.ExecuteBatchRequest.Builder request, AvaticaStatement statement) {
        return protocol.call(
                request.setStatementId(statement.handle.id).build(),
                Responses.ExecuteBatchResponse.parser(),
                options(statement.handle));
    }

    @Override
    public ExecuteBatchResult prepareAndExecuteBatch(StatementHandle handle, List<String> sql) {
        Requests.PrepareAndExecuteBatchRequest request = Requests.PrepareAndExecuteBatchRequest.newBuilder()
                .setConnectionId(handle.connectionId)
                .setStatementId(handle.id)
                .addAllSqlCommands(sql)
                .build();
        return counts(retry(() -> protocol.call(request, Responses.ExecuteBatchResponse.parser(), options(handle))));
    }

    private static ExecuteBatchResult counts(Responses.ExecuteBatchResponse response) {
        return new ExecuteBatchResult(response.getUpdateCountsList().stream()
                .mapToLong(Long::longValue)
                .toArray());
    }

    // Metadata

    /// A result made here.
    MetaResultSet local(List<ColumnMetaData> columns, List<Object> rows) {
        StatementHandle handle = createStatement(connection.handle);
        Signature signature = Signature.create(columns, "", List.of(), CursorFactory.ARRAY, Meta.StatementType.SELECT);
        return MetaResultSet.create(handle.connectionId, handle.id, true, signature, new Frame(0, true, rows));
    }

    private MetaResultSet listing(Message request) {
        Responses.ResultSetResponse response = retry(() -> call(request, Responses.ResultSetResponse.parser()));
        return MetaResultSet.create(
                response.getConnectionId(),
                ownIds.getAndIncrement(),
                true,
                Protocol.signature(response.getSignature()),
                Protocol.frame(response.getFirstFrame()));
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    @Override
    public Map<DatabaseProperty, Object> getDatabaseProperties(ConnectionHandle handle) {
        Responses.DatabasePropertyResponse response = retry(() -> call(
                Requests.DatabasePropertyRequest.newBuilder()
                        .setConnectionId(handle.id)
                        .build(),
                Responses.DatabasePropertyResponse.parser()));
        var properties = new EnumMap<DatabaseProperty, Object>(DatabaseProperty.class);
        response.getPropsList().forEach(property -> {
            Object value = Values.ofProto(property.getValue());
            if (value != null) {
                properties.put(DatabaseProperty.fromProto(property.getKey()), value);
            }
        });
        return properties;
    }

    @Override
    public MetaResultSet getCatalogs(ConnectionHandle handle) {
        return listing(
                Requests.CatalogsRequest.newBuilder().setConnectionId(handle.id).build());
    }

    @Override
    public MetaResultSet getSchemas(ConnectionHandle handle, @Nullable String catalog, Pat schema) {
        return listing(Requests.SchemasRequest.newBuilder()
                .setConnectionId(handle.id)
                .setSchemaPattern(text(schema.s))
                .build());
    }

    @Override
    public MetaResultSet getTableTypes(ConnectionHandle handle) {
        return listing(Requests.TableTypesRequest.newBuilder()
                .setConnectionId(handle.id)
                .build());
    }

    @Override
    public MetaResultSet getTypeInfo(ConnectionHandle handle) {
        return listing(
                Requests.TypeInfoRequest.newBuilder().setConnectionId(handle.id).build());
    }

    @Override
    public MetaResultSet getTables(
            ConnectionHandle handle, @Nullable String catalog, Pat schema, Pat table, @Nullable List<String> types) {
        return listing(Requests.TablesRequest.newBuilder()
                .setConnectionId(handle.id)
                .setSchemaPattern(text(schema.s))
                .setTableNamePattern(text(table.s))
                .addAllTypeList(types == null ? new ArrayList<>() : types)
                .build());
    }

    @Override
    public MetaResultSet getColumns(
            ConnectionHandle handle, @Nullable String catalog, Pat schema, Pat table, Pat column) {
        return listing(Requests.ColumnsRequest.newBuilder()
                .setConnectionId(handle.id)
                .setSchemaPattern(text(schema.s))
                .setTableNamePattern(text(table.s))
                .setColumnNamePattern(text(column.s))
                .build());
    }
}
