package io.elanus.sql.server;

import io.elanus.cluster.proxy.TableAccess;
import io.elanus.cluster.runtime.Clock;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.cluster.runtime.Rpc;
import io.elanus.cluster.runtime.SystemClock;
import io.elanus.sql.audit.AuditConfig;
import io.elanus.sql.audit.AuditFile;
import io.elanus.sql.audit.AuditLog;
import io.elanus.sql.avatica.HttpDoor;
import io.elanus.sql.catalog.SystemTable;
import io.elanus.sql.console.ConsoleDoor;
import io.elanus.sql.exec.SpillFolder;
import io.elanus.sql.flight.FlightDoor;
import io.elanus.sql.login.Entrance;
import io.elanus.sql.metrics.Metrics;
import io.elanus.sql.metrics.ProcessMetrics;
import io.elanus.sql.session.SessionServices;
import io.elanus.sql.session.Sessions;
import io.elanus.sql.session.StatementCounts;
import io.elanus.storage.meta.MetaStore;
import io.elanus.storage.tls.ReloadingKeys;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;

/// What clients reach of a proxy: the sessions, and the doors in front of them.
final class Doors implements AutoCloseable {
    private final Closing closing = new Closing();
    private final String host;
    private final Sessions sessions;
    private final HttpDoor http;
    private final FlightDoor flight;

    /// Opens the doors; clients can connect when this returns.
    ///
    /// @param stores with the memory of all sessions; borrowed
    /// @param spill  where statements put rows beyond their memory
    /// @param data  folder of this process
    Doors(ServerConfig config, TableAccess tables, Rpc rpc, RoleContext.Stores stores, SpillFolder spill, Path data) {
        host = config.listen().host();
        var clock = new SystemClock();
        AuditLog audit = audit(config.security().audit(), LoginSetUp.required(config), data, clock);
        var coordinators = new CoordinatorCalls(
                rpc, new PlaceStores(stores.objects(), config.stores().s3(), spill.folder()));
        var metrics = new Metrics();
        sessions = closing.add(new Sessions(
                new SessionServices(
                        tables,
                        coordinators,
                        systemTables(coordinators, tables, stores.meta()),
                        new SessionServices.Memory(stores.memory(), Optional.of(spill)),
                        clock,
                        SessionServices.Limits.DEFAULT.with(config.security().limits()),
                        Map.of(
                                "query_memory",
                                Long.toString(config.memory().query().bytes()))),
                new StatementCounts(metrics),
                audit));
        addMetrics(metrics, stores.memory());
        CacheMetrics.add(metrics, stores.objects());
        metrics.counted(
                "elanus_spilled_bytes_total",
                "Bytes that statements put on disk for want of memory",
                spill::bytesWritten);
        new ClusterMetrics(coordinators, tables::catalog, stores.meta(), clock::wallMillis).addTo(metrics);
        var random = new SecureRandom();
        Optional<ReloadingKeys> keys = config.security().tls().clientKeys();
        Entrance entrance = new LoginSetUp(sessions, sessions.loginRoles(), audit, clock, random).entrance(config);
        http = closing.add(new HttpDoor(
                new HttpDoor.At(host, config.listen().httpPort(), keys),
                config.jdbc(),
                new HttpDoor.Behind(
                        entrance,
                        tables::catalog,
                        VersionCommand.version(),
                        new ClusterHealth(stores.meta())::problems,
                        clock::monotonicNanos,
                        random,
                        metrics),
                new ConsoleDoor(
                        config.listen().console(),
                        new ConsoleDoor.Behind(
                                entrance, VersionCommand.version(), clock::monotonicNanos, random, metrics))));
        flight = closing.add(new FlightDoor(
                new FlightDoor.At(host, config.listen().flightPort(), keys),
                config.listen().flight(),
                new FlightDoor.Behind(
                        entrance, tables::catalog, VersionCommand.version(), stores.memory(), clock, random, metrics)));
        try {
            http.start();
            flight.start();
        } catch (RuntimeException e) { // whatever was opened is closed again
            closing.close();
            throw e;
        }
    }

    private AuditLog audit(AuditConfig config, boolean loginsRequired, Path data, Clock clock) {
        boolean on = switch (config.mode()) {
            case ON -> true;
            case OFF -> false;
            case AUTO -> loginsRequired;
        };
        return on ? closing.add(new AuditFile(data.resolve(config.file()), config, clock::wallMillis)) : AuditLog.NONE;
    }

    private void addMetrics(Metrics metrics, BufferAllocator memory) {
        ProcessMetrics.add(metrics, VersionCommand.version());
        ProcessMetrics.addMemory(metrics, memory::getAllocatedMemory, memory::getLimit);
        metrics.gauge("elanus_sessions", "Open sessions of all doors", sessions::count);
        metrics.gauge("elanus_running_statements", "Statements that run now", sessions::runningStatements);
        metrics.gauge(
                "elanus_waiting_statements", "Statements that wait for others to end", sessions::waitingStatements);
    }

    private static List<SystemTable> systemTables(CoordinatorCalls coordinators, TableAccess tables, MetaStore meta) {
        var all = new ArrayList<>(new SystemTables(coordinators, tables::catalog).all());
        all.addAll(new ClusterTables(coordinators, tables::catalog, meta).all());
        return all;
    }

    /// `host:port` of the HTTP door.
    String address() {
        return host + ":" + http.port();
    }

    /// `host:port` of the Flight door.
    String flightAddress() {
        return host + ":" + flight.port();
    }

    Sessions sessions() {
        return sessions;
    }

    @Override
    public void close() {
        closing.close();
    }
}
