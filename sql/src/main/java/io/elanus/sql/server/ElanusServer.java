package io.elanus.sql.server;

import io.elanus.sql.session.Sessions;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A running server: all roles in this process, and the doors in front.
public final class ElanusServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ElanusServer.class);

    private final Closing closing = new Closing();
    private final Doors doors;

    /// Starts everything over this data directory; returns when clients can connect.
    public static ElanusServer start(Path data, ServerConfig config) {
        return new ElanusServer(data, config);
    }

    private ElanusServer(Path data, ServerConfig config) {
        long start = System.nanoTime();
        try {
            Standalone cluster = closing.add(Standalone.start(data, config));
            doors = closing.add(
                    new Doors(config, cluster.tables(), cluster.rpc(), cluster.stores(), cluster.spill(), data));
        } catch (RuntimeException e) { // whatever was started is stopped again
            closing.close();
            throw e;
        }
        LOG.atInfo()
                .addKeyValue("address", address())
                .addKeyValue("flight", flightAddress())
                .addKeyValue("data", data.toAbsolutePath())
                .addKeyValue("millis", (System.nanoTime() - start) / 1_000_000)
                .log("Server started");
    }

    /// `host:port` of the HTTP door.
    public String address() {
        return doors.address();
    }

    /// `host:port` of the Flight door.
    public String flightAddress() {
        return doors.flightAddress();
    }

    public Sessions sessions() {
        return doors.sessions();
    }

    @Override
    public void close() {
        closing.close();
        LOG.info("Server stopped");
    }
}
