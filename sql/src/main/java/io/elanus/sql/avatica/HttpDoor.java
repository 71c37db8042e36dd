package io.elanus.sql.avatica;

import io.elanus.cluster.proxy.Catalog;
import io.elanus.sql.console.ConsoleDoor;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.login.Entrance;
import io.elanus.sql.metrics.Metrics;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.tls.ReloadingKeys;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The HTTP server: the JDBC door, health and metrics, and the console before them. Owns the connections of its
/// clients.
public final class HttpDoor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpDoor.class);
    private static final Duration IDLE_CHECK = Duration.ofSeconds(10);
    private static final Duration SOCKET_IDLE = Duration.ofSeconds(60);
    /// Of sockets that nobody uses while the door closes. Much longer than the driver takes a socket that it has just
    /// used for open: it must not send a change to one that closes, for then nobody could tell what became of it.
    private static final Duration LAST_IDLE = Duration.ofMillis(500);
    /// Between looks at whether results were read while the door closes.
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final int HEADER_BYTES = 16 * 1024;
    private static final int SPARE_THREADS = 8;

    private final ConsoleDoor console;
    private final Connections connections;
    private final Server server;
    private final FairConnector connector;
    private final HttpCalls calls;
    private final LongSupplier nanos;
    private final Duration drain;

    /// What the door stands in front of.
    ///
    /// @param version of the product
    /// @param problems why the server does not answer queries; empty: it does
    /// @param nanos the monotonic clock
    /// @param random numbers that differ from start to start
    public record Behind(
            Entrance entrance,
            Supplier<Catalog> catalog,
            String version,
            Supplier<List<String>> problems,
            LongSupplier nanos,
            RandomGenerator random,
            Metrics metrics) {}

    /// Where the door is.
    ///
    /// @param port 0: any free one
    /// @param keys for TLS; empty: nothing is encrypted
    public record At(String host, int port, Optional<ReloadingKeys> keys) {}

    /// @param console answers what is its own, before anything here does
    public HttpDoor(At at, JdbcConfig config, Behind behind, ConsoleDoor console) {
        this.console = console;
        this.drain = config.drain();
        this.nanos = behind.nanos();
        Metrics metrics = behind.metrics();
        connections = new Connections(
                config,
                behind.entrance()::open,
                behind.nanos(),
                () -> behind.random().nextInt(1 << 29));
        metrics.gauge("elanus_jdbc_connections", "Open JDBC connections", connections::count);

        int selectors = Runtime.getRuntime().availableProcessors();
        Executor waiting = VirtualThreads.getNamedVirtualThreadsExecutor("http-");
        var threads = new QueuedThreadPool(selectors + SPARE_THREADS, selectors + 2);
        threads.setName("http");
        threads.setVirtualThreadsExecutor(waiting);
        server = new Server(threads);
        var http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendDateHeader(false);
        http.setRequestHeaderSize(HEADER_BYTES);
        connector = at.keys()
                .map(keys -> encrypted(server, http, keys, selectors))
                .orElseGet(() -> new FairConnector(server, selectors, new HttpConnectionFactory(http)));
        connector.setHost(at.host());
        connector.setPort(at.port());
        connector.setIdleTimeout(SOCKET_IDLE.toMillis());
        server.addConnector(connector);
        server.addBean(new ScheduledExecutorScheduler("http-timer", true));
        var logins = new HttpLogins(behind.entrance().logins());
        var service = new JdbcService(config, connections, new JdbcMetadata(behind.catalog(), behind.version()));
        calls = new HttpCalls(service, config, behind.nanos(), metrics);
        var routes = new JdbcRoutes(logins, calls, config, behind.problems(), metrics);
        server.setHandler(new QuickAnswers(logins, calls, waiting, metrics, new Handler.Sequence(console, routes)));
    }

    private static FairConnector encrypted(Server server, HttpConfiguration http, ReloadingKeys keys, int selectors) {
        http.addCustomizer(new SecureRequestCustomizer(false));
        var context = new SslContextFactory.Server();
        context.setSslContext(keys.context());
        context.setIncludeProtocols(ReloadingKeys.PROTOCOL);
        return new FairConnector(
                server,
                selectors,
                new SslConnectionFactory(context, HttpVersion.HTTP_1_1.asString()),
                new HttpConnectionFactory(http));
    }

    public void start() {
        try {
            server.start();
        } catch (IOException e) {
            throw new QueryException(
                    ErrorCode.INVALID_CONFIGURATION,
                    ("HTTP port [%d] on [%s] cannot be opened. Another server may use it; choose another with"
                                    + " listen.http-port.")
                            .formatted(connector.getPort(), connector.getHost()),
                    0,
                    null,
                    e);
        } catch (Exception e) {
            // Jetty's start declares Exception.
            throw new IllegalStateException("The HTTP server did not start", e);
        }
        scheduleIdleCheck(server.getBean(Scheduler.class));
    }

    private void scheduleIdleCheck(Scheduler scheduler) {
        scheduler.schedule(
                () -> {
                    Thread.ofVirtual().name("idle-connections").start(() -> {
                        connections.closeIdle();
                        console.closeIdle();
                    });
                    if (server.isRunning()) {
                        scheduleIdleCheck(scheduler);
                    }
                },
                IDLE_CHECK.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    public int port() {
        return connector.getLocalPort();
    }

    /// Closes every connection, as an expired lease does.
    void forgetConnections() {
        connections.close();
    }

    /// Stops listening, lets statements under way end and results be read to their ends for a while, each on a socket
    /// that closes with its last answer, and ends the rest. A client that comes back is refused, so a driver with
    /// several hosts goes on at another.
    @Override
    public void close() {
        long end = nanos.getAsLong() + drain.toNanos();
        connector.takeNobody();
        calls.leave();
        while (connections.haveRowsToCome()
                && end - nanos.getAsLong() > 0
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(LOOK.toNanos());
        }
        if (!connector.awaitNobody(LAST_IDLE, Math.max(0, end - nanos.getAsLong()))) {
            LOG.atInfo().addKeyValue("drain", drain).log("Statements that still run are ended, since the server ends");
        }
        console.close();
        connections.close();
        try {
            server.stop();
        } catch (Exception e) {
            // Jetty's stop declares Exception; nothing can be done about it here.
            LOG.atWarn().setCause(e).log("The HTTP server did not stop in order");
        }
    }
}
