package io.elanus.cluster.querycoord;

import io.elanus.cluster.client.NodeRegistry;
import io.elanus.cluster.client.Registration;
import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.proto.grpc.ChannelDistribution;
import io.elanus.proto.grpc.Distribution;
import io.elanus.proto.grpc.DistributionRequest;
import io.elanus.proto.grpc.QueryNodeGrpc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Which query nodes live, and what they lead. Lives on the role's loop.
final class QueryNodes implements AutoCloseable {
    private static final Duration SURVEY = Duration.ofSeconds(1);

    private final RoleContext context;
    private final QueryCoordConfig config;
    private final Consumer<QueryEvent> events;
    private SortedMap<String, QueryState.LiveNode> live = new TreeMap<>();
    private NodeRegistry.@Nullable Discovery discovery;

    QueryNodes(RoleContext context, QueryCoordConfig config, Consumer<QueryEvent> events) {
        this.context = context;
        this.config = config;
        this.events = events;
    }

    /// Completes when the live nodes are known.
    CompletableFuture<Void> start() {
        var first = new CompletableFuture<Void>();
        discovery = new NodeRegistry(context, config.leaseTime()).watch(RoleNames.QUERY_NODE, registrations -> {
            onChange(registrations);
            first.complete(null);
        });
        return first;
    }

    /// Asks every live node what it leads.
    CompletableFuture<Void> poll() {
        return CompletableFuture.allOf(live.keySet().stream().map(this::ask).toArray(CompletableFuture<?>[]::new));
    }

    private void onChange(SortedMap<String, Registration> registrations) {
        var next = new TreeMap<String, QueryState.LiveNode>();
        registrations.forEach((node, registration) ->
                next.put(node, new QueryState.LiveNode(registration.leaseId(), registration.leaving())));
        live = next;
        events.accept(new QueryEvent.NodesChanged(next));
    }

    /// What the live nodes lead that answer soon.
    CompletableFuture<List<QueryEvent>> survey() {
        var found = new ArrayList<QueryEvent>();
        return CompletableFuture.allOf(live.keySet().stream()
                        .map(node -> ask(node, SURVEY, found::add))
                        .toArray(CompletableFuture<?>[]::new))
                .thenApplyAsync(_ -> found, context.loop());
    }

    private CompletableFuture<Void> ask(String node) {
        return ask(node, config.callTimeout(), events);
    }

    private CompletableFuture<Void> ask(String node, Duration limit, Consumer<QueryEvent> told) {
        long asked = context.clock().monotonicNanos() / 1_000_000;
        return context.rpc()
                .call(node, QueryNodeGrpc.getGetDistributionMethod(), DistributionRequest.getDefaultInstance(), limit)
                .handleAsync(
                        (distribution, _) -> {
                            // A node that does not answer is judged by its lease.
                            if (distribution != null) {
                                told.accept(new QueryEvent.Distributed(node, versions(distribution), asked));
                            }
                            return null;
                        },
                        context.loop());
    }

    private static Map<String, Long> versions(Distribution distribution) {
        return distribution.getChannelsList().stream()
                .collect(Collectors.toMap(ChannelDistribution::getVchannel, ChannelDistribution::getTargetVersion));
    }

    @Override
    public void close() {
        if (discovery != null) {
            discovery.close();
        }
    }
}
