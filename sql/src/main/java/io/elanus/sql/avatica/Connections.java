package io.elanus.sql.avatica;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.session.Session;
import io.elanus.storage.ErrorCode;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/// The open connections. Ids come from clients: they are checked, scoped by the principal that sent them, and every
/// call renews the connection's lease. Any thread.
final class Connections implements AutoCloseable {
    private record Key(String principal, String id) {}

    private final JdbcConfig config;
    private final Function<String, Session> sessions;
    private final LongSupplier nanos;
    private final IntSupplier firstStatement;
    private final Map<Key, ClientConnection> open = new ConcurrentHashMap<>();

    /// @param sessions opens one for a principal
    Connections(JdbcConfig config, Function<String, Session> sessions, LongSupplier nanos, IntSupplier firstStatement) {
        this.config = config;
        this.sessions = sessions;
        this.nanos = nanos;
        this.firstStatement = firstStatement;
    }

    void open(String principal, String id, Map<String, String> properties) {
        if (!Wire.ID.matcher(id).matches()) {
            throw new QueryException(
                    ErrorCode.PROTOCOL_VIOLATION, "A connection id is 1 to 128 printable ASCII characters");
        }
        if (open.size() >= config.maxConnections()) {
            throw new QueryException(
                    ErrorCode.TOO_MANY_CONNECTIONS,
                    "The server has [%d] connections, the limit.".formatted(config.maxConnections()),
                    "Close idle connections, or raise jdbc.max-connections.");
        }
        Wire wire = JdbcProperties.wire(properties);
        Session session = sessions.apply(principal);
        try {
            JdbcProperties.apply(properties, session);
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
        var connection = new ClientConnection(
                id, session, wire, config.maxStatements(), firstStatement.getAsInt(), nanos.getAsLong());
        ClientConnection before = open.putIfAbsent(new Key(principal, id), connection);
        if (before != null) {
            // A re-sent openConnection: the first one stands.
            connection.close();
            before.used(nanos.getAsLong());
        }
    }

    Optional<ClientConnection> find(String principal, String id) {
        Optional<ClientConnection> found = Optional.ofNullable(open.get(new Key(principal, id)));
        found.ifPresent(connection -> connection.used(nanos.getAsLong()));
        return found;
    }

    void close(String principal, String id) {
        ClientConnection connection = open.remove(new Key(principal, id));
        if (connection != null) {
            connection.close();
        }
    }

    /// Closes connections whose clients have gone.
    void closeIdle() {
        long limit = nanos.getAsLong() - config.idleTimeout().toNanos();
        open.forEach((key, connection) -> {
            if (connection.usedNanos() - limit < 0 && !connection.busy()) {
                close(key.principal(), key.id());
            }
        });
    }

    /// Does any client still read a result?
    boolean haveRowsToCome() {
        return open.values().stream().anyMatch(ClientConnection::hasRowsToCome);
    }

    int count() {
        return open.size();
    }

    @Override
    public void close() {
        open.keySet().forEach(key -> close(key.principal(), key.id()));
    }
}
