package io.elanus.cluster.querynode;

import com.google.protobuf.ByteString;
import io.elanus.cluster.ClusterException;
import io.elanus.cluster.channel.ChannelHub;
import io.elanus.cluster.client.LeaseGuard;
import io.elanus.cluster.client.NodeRegistry;
import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.exchange.BatchStream;
import io.elanus.cluster.exchange.FragmentServer;
import io.elanus.cluster.runtime.Role;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.cluster.runtime.RunningWork;
import io.elanus.cluster.runtime.ServiceTable;
import io.elanus.proto.grpc.Distribution;
import io.elanus.proto.grpc.DistributionRequest;
import io.elanus.proto.grpc.Fragment;
import io.elanus.proto.grpc.LoadSegmentsReply;
import io.elanus.proto.grpc.LoadSegmentsRequest;
import io.elanus.proto.grpc.QueryNodeGrpc;
import io.elanus.proto.grpc.ReleaseSegmentsReply;
import io.elanus.proto.grpc.ReleaseSegmentsRequest;
import io.elanus.proto.grpc.SyncTargetReply;
import io.elanus.proto.grpc.SyncTargetRequest;
import io.elanus.proto.grpc.UnwatchQueryChannelReply;
import io.elanus.proto.grpc.UnwatchQueryChannelRequest;
import io.elanus.proto.grpc.WatchQueryChannelReply;
import io.elanus.proto.grpc.WatchQueryChannelRequest;
import io.elanus.storage.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The query node as a role, and its fragments as the exchange calls them: [#execute] on any thread.
public final class QueryNode implements Role, FragmentServer {
    private static final Logger LOG = LoggerFactory.getLogger(QueryNode.class);

    private final RoleContext context;
    private final QueryNodeConfig config;
    private final NodeRegistry registry;
    private final Map<String, ShardLeader> leaders = new ConcurrentHashMap<>();
    /// Files that are being opened into the rows' memory.
    private final RunningWork loads = new RunningWork();
    private volatile @Nullable Running running;
    private @Nullable LeaseGuard registration;
    private @Nullable Departure departure;
    private volatile boolean stopping;

    /// What exists between start and stop.
    private record Running(ChannelHub hub, SegmentFiles files, BufferAllocator rowMemory, FragmentDesk desk) {}

    public QueryNode(RoleContext context, QueryNodeConfig config) {
        this.context = context;
        this.config = config;
        this.registry = new NodeRegistry(context, config.leaseTime());
    }

    @Override
    public ServiceTable services() {
        return new ServiceTable()
                .add(QueryNodeGrpc.getWatchChannelMethod(), this::watch)
                .add(QueryNodeGrpc.getUnwatchChannelMethod(), this::unwatch)
                .add(QueryNodeGrpc.getLoadSegmentsMethod(), this::load)
                .add(QueryNodeGrpc.getReleaseSegmentsMethod(), this::release)
                .add(QueryNodeGrpc.getSyncTargetMethod(), this::sync)
                .add(QueryNodeGrpc.getGetDistributionMethod(), this::distribution);
    }

    @Override
    public CompletableFuture<Void> start() {
        return CompletableFuture.supplyAsync(this::open, context.loop()).thenCompose(opened -> opened);
    }

    private CompletableFuture<Void> open() {
        BufferAllocator root = context.stores().memory();
        // Others of the process need the other half: buffers of the data node, results, writers.
        long rowLimit = Math.min(config.growingMemory().bytes(), root.getLimit() / 2);
        BufferAllocator rowMemory = root.newChildAllocator("querynode-rows", 0, rowLimit);
        running = new Running(
                new ChannelHub(context.stores().log(), context.loop(), config.channels()),
                new StoredSegmentFiles(context.stores().objects(), rowMemory),
                rowMemory,
                new FragmentDesk(context, config));
        return register();
    }

    private CompletableFuture<Void> register() {
        return registry.register(RoleNames.QUERY_NODE, ByteString.EMPTY, this::onLeaseLost)
                .thenAcceptAsync(
                        lease -> {
                            registration = lease;
                            if (stopping) {
                                var _ = lease.release();
                            }
                        },
                        context.loop());
    }

    /// The coordinator has given its work to others. Answers of a leader that lags are still right, so it goes on
    /// until it is told otherwise.
    private void onLeaseLost() {
        if (!stopping && departure == null) {
            LOG.warn("Query node lost its lease and registers again: node={}", context.node());
            var _ = register().whenComplete((_, error) -> {
                if (error != null) {
                    context.loop().schedule(config.leaseTime().dividedBy(10), this::onLeaseLost);
                }
            });
        }
    }

    /// Goes on to serve until others have taken over what it leads.
    @Override
    public CompletableFuture<Void> stop() {
        return CompletableFuture.supplyAsync(this::leave, context.loop())
                .thenCompose(left -> left)
                .thenComposeAsync(_ -> close(), context.loop());
    }

    private CompletableFuture<Void> leave() {
        Running parts = running;
        if (parts == null || registration == null || leaders.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        var leaving = new Departure(
                context, config, leaders::isEmpty, () -> parts.desk().quiet());
        departure = leaving;
        return leaving.begin(registry, registration);
    }

    private CompletableFuture<Void> close() {
        stopping = true;
        Running parts = running;
        if (parts == null) {
            return CompletableFuture.completedFuture(null);
        }
        var reason = new ClusterException(ErrorCode.NOT_READY, "The query node is stopping. Try again shortly.");
        List<CompletableFuture<Void>> ends = new ArrayList<>();
        if (registration != null) {
            ends.add(registration.release().exceptionally(_ -> null));
        }
        parts.hub().close();
        List.copyOf(leaders.values()).forEach(leader -> ends.add(leader.close(reason)));
        leaders.clear();
        return CompletableFuture.allOf(ends.toArray(CompletableFuture<?>[]::new))
                .thenCompose(_ -> loads.ended())
                .thenComposeAsync(_ -> parts.desk().stop(), context.loop())
                .thenRunAsync(parts.rowMemory()::close, context.loop());
    }

    private Running running() {
        Running parts = running;
        if (parts == null || stopping) {
            throw new ClusterException(ErrorCode.NOT_READY, "The query node does not serve now. Try again shortly.");
        }
        return parts;
    }

    // ---- services

    private CompletableFuture<WatchQueryChannelReply> watch(WatchQueryChannelRequest request) {
        Running parts = running();
        String vchannel = request.getRecovery().getVchannel();
        ShardLeader leader = leaders.computeIfAbsent(
                vchannel,
                _ -> new ShardLeader(context, request.getRecovery(), parts.files(), parts.rowMemory(), this::onLost));
        return loads.track(leader.start(parts.hub()))
                .thenApplyAsync(
                        _ -> WatchQueryChannelReply.newBuilder()
                                .setTargetVersion(leader.version())
                                .build(),
                        context.loop())
                .whenCompleteAsync(
                        (_, error) -> {
                            if (error != null) {
                                abandon(leader, error);
                            }
                        },
                        context.loop());
    }

    private void abandon(ShardLeader leader, Throwable cause) {
        if (leaders.remove(leader.vchannel(), leader)) {
            var _ = leader.close(new ClusterException(
                    ErrorCode.NOT_READY,
                    "Channel [%s] could not be opened on this node. Try again.".formatted(leader.vchannel()),
                    cause));
        }
    }

    private void onLost(ShardLeader leader) {
        leaders.remove(leader.vchannel(), leader);
        gaveUp();
    }

    private void gaveUp() {
        if (departure != null) {
            departure.check();
        }
    }

    private CompletableFuture<UnwatchQueryChannelReply> unwatch(UnwatchQueryChannelRequest request) {
        ShardLeader leader = leaders.remove(request.getVchannel());
        CompletableFuture<Void> closed = leader == null
                ? CompletableFuture.completedFuture(null)
                : leader.close(new ClusterException(
                        ErrorCode.NOT_READY,
                        "Channel [%s] has left this node. Send the statement again.".formatted(request.getVchannel())));
        gaveUp();
        return closed.thenApply(_ -> UnwatchQueryChannelReply.getDefaultInstance());
    }

    private CompletableFuture<LoadSegmentsReply> load(LoadSegmentsRequest request) {
        return loads.track(leader(request.getVchannel()).load(request))
                .thenApply(_ -> LoadSegmentsReply.getDefaultInstance());
    }

    /// Segments leave with the target that has them no more; nothing is to be done before.
    private CompletableFuture<ReleaseSegmentsReply> release(ReleaseSegmentsRequest request) {
        LOG.debug("Segments go with the next target: vchannel={}", request.getVchannel());
        return CompletableFuture.completedFuture(ReleaseSegmentsReply.getDefaultInstance());
    }

    private CompletableFuture<SyncTargetReply> sync(SyncTargetRequest request) {
        return leader(request.getVchannel()).sync(request).thenApply(_ -> SyncTargetReply.getDefaultInstance());
    }

    private CompletableFuture<Distribution> distribution(DistributionRequest request) {
        var reply = Distribution.newBuilder();
        long bytes = 0;
        for (ShardLeader leader : leaders.values()) {
            reply.addChannels(leader.distribution());
            bytes += leader.memoryBytes();
        }
        return CompletableFuture.completedFuture(reply.setMemoryBytes(bytes).build());
    }

    private ShardLeader leader(String vchannel) {
        ShardLeader leader = leaders.get(vchannel);
        if (leader == null) {
            throw new ClusterException(
                    ErrorCode.NOT_READY,
                    "Channel [%s] is not served by this node. Ask the query coordinator who leads it."
                            .formatted(vchannel));
        }
        return leader;
    }

    @Override
    public CompletableFuture<BatchStream> execute(Fragment fragment) {
        try {
            return running().desk().execute(leader(fragment.getVchannel()), fragment);
        } catch (RuntimeException e) { // a fragment that cannot be understood fails as one that cannot be run
            return CompletableFuture.failedFuture(e);
        }
    }
}
