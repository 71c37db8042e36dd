package io.elanus.cluster.datanode;

import com.google.protobuf.ByteString;
import io.elanus.cluster.ClusterException;
import io.elanus.cluster.channel.ChannelHub;
import io.elanus.cluster.client.LeaseGuard;
import io.elanus.cluster.client.NodeRegistry;
import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.client.Sequences;
import io.elanus.cluster.runtime.EventLoop;
import io.elanus.cluster.runtime.Failures;
import io.elanus.cluster.runtime.Role;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.cluster.runtime.RunningWork;
import io.elanus.cluster.runtime.ServiceTable;
import io.elanus.proto.grpc.CompactionPlan;
import io.elanus.proto.grpc.CompactionResult;
import io.elanus.proto.grpc.DataCoordGrpc;
import io.elanus.proto.grpc.DataNodeGrpc;
import io.elanus.proto.grpc.FlushSegmentsReply;
import io.elanus.proto.grpc.LockKeysReply;
import io.elanus.proto.grpc.LockKeysRequest;
import io.elanus.proto.grpc.RecoveryInfo;
import io.elanus.proto.grpc.RecoveryInfoRequest;
import io.elanus.proto.grpc.ReleaseDataChannelReply;
import io.elanus.proto.grpc.ReleaseDataChannelRequest;
import io.elanus.proto.grpc.ReportChannelsReply;
import io.elanus.proto.grpc.ReportChannelsRequest;
import io.elanus.proto.grpc.UnlockKeysReply;
import io.elanus.proto.grpc.WatchDataChannelReply;
import io.elanus.proto.grpc.WatchDataChannelRequest;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.segment.SegmentWriter;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The data node. Registers under a lease and does what the data coordinator says; what it holds in memory is also
/// in the log, so it may vanish at any time.
public final class DataNode implements Role {
    private static final Logger LOG = LoggerFactory.getLogger(DataNode.class);
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration UNPROVEN_INTERVAL = Duration.ofMillis(20);

    private record Watched(ChannelFlow flow, CompletableFuture<Void> opened) {}

    private final RoleContext context;
    private final DataNodeConfig config;
    private final ServiceTable services = new ServiceTable();
    private final Map<String, Watched> channels = new HashMap<>();
    private final BufferAllocator memory;
    private final NodeParts parts;
    private final LockTables locks;
    private @Nullable LeaseGuard lease;
    private EventLoop.@Nullable Timer reporting;
    private boolean stopped;

    public DataNode(RoleContext context, DataNodeConfig config) {
        this.context = context;
        this.config = config;
        this.memory = context.stores().memory().newChildAllocator(context.node() + "-data", 0, Long.MAX_VALUE);
        var writer = new SegmentWriter(context.stores().objects(), context.random()::nextLong, memory);
        this.parts = new NodeParts(
                context,
                config,
                new ChannelHub(context.stores().log(), context.loop(), config.channel()),
                new Sequences(context),
                writer,
                new NodeMemory(
                        memory,
                        new MemoryGate(bufferLimit(), this::bufferedBytes, this::writeOut),
                        new KeyBudget(config.buffers().keyMemory().bytes())),
                new RunningWork());
        this.locks = new LockTables(context, config.locks(), this::certainlyOwns);
        services.add(DataNodeGrpc.getWatchChannelMethod(), this::watch)
                .add(DataNodeGrpc.getReleaseChannelMethod(), this::release)
                .add(DataNodeGrpc.getFlushSegmentsMethod(), request -> {
                    ChannelFlow flow = flow(request.getVchannel(), request.getEpoch());
                    flow.flush(request.getSegmentIdsList());
                    if (request.getReportTs() > 0) {
                        flow.await(request.getReportTs());
                    }
                    flow.saveUpTo(request.getSaveTs());
                    return CompletableFuture.completedFuture(FlushSegmentsReply.getDefaultInstance());
                })
                .add(DataNodeGrpc.getRunCompactionMethod(), this::compact)
                .add(DataNodeGrpc.getLockKeysMethod(), this::lock)
                .add(DataNodeGrpc.getUnlockKeysMethod(), request -> {
                    locks.unlock(request);
                    return CompletableFuture.completedFuture(UnlockKeysReply.getDefaultInstance());
                });
    }

    @Override
    public ServiceTable services() {
        return services;
    }

    @Override
    public CompletableFuture<Void> start() {
        return parts.sequences().start().thenComposeAsync(_ -> register(), context.loop());
    }

    private CompletableFuture<Void> register() {
        return new NodeRegistry(context, config.liveness().leaseTime())
                .register(RoleNames.DATA_NODE, ByteString.EMPTY, this::onLeaseLost)
                .thenAcceptAsync(
                        granted -> {
                            if (stopped) {
                                var _ = granted.release();
                                return;
                            }
                            lease = granted;
                            report();
                        },
                        context.loop());
    }

    /// Others own the channels now, or will in a moment.
    private void onLeaseLost() {
        lease = null;
        dropAll();
        registerAgain();
    }

    private void registerAgain() {
        if (stopped) {
            return;
        }
        var _ = register()
                .whenCompleteAsync(
                        (_, error) -> {
                            if (error != null) {
                                LOG.warn("Data node not registered, will try again: {}", error.getMessage());
                                var _ = context.loop().schedule(config.buffers().retryDelay(), this::registerAgain);
                            }
                        },
                        context.loop());
    }

    @Override
    public CompletableFuture<Void> stop() {
        return CompletableFuture.supplyAsync(
                        () -> {
                            stopped = true;
                            if (reporting != null) {
                                reporting.cancel();
                            }
                            CompletableFuture<Void> closed = dropAll();
                            parts.hub().close();
                            parts.sequences().close();
                            return closed;
                        },
                        context.loop())
                .thenCompose(closed -> closed)
                .thenCompose(_ -> parts.work().ended())
                .thenComposeAsync(
                        _ -> lease == null ? CompletableFuture.completedFuture(null) : lease.release(), context.loop())
                .thenRunAsync(memory::close, context.loop());
    }

    private CompletableFuture<Void> dropAll() {
        var closing =
                channels.values().stream().map(watched -> watched.flow().shut()).toArray(CompletableFuture[]::new);
        channels.clear();
        locks.close();
        return CompletableFuture.allOf(closing);
    }

    private CompletableFuture<WatchDataChannelReply> watch(WatchDataChannelRequest request) {
        String vchannel = request.getRecovery().getVchannel();
        Watched known = channels.get(vchannel);
        if (known != null && known.flow().epoch() > request.getEpoch()) {
            return CompletableFuture.failedFuture(
                    stale(vchannel, request.getEpoch(), known.flow().epoch()));
        }
        if (known == null || known.flow().epoch() < request.getEpoch()) {
            if (known != null) {
                known.flow().close();
            }
            known = open(request.getRecovery(), request.getEpoch());
        }
        return known.opened().thenApply(_ -> WatchDataChannelReply.getDefaultInstance());
    }

    private Watched open(RecoveryInfo recovery, long epoch) {
        KeyLocks table = locks.open(recovery.getVchannel(), epoch);
        var flow = new ChannelFlow(parts, recovery, epoch, table, flowListener());
        CompletableFuture<Void> opened = flow.open();
        var watched = new Watched(flow, opened);
        channels.put(recovery.getVchannel(), watched);
        var _ = opened.whenCompleteAsync(
                (_, error) -> {
                    if (error == null) {
                        LOG.info(
                                "Channel opened: vchannel={} epoch={} position={} segments={}",
                                flow.vchannel(),
                                epoch,
                                recovery.getSeekPosition(),
                                recovery.getSegmentsCount());
                        report();
                    } else if (channels.remove(flow.vchannel(), watched)) {
                        LOG.warn("Channel not opened: vchannel={} epoch={}", flow.vchannel(), epoch, error);
                        flow.close();
                    }
                },
                context.loop());
        return watched;
    }

    private ChannelFlow.Listener flowListener() {
        return new ChannelFlow.Listener() {
            @Override
            public void onLost(ChannelFlow flow, Throwable cause) {
                onFlowLost(flow, cause);
            }

            @Override
            public void onAwaitedTick() {
                report();
            }
        };
    }

    /// Stale: another node owns the channel. Anything else: starts over from what is saved.
    private void onFlowLost(ChannelFlow flow, Throwable cause) {
        Watched known = channels.get(flow.vchannel());
        if (known == null || known.flow() != flow) {
            return;
        }
        channels.remove(flow.vchannel());
        if (Failures.hasCode(cause, ErrorCode.STALE_EPOCH, ErrorCode.UNDEFINED_TABLE)) {
            LOG.info("Channel is not ours any more: vchannel={} epoch={}", flow.vchannel(), flow.epoch());
            locks.drop(flow.vchannel(), flow.epoch());
            return;
        }
        LOG.error("Channel lost, starts over: vchannel={} epoch={}", flow.vchannel(), flow.epoch(), cause);
        var _ = context.loop().schedule(config.buffers().retryDelay(), () -> reopen(flow.vchannel(), flow.epoch()));
    }

    private void reopen(String vchannel, long epoch) {
        if (stopped || lease == null || channels.containsKey(vchannel)) {
            return;
        }
        var request = RecoveryInfoRequest.newBuilder().setVchannel(vchannel).build();
        var _ = context.rpc()
                .call(RoleNames.DATA_COORD, DataCoordGrpc.getGetRecoveryInfoMethod(), request, CALL_TIMEOUT)
                .whenCompleteAsync(
                        (recovery, error) -> {
                            if (error == null && !stopped && !channels.containsKey(vchannel)) {
                                open(recovery, epoch);
                            } else if (!Failures.hasCode(error, ErrorCode.UNDEFINED_TABLE)) {
                                var _ = context.loop()
                                        .schedule(config.buffers().retryDelay(), () -> reopen(vchannel, epoch));
                            }
                        },
                        context.loop());
    }

    private CompletableFuture<ReleaseDataChannelReply> release(ReleaseDataChannelRequest request) {
        Watched known = channels.get(request.getVchannel());
        if (known != null && known.flow().epoch() <= request.getEpoch()) {
            channels.remove(request.getVchannel());
            known.flow().close();
            locks.drop(request.getVchannel(), known.flow().epoch());
            LOG.info("Channel released: vchannel={} epoch={}", request.getVchannel(), request.getEpoch());
        }
        return CompletableFuture.completedFuture(ReleaseDataChannelReply.getDefaultInstance());
    }

    private CompletableFuture<CompactionResult> compact(CompactionPlan plan) {
        ChannelFlow flow = flow(plan.getVchannel(), plan.getEpoch());
        var runner = new CompactionRunner(context.stores().objects(), parts.writer(), memory);
        return parts.work().track(context.workers().io(() -> runner.run(plan, flow::closed)));
    }

    private CompletableFuture<LockKeysReply> lock(LockKeysRequest request) {
        if (!channels.containsKey(request.getVchannel())) {
            return CompletableFuture.failedFuture(notOurs(request.getVchannel()));
        }
        return locks.lock(request);
    }

    /// May locks be granted right now?
    private boolean certainlyOwns(String vchannel, long epoch) {
        Watched watched = channels.get(vchannel);
        return watched != null
                && watched.flow().epoch() == epoch
                && watched.flow().owned()
                && lease != null
                && lease.certainlyValid();
    }

    private ChannelFlow flow(String vchannel, long epoch) {
        Watched watched = channels.get(vchannel);
        if (watched == null) {
            throw notOurs(vchannel);
        }
        if (watched.flow().epoch() != epoch) {
            throw stale(vchannel, epoch, watched.flow().epoch());
        }
        return watched.flow();
    }

    private ClusterException notOurs(String vchannel) {
        return new ClusterException(
                ErrorCode.NOT_READY,
                "Data node [%s] does not own channel [%s]. Ask the data coordinator who does."
                        .formatted(context.node(), vchannel));
    }

    private static ClusterException stale(String vchannel, long given, long known) {
        return new ClusterException(
                ErrorCode.STALE_EPOCH,
                "Channel [%s] is at epoch [%d], the request is of epoch [%d]. Ask the data coordinator again."
                        .formatted(vchannel, known, given));
    }

    /// Tells the coordinator how far the channels are, again and again; sooner while a new channel waits to be
    /// confirmed.
    private void report() {
        if (reporting != null) {
            reporting.cancel();
        }
        if (stopped || lease == null) {
            return;
        }
        var request = ReportChannelsRequest.newBuilder().setNode(context.node());
        boolean unproven = false;
        for (Watched watched : channels.values()) {
            if (watched.flow().running()) {
                request.addChannels(watched.flow().report());
                unproven |= watched.flow().unproven();
            }
        }
        if (request.getChannelsCount() > 0) {
            send(request.build());
        }
        reporting = context.loop()
                .schedule(unproven ? UNPROVEN_INTERVAL : config.liveness().reportInterval(), this::report);
    }

    private void send(ReportChannelsRequest request) {
        long sent = context.clock().monotonicNanos();
        Map<String, Long> epochs = new HashMap<>();
        request.getChannelsList().forEach(channel -> epochs.put(channel.getVchannel(), channel.getEpoch()));
        var _ = context.rpc()
                .call(RoleNames.DATA_COORD, DataCoordGrpc.getReportChannelsMethod(), request, CALL_TIMEOUT)
                .whenCompleteAsync(
                        (reply, error) -> {
                            if (error == null) {
                                confirm(reply, epochs, sent);
                            }
                        },
                        context.loop());
    }

    private void confirm(ReportChannelsReply reply, Map<String, Long> epochs, long sentNanos) {
        LeaseGuard held = lease;
        if (held == null || !held.certainlyValid()) {
            return;
        }
        for (String vchannel : reply.getOwnedList()) {
            Watched watched = channels.get(vchannel);
            Long epoch = epochs.get(vchannel);
            if (watched != null && epoch != null && watched.flow().epoch() == epoch) {
                watched.flow().confirmed(sentNanos);
            }
        }
    }

    /// A quarter of the process's memory at most: what is written out is copied on its way, and others need memory
    /// too.
    private long bufferLimit() {
        long process = context.stores().memory().getLimit();
        return Math.min(config.buffers().memoryLimit().bytes(), process / 4);
    }

    private long bufferedBytes() {
        return channels.values().stream()
                .mapToLong(watched -> watched.flow().memoryBytes())
                .sum();
    }

    /// Memory is short: the channels with the largest buffers are written first.
    private void writeOut() {
        List<ChannelFlow> flows = channels.values().stream()
                .map(Watched::flow)
                .sorted(Comparator.comparingLong(ChannelFlow::memoryBytes).reversed())
                .toList();
        flows.forEach(ChannelFlow::writeOut);
    }
}
