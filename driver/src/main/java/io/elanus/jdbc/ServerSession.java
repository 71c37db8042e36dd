package io.elanus.jdbc;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.calcite.avatica.AvaticaConnection;
import org.apache.calcite.avatica.ConnectionPropertiesImpl;
import org.apache.calcite.avatica.Meta;
import org.apache.calcite.avatica.proto.Common;
import org.apache.calcite.avatica.proto.Requests;
import org.apache.calcite.avatica.proto.Responses;
import org.jspecify.annotations.Nullable;

/// The session that the server keeps for a connection: opened, closed, kept in step with what was set here, and
/// opened again with all of that when the server does not know it. Any thread.
final class ServerSession {
    /// Ids from here on are chosen by the client; the server counts below.
    private static final int OWN_IDS = 1 << 30;

    private final AvaticaConnection connection;
    private final Transport transport;
    private final Protocol protocol;
    private final AtomicInteger ownIds = new AtomicInteger(OWN_IDS);
    private final ConnectionPropertiesImpl changes = new ConnectionPropertiesImpl();
    private volatile @Nullable ConnectionPropertiesImpl known;

    ServerSession(AvaticaConnection connection, Transport transport) {
        this.connection = connection;
        this.transport = transport;
        this.protocol = new Protocol(transport);
    }

    AvaticaConnection connection() {
        return connection;
    }

    Transport transport() {
        return transport;
    }

    Protocol protocol() {
        return protocol;
    }

    /// For a statement or a result that the server is not told of before it is used.
    int newStatementId() {
        return ownIds.getAndIncrement();
    }

    interface Rpc<T> {
        T call();
    }

    /// Opens the connection again and repeats the call when the server does not know it.
    <T> T retry(Rpc<T> rpc) {
        return connection.invokeWithRetries(rpc::call);
    }

    <R extends Message> R call(Message request, Parser<R> parser) {
        return protocol.call(request, parser, Transport.Options.NONE);
    }

    /// The server then knows nothing of earlier statements, and of what was set only what the transport carried
    /// along: see [#restore].
    void open(Meta.ConnectionHandle handle, Map<String, String> info) {
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
    }

    /// Sets again what was set through JDBC.
    void restore(Meta.ConnectionHandle handle) {
        if (!changes.isEmpty()) {
            send(handle, changes);
        }
    }

    void close(Meta.ConnectionHandle handle) {
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

    Meta.ConnectionProperties sync(Meta.ConnectionHandle handle, Meta.ConnectionProperties wanted) {
        ConnectionPropertiesImpl last = known;
        if (wanted.isEmpty() && last != null) {
            return last;
        }
        changes.merge(wanted);
        return retry(() -> send(handle, wanted));
    }

    private ConnectionPropertiesImpl send(Meta.ConnectionHandle handle, Meta.ConnectionProperties wanted) {
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

    /// Asks the server; opens the connection again when it does not know it.
    void check() {
        retry(() -> send(connection.handle, new ConnectionPropertiesImpl()));
    }

    boolean ping(Duration timeout) {
        Duration before = transport.networkTimeout();
        try {
            if (!timeout.isZero()) {
                transport.setNetworkTimeout(timeout);
            }
            check();
            return true;
        } catch (RuntimeException e) {
            // Whatever is wrong: the connection cannot be used.
            return false;
        } finally {
            transport.setNetworkTimeout(before);
        }
    }
}
