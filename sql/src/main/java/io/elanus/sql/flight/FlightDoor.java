package io.elanus.sql.flight;

import io.elanus.cluster.proxy.Catalog;
import io.elanus.cluster.runtime.Clock;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.login.Entrance;
import io.elanus.sql.metrics.Metrics;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.tls.ReloadingKeys;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLException;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.flight.Location;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The Flight server. Owns the sessions of its clients and the memory of what they send and receive.
public final class FlightDoor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FlightDoor.class);
    private static final Duration IDLE_CHECK = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int HEADER_BYTES = 16 * 1024;
    private static final int CALLS_OF_CONNECTION = 200;
    private static final Duration KEEP_ALIVE = Duration.ofMinutes(2);
    private static final Duration FASTEST_PING = Duration.ofSeconds(10);
    /// Enough that a sender of large messages does not wait for the network's answers.
    private static final int WINDOW_BYTES = 8 << 20;

    private final String host;
    private final int wantedPort;
    private final BufferAllocator received;
    private final BufferAllocator sent;
    private final ExecutorService threads;
    private final ScheduledExecutorService timer;
    private final FlightSessions sessions;
    private final Tickets tickets;
    private final FlightServer server;

    /// What the door stands in front of.
    ///
    /// @param version of the product
    /// @param memory parent of the door's; borrowed
    /// @param random unguessable
    public record Behind(
            Entrance entrance,
            Supplier<Catalog> catalog,
            String version,
            BufferAllocator memory,
            Clock clock,
            RandomGenerator random,
            Metrics metrics) {}

    /// Where the door is.
    ///
    /// @param port 0: any free one
    /// @param keys for TLS; empty: nothing is encrypted
    public record At(String host, int port, Optional<ReloadingKeys> keys) {}

    public FlightDoor(At at, FlightConfig config, Behind behind) {
        this.host = at.host();
        this.wantedPort = at.port();
        received = behind.memory()
                .newChildAllocator("flight-received", 0, config.receiveMemory().bytes());
        sent = behind.memory().newChildAllocator("flight-sent", 0, Long.MAX_VALUE);
        threads = Executors.newCachedThreadPool(
                Thread.ofPlatform().daemon().name("flight-", 0).factory());
        timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("flight-timer").factory());
        tickets = new Tickets(config, behind.clock()::monotonicNanos, behind.random());
        sessions = new FlightSessions(
                config, behind.entrance()::open, behind.clock()::monotonicNanos, behind.random(), tickets::removeOf);
        behind.metrics().gauge("elanus_flight_sessions", "Open Flight sessions", sessions::count);
        behind.metrics()
                .gauge(
                        "elanus_flight_received_bytes",
                        "Memory for what Flight clients have sent and is not written yet",
                        received::getAllocatedMemory);
        var parts = new SqlProducer.Parts(
                sessions,
                tickets,
                new ResultStreams(config, tickets, sent, threads, behind.metrics()),
                new Uploads(sent, threads, behind.catalog(), config.maxMessage()),
                new FlightMetadata(behind.catalog()),
                new ServerInfo(behind.version(), arrowVersion()),
                sent);
        var producer = new SqlProducer(
                parts, config, () -> Instant.ofEpochMilli(behind.clock().wallMillis()));
        var calls = new CallSessions(sessions, behind.entrance().logins());
        Consumer<NettyServerBuilder> limits = builder -> builder.intercept(calls)
                .addTransportFilter(calls)
                .addService(HealthService.of(() -> true))
                .flowControlWindow(WINDOW_BYTES)
                .maxConcurrentCallsPerConnection(CALLS_OF_CONNECTION)
                .keepAliveTime(KEEP_ALIVE.toSeconds(), TimeUnit.SECONDS)
                .permitKeepAliveTime(FASTEST_PING.toSeconds(), TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true);
        limits = at.keys().map(FlightDoor::encrypting).map(limits::andThen).orElse(limits);
        // gRPC answers a message over its limit with a bare reset. Up to twice ours, the client gets a sentence.
        server = FlightServer.builder(received, Location.forGrpcInsecure(host, wantedPort), producer)
                .executor(threads)
                .maxInboundMessageSize(2 * config.maxMessage().toIntBytes())
                .setMaxHeaderListSize(HEADER_BYTES)
                .backpressureThreshold(config.batchSize().toIntBytes())
                .transportHint("grpc.builderConsumer", limits)
                .build();
    }

    private static Consumer<NettyServerBuilder> encrypting(ReloadingKeys keys) {
        return builder -> {
            try {
                builder.sslContext(GrpcSslContexts.configure(SslContextBuilder.forServer(keys), SslProvider.JDK)
                        .protocols(ReloadingKeys.PROTOCOL)
                        .build());
            } catch (SSLException e) {
                throw new IllegalStateException("The JDK's TLS cannot be used", e);
            }
        };
    }

    private static String arrowVersion() {
        String version = VectorSchemaRoot.class.getPackage().getImplementationVersion();
        return version == null ? "" : version;
    }

    public void start() {
        try {
            server.start();
        } catch (IOException e) {
            throw new QueryException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "Flight port [%d] on [%s] cannot be opened. Another server may use it; choose another with listen.flight-port."
                            .formatted(wantedPort, host),
                    0,
                    null,
                    e);
        }
        timer.scheduleWithFixedDelay(
                () -> threads.execute(() -> {
                    sessions.closeIdle();
                    tickets.removeOld();
                }),
                IDLE_CHECK.toMillis(),
                IDLE_CHECK.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    public int port() {
        return server.getPort();
    }

    /// Ends running statements and stops listening.
    @Override
    public void close() {
        timer.shutdownNow();
        server.shutdown();
        sessions.close();
        try {
            server.close();
            threads.shutdownNow();
            if (!threads.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("Calls of the Flight door did not end in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        awaitReleased();
        received.close();
        sent.close();
    }

    /// The network's threads give back the buffers of connections that were cut.
    private void awaitReleased() {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (received.getAllocatedMemory() + sent.getAllocatedMemory() > 0 && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }
}
