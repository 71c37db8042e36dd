package io.elanus.cluster.datanode;

import com.google.protobuf.ByteString;
import io.elanus.cluster.channel.ChannelHub;
import io.elanus.cluster.client.LeaseGuard;
import io.elanus.cluster.client.NodeRegistry;
import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.client.Sequences;
import io.elanus.cluster.runtime.Role;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.cluster.runtime.RunningWork;
import io.elanus.cluster.runtime.ServiceTable;
import io.elanus.proto.grpc.CompactionPlan;
import io.elanus.proto.grpc.CompactionResult;
import io.elanus.proto.grpc.DataNodeGrpc;
import io.elanus.proto.grpc.FlushSegmentsReply;
import io.elanus.proto.grpc.FlushSegmentsRequest;
import io.elanus.proto.grpc.LockKeysReply;
import io.elanus.proto.grpc.LockKeysRequest;
import io.elanus.proto.grpc.UnlockKeysReply;
import io.elanus.storage.segment.SegmentWriter;
import java.util.Comparator;
import java.util.concurrent.CompletableFuture;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The data node. Registers under a lease and does what the data coordinator says; what it holds in memory is also
/// in the log, so it may vanish at any time.
public final class DataNode implements Role {
    private static final Logger LOG = LoggerFactory.getLogger(DataNode.class);

    private final RoleContext context;
    private final DataNodeConfig config;
    private final ServiceTable services = new ServiceTable();
    private final BufferAllocator memory;
    private final NodeParts parts;
    private final LockTables locks;
    private final OwnedChannels channels;
    private final ChannelReports reports;
    private @Nullable LeaseGuard lease;
    private boolean stopped;

    public DataNode(RoleContext context, DataNodeConfig config) {
        this.context = context;
        this.config = config;
        this.memory = context.stores().memory().newChildAllocator(context.node() + "-data", 0, Long.MAX_VALUE);
        this.parts = parts();
        this.locks = new LockTables(context, config.locks(), this::certainlyOwns);
        this.channels = new OwnedChannels(parts, locks, this::report);
        this.reports = new ChannelReports(context, config.liveness().reportInterval(), channels::flows);
        services.add(DataNodeGrpc.getWatchChannelMethod(), channels::watch)
                .add(DataNodeGrpc.getReleaseChannelMethod(), channels::release)
                .add(DataNodeGrpc.getFlushSegmentsMethod(), this::flush)
                .add(DataNodeGrpc.getRunCompactionMethod(), this::compact)
                .add(DataNodeGrpc.getLockKeysMethod(), this::lock)
                .add(DataNodeGrpc.getUnlockKeysMethod(), request -> {
                    locks.unlock(request);
                    return CompletableFuture.completedFuture(UnlockKeysReply.getDefaultInstance());
                });
    }

    private NodeParts parts() {
        var writer = new SegmentWriter(context.stores().objects(), context.random()::nextLong, memory);
        return new NodeParts(
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
                            channels.onRegistered();
                            reports.start(granted);
                        },
                        context.loop());
    }

    /// Others own the channels now, or will in a moment.
    private void onLeaseLost() {
        lease = null;
        reports.stop();
        var _ = channels.dropAll();
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
                            reports.stop();
                            CompletableFuture<Void> closed = channels.dropAll();
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

    private void report() {
        reports.report();
    }

    private CompletableFuture<FlushSegmentsReply> flush(FlushSegmentsRequest request) {
        ChannelFlow flow = channels.require(request.getVchannel(), request.getEpoch());
        flow.flush(request.getSegmentIdsList());
        if (request.getReportTs() > 0) {
            flow.await(request.getReportTs());
        }
        flow.saveUpTo(request.getSaveTs());
        return CompletableFuture.completedFuture(FlushSegmentsReply.getDefaultInstance());
    }

    private CompletableFuture<CompactionResult> compact(CompactionPlan plan) {
        ChannelFlow flow = channels.require(plan.getVchannel(), plan.getEpoch());
        var runner = new CompactionRunner(context.stores().objects(), parts.writer(), memory);
        return parts.work().track(context.workers().io(() -> runner.run(plan, flow::closed)));
    }

    private CompletableFuture<LockKeysReply> lock(LockKeysRequest request) {
        if (channels.find(request.getVchannel()).isEmpty()) {
            return CompletableFuture.failedFuture(channels.notOurs(request.getVchannel()));
        }
        return locks.lock(request);
    }

    /// May locks be granted right now?
    private boolean certainlyOwns(String vchannel, long epoch) {
        return channels.find(vchannel)
                        .filter(flow -> flow.epoch() == epoch && flow.owned())
                        .isPresent()
                && lease != null
                && lease.certainlyValid();
    }

    /// A quarter of the process's memory at most: what is written out is copied on its way, and others need memory
    /// too.
    private long bufferLimit() {
        long process = context.stores().memory().getLimit();
        return Math.min(config.buffers().memoryLimit().bytes(), process / 4);
    }

    private long bufferedBytes() {
        return channels.flows().stream().mapToLong(ChannelFlow::memoryBytes).sum();
    }

    /// Memory is short: the channels with the largest buffers are written first.
    private void writeOut() {
        channels.flows().stream()
                .sorted(Comparator.comparingLong(ChannelFlow::memoryBytes).reversed())
                .forEach(ChannelFlow::writeOut);
    }
}
