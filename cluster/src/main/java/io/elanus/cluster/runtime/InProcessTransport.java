package io.elanus.cluster.runtime;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The wiring of roles that share one process: every node's address is a name of gRPC's in-process transport.
/// Messages are handed over by reference; nothing is copied or encoded.
///
/// Thread rule: any thread. Owns the servers and the channels.
public final class InProcessTransport implements Transport {
    private final String prefix;
    private final Map<String, Server> servers = new ConcurrentHashMap<>();
    private final Map<String, ManagedChannel> channels = new ConcurrentHashMap<>();

    /// @param prefix sets this group of nodes apart from others in the same process
    public InProcessTransport(String prefix) {
        this.prefix = prefix;
    }

    @Override
    public void serve(String node, List<ServerServiceDefinition> services) {
        Server server = InProcessServerBuilder.forName(prefix + "/" + node)
                .directExecutor()
                .intercept(new TracedCalls.Received(node))
                .addServices(services)
                .build();
        if (servers.putIfAbsent(node, server) != null) {
            throw new IllegalStateException("Node [%s] is served twice".formatted(node));
        }
        try {
            server.start();
        } catch (IOException e) {
            servers.remove(node);
            throw new UncheckedIOException("Node [%s] cannot be served in this process".formatted(node), e);
        }
    }

    /// Ends serving one node.
    public void stop(String node) {
        Server server = servers.remove(node);
        if (server != null) {
            server.shutdownNow();
        }
    }

    @Override
    public Channel channel(String node) {
        ManagedChannel channel = channels.computeIfAbsent(
                node,
                name -> InProcessChannelBuilder.forName(prefix + "/" + name)
                        .directExecutor()
                        .intercept(TracedCalls.SENT)
                        .build());
        // A node that was not there yet may be there now, and asking again costs nothing within a process.
        channel.resetConnectBackoff();
        return channel;
    }

    @Override
    public void close() {
        channels.values().forEach(ManagedChannel::shutdownNow);
        channels.clear();
        servers.values().forEach(Server::shutdownNow);
        servers.clear();
    }
}
