package io.elanus.sql.server;

import io.elanus.cluster.proxy.TableAccess;
import io.elanus.cluster.runtime.SystemClock;
import io.elanus.sql.avatica.HttpDoor;
import io.elanus.sql.metrics.Metrics;
import io.elanus.sql.session.SessionServices;
import io.elanus.sql.session.Sessions;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A running server: the roles, the sessions over them, and the doors in front.
public final class ElanusServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ElanusServer.class);
    /// Who a session belongs to until there are users.
    private static final String USER = "elanus";

    private final Closing closing = new Closing();
    private final String host;
    private final Sessions sessions;
    private final HttpDoor http;

    /// Starts everything over this data directory; returns when clients can connect.
    public static ElanusServer start(Path data, ServerConfig config) {
        return new ElanusServer(data, config);
    }

    private ElanusServer(Path data, ServerConfig config) {
        long start = System.nanoTime();
        host = config.listen().host();
        try {
            Standalone cluster = closing.add(Standalone.start(data, config));
            TableAccess tables = cluster.tables();
            var clock = new SystemClock();
            var coordinators = new CoordinatorCalls(cluster.rpc());
            sessions = closing.add(new Sessions(new SessionServices(
                    tables,
                    coordinators,
                    new SystemTables(coordinators, tables::catalog).all(),
                    cluster.memory(),
                    clock,
                    SessionServices.Limits.DEFAULT,
                    Map.of("query_memory", Long.toString(config.memory().query().bytes())))));
            http = closing.add(new HttpDoor(
                    host,
                    config.listen().httpPort(),
                    config.jdbc(),
                    new HttpDoor.Behind(
                            () -> sessions.open(USER, Map.of()),
                            tables::catalog,
                            VersionCommand.version(),
                            () -> true,
                            clock::monotonicNanos,
                            new SecureRandom(),
                            new Metrics())));
            http.start();
        } catch (RuntimeException e) { // whatever was started is stopped again
            closing.close();
            throw e;
        }
        LOG.atInfo()
                .addKeyValue("address", address())
                .addKeyValue("data", data.toAbsolutePath())
                .addKeyValue("millis", (System.nanoTime() - start) / 1_000_000)
                .log("Server started");
    }

    /// `host:port` of the HTTP door.
    public String address() {
        return host + ":" + http.port();
    }

    public Sessions sessions() {
        return sessions;
    }

    @Override
    public void close() {
        closing.close();
        LOG.info("Server stopped");
    }
}
