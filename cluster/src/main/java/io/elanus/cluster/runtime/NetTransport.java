package io.elanus.cluster.runtime;

import io.elanus.cluster.ClusterException;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.tls.NodeTls;
import io.elanus.storage.tls.ReloadingKeys;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ConnectivityState;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// The wiring of nodes in processes of their own: gRPC over sockets. A transport serves one node.
///
/// Every call names the node that it is meant for. A node that gets a call for another one, because an address was
/// given to a new owner, refuses it with UNAVAILABLE, and the caller looks the address up again.
///
/// Thread rule: any thread. Owns the server and the channels.
public final class NetTransport implements Transport {
    private static final Metadata.Key<String> NODE = Metadata.Key.of("elanus-node", Metadata.ASCII_STRING_MARSHALLER);
    /// Greatest message: what a proxy may write to the log at a time, with room for its frame.
    private static final int MAX_MESSAGE = 80 << 20;
    private static final int KEEP_ALIVE_SECONDS = 10;

    private static final int KEEP_ALIVE_ANSWER_SECONDS = 10;
    private static final int CONNECT_MILLIS = 500;
    private static final CompletableFuture<Boolean> NO = CompletableFuture.completedFuture(false);
    private static final long RECONNECT_NANOS = Duration.ofMillis(200).toNanos();

    /// @param hurriedNanos when it was last told to connect again at once
    private record Open(Addresses.Address address, ManagedChannel channel, AtomicLong hurriedNanos) {
        /// gRPC waits ever longer between attempts, up to two minutes; but who calls wants to know whether the node is
        /// back. This call may still be refused, the next one finds the connection.
        void connectSoon() {
            long now = System.nanoTime();
            long last = hurriedNanos.get();
            if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE
                    && now - last > RECONNECT_NANOS
                    && hurriedNanos.compareAndSet(last, now)) {
                channel.resetConnectBackoff();
            }
        }
    }

    private final String host;
    private final int port;
    private final Addresses addresses;
    private final Optional<NodeTls> tls;
    private final Map<String, Open> channels = new ConcurrentHashMap<>();
    private @Nullable Server server;

    /// @param host to listen on
    /// @param port 0 takes a free one
    /// @param tls empty: nothing is encrypted, and whoever reaches the port may call
    public NetTransport(String host, int port, Addresses addresses, Optional<NodeTls> tls) {
        this.tls = tls;
        this.host = host;
        this.port = port;
        this.addresses = addresses;
    }

    @Override
    public synchronized void serve(String node, List<ServerServiceDefinition> services) {
        if (server != null) {
            throw new IllegalStateException("This transport serves a node already, [%s] needs its own".formatted(node));
        }
        var builder = NettyServerBuilder.forAddress(new InetSocketAddress(host, port))
                .directExecutor()
                .maxInboundMessageSize(MAX_MESSAGE)
                .permitKeepAliveTime(KEEP_ALIVE_SECONDS / 2, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true);
        tls.ifPresent(own -> builder.sslContext(context(SslContextBuilder.forServer(own.keys())
                .trustManager(own.trust())
                .clientAuth(ClientAuth.REQUIRE))));
        services.forEach(service -> builder.addService(
                ServerInterceptors.intercept(service, new TracedCalls.Received(node), new MeantFor(node))));
        try {
            server = builder.build().start();
        } catch (IOException e) {
            throw new UncheckedIOException("Node [%s] cannot listen on %s:%d".formatted(node, host, port), e);
        }
    }

    /// The port that the node listens on.
    public synchronized int port() {
        return server == null ? 0 : server.getPort();
    }

    @Override
    public Channel channel(String target) {
        Addresses.Address address = addresses
                .find(target)
                .orElseThrow(() -> new ClusterException(
                        ErrorCode.NOT_READY, "Nobody serves as [%s] (yet). Try again shortly.".formatted(target)));
        return channels.compute(address.node(), (_, open) -> current(open, address))
                .channel();
    }

    /// A node to which there is a connection does not refuse; any other is connected to.
    @Override
    public CompletableFuture<Boolean> refuses(String node) {
        Optional<Addresses.Address> found = addresses.find(node);
        if (found.isEmpty()) {
            return NO;
        }
        Addresses.Address address = found.get();
        Open open = channels.get(address.node());
        if (open != null
                && open.address().equals(address)
                && open.channel().getState(false) == ConnectivityState.READY) {
            return NO;
        }
        var answer = new CompletableFuture<Boolean>();
        Thread.ofVirtual().name("refusal-" + node).start(() -> answer.complete(refuses(address)));
        return answer;
    }

    /// The wait is shorter than that after which a system itself gives up connecting, so that this cannot be taken
    /// for a refusal.
    private static boolean refuses(Addresses.Address address) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.host(), address.port()), CONNECT_MILLIS);
            return false;
        } catch (ConnectException _) { // the answer that was asked for
            return true;
        } catch (IOException _) { // no answer, or none of the node's host
            return false;
        }
    }

    private Open current(@Nullable Open open, Addresses.Address address) {
        if (open != null && open.address().equals(address)) {
            open.connectSoon();
            return open;
        }
        if (open != null) {
            open.channel().shutdown();
        }
        var builder = NettyChannelBuilder.forAddress(address.host(), address.port());
        tls.ifPresentOrElse(
                own -> builder.sslContext(context(
                        SslContextBuilder.forClient().keyManager(own.keys()).trustManager(own.trust()))),
                builder::usePlaintext);
        return new Open(
                address,
                builder.directExecutor()
                        .maxInboundMessageSize(MAX_MESSAGE)
                        .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                        .keepAliveTimeout(KEEP_ALIVE_ANSWER_SECONDS, TimeUnit.SECONDS)
                        .intercept(new Naming(address.node()), TracedCalls.SENT)
                        .build(),
                new AtomicLong(System.nanoTime()));
    }

    private static SslContext context(SslContextBuilder builder) {
        try {
            return GrpcSslContexts.configure(builder, SslProvider.JDK)
                    .protocols(ReloadingKeys.PROTOCOL)
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException("The JDK's TLS cannot be used", e);
        }
    }

    /// Writes into each call whom it is meant for.
    private record Naming(String node) implements ClientInterceptor {
        @Override
        public <Q, R> ClientCall<Q, R> interceptCall(MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
            return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
                @Override
                public void start(Listener<R> listener, Metadata headers) {
                    headers.put(NODE, node);
                    super.start(listener, headers);
                }
            };
        }
    }

    /// Refuses calls that are meant for another node.
    private record MeantFor(String node) implements ServerInterceptor {
        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            if (node.equals(headers.get(NODE))) {
                return next.startCall(call, headers);
            }
            call.close(
                    Status.UNAVAILABLE.withDescription("This is node [%s], not [%s]. Look its address up again."
                            .formatted(node, headers.get(NODE))),
                    new Metadata());
            return new ServerCall.Listener<>() {};
        }
    }

    @Override
    public synchronized void close() {
        channels.values().forEach(open -> open.channel().shutdownNow());
        channels.clear();
        if (server != null) {
            server.shutdownNow();
        }
    }
}
