package io.elanus.cluster.datanode;

import io.elanus.cluster.ClusterException;
import io.elanus.cluster.channel.ChannelConsumer;
import io.elanus.cluster.channel.ChannelHandler;
import io.elanus.cluster.channel.ChannelSpan;
import io.elanus.cluster.channel.ChannelStart;
import io.elanus.cluster.runtime.TaskChain;
import io.elanus.proto.grpc.ChannelReport;
import io.elanus.proto.grpc.ReceivedRows;
import io.elanus.proto.grpc.RecoveryInfo;
import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.Column;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One vchannel at its owner, for one epoch. Lives on the loop.
///
/// Opening (loads what is in files) → running → closed (given back, taken away, or lost).
final class ChannelFlow implements ChannelHandler, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChannelFlow.class);

    /// The node, as a flow sees it.
    interface Listener {
        /// The flow cannot go on; it is closed already.
        void onLost(ChannelFlow flow, Throwable cause);

        /// The tick that somebody waits for has come.
        void onAwaitedTick();
    }

    private final NodeParts node;
    private final RecoveryInfo recovery;
    private final long epoch;
    private final Listener listener;
    private final TaskChain chain;
    private final KeyLocks locks;
    private @Nullable ChannelBuffers buffers;
    private @Nullable ChannelSync sync;
    private @Nullable ChannelConsumer consumer;
    private long tick;
    private long tickPosition;
    private long resumePosition;
    private long awaitedTick = Long.MAX_VALUE;
    private long ownedUntilNanos;
    private boolean proven;
    private boolean closed;
    private List<ReceivedRows> received = List.of();
    private long memoryBytes;

    /// @param locks of this epoch; they outlive a flow that starts over
    ChannelFlow(NodeParts node, RecoveryInfo recovery, long epoch, KeyLocks locks, Listener listener) {
        this.node = node;
        this.recovery = recovery;
        this.epoch = epoch;
        this.listener = listener;
        this.chain = new TaskChain(node.context().loop());
        this.locks = locks;
        this.tick = recovery.getCheckpointTs();
        this.resumePosition = recovery.getSeekPosition();
    }

    String vchannel() {
        return recovery.getVchannel();
    }

    String pchannel() {
        return recovery.getPchannel();
    }

    long epoch() {
        return epoch;
    }

    /// Completes when the channel is being consumed.
    CompletableFuture<Void> open() {
        return chain.run(() -> {
            return node.context()
                    .workers()
                    .io(() -> ChannelBuffers.load(
                            recovery, node.context().stores().objects(), node.memory()))
                    .thenApplyAsync(this::opened, node.context().loop());
        });
    }

    private @Nullable Void opened(ChannelBuffers loaded) {
        if (closed) {
            loaded.close();
            throw new ClusterException(ErrorCode.NOT_READY, "Channel [%s] was taken away again.".formatted(vchannel()));
        }
        buffers = loaded;
        sync = new ChannelSync(node, this, chain, loaded);
        received = loaded.received();
        memoryBytes = loaded.memoryBytes();
        consumer = node.hub().open(ChannelStart.of(recovery), this);
        learnKeys(loaded);
        return null;
    }

    /// Reads the keys that are in files while the channel is being consumed already.
    private void learnKeys(ChannelBuffers into) {
        List<SegmentInfo> stored = ChannelKeys.stored(recovery);
        if (stored.isEmpty()) {
            return;
        }
        Column key = into.schema().keyColumn();
        var _ = node.work()
                .track(node.context()
                        .workers()
                        .io(() -> ChannelKeys.read(
                                stored, key, node.context().stores().objects(), node.memory())))
                .whenCompleteAsync(
                        (read, error) -> {
                            if (error != null) {
                                LOG.warn("Keys not read, rows that replace get deltas: vchannel={}", vchannel(), error);
                            } else if (read != null) {
                                var _ = chain.run(() -> {
                                    if (closed) {
                                        ChannelKeys.giveBack(read, node.memory().keys());
                                    } else {
                                        into.keys().learn(read);
                                    }
                                    return CompletableFuture.completedFuture(null);
                                });
                            }
                        },
                        node.context().loop());
    }

    @Override
    public CompletableFuture<Void> onSpan(ChannelSpan span) {
        ChannelBuffers into = buffers;
        if (closed || into == null) {
            return CompletableFuture.completedFuture(null);
        }
        if (span.messages().isEmpty() && chain.backlog() == 0) {
            advance(span);
            return CompletableFuture.completedFuture(null);
        }
        return node.memory()
                .gate()
                .enter()
                .thenComposeAsync(
                        _ -> chain.run(() -> apply(into, span)), node.context().loop());
    }

    private CompletableFuture<Void> apply(ChannelBuffers into, ChannelSpan span) {
        if (closed) {
            return CompletableFuture.completedFuture(null);
        }
        long now = node.nowNanos();
        return node.context()
                .workers()
                .compute(() -> {
                    into.apply(span, now);
                    return into;
                })
                .thenAcceptAsync(
                        _ -> {
                            if (!closed) {
                                received = into.received();
                                memoryBytes = into.memoryBytes();
                                advance(span);
                            }
                        },
                        node.context().loop());
    }

    private void advance(ChannelSpan span) {
        tick = span.tick();
        tickPosition = span.tickPosition();
        resumePosition = span.resumePosition();
        locks.onTick(tick);
        if (sync != null) {
            sync.check();
        }
        tellAwaited();
    }

    /// Has the channel reported as soon as its tick is there.
    void await(long ts) {
        awaitedTick = ts;
        tellAwaited();
    }

    private void tellAwaited() {
        if (tick >= awaitedTick) {
            awaitedTick = Long.MAX_VALUE;
            listener.onAwaitedTick();
        }
    }

    @Override
    public void onLost(Throwable cause) {
        lose(cause);
    }

    /// The flow ends; the node decides what follows.
    void lose(Throwable cause) {
        if (!closed) {
            close();
            listener.onLost(this, cause);
        }
    }

    /// Writes these segments out for good.
    void flush(List<Long> segmentIds) {
        if (sync != null) {
            sync.flush(segmentIds);
        }
    }

    /// Writes everything up to a timestamp out, as soon as the tick has come, and saves that.
    void saveUpTo(long ts) {
        if (sync != null) {
            sync.saveUpTo(ts);
        }
    }

    /// Writes everything out because memory is short.
    void writeOut() {
        if (sync != null) {
            sync.writeOut();
        }
    }

    /// The coordinator confirmed, in answer to a report that was sent then, that the channel is ours.
    void confirmed(long sentNanos) {
        proven = true;
        ownedUntilNanos = sentNanos + node.config().liveness().ownershipWindow().toNanos();
        locks.grant();
    }

    /// Is the channel certainly ours right now, as far as reports tell?
    boolean owned() {
        return !closed && proven && node.nowNanos() - ownedUntilNanos < 0;
    }

    /// Has the coordinator not confirmed it yet?
    boolean unproven() {
        return !proven;
    }

    ChannelReport report() {
        return ChannelReport.newBuilder()
                .setVchannel(vchannel())
                .setEpoch(epoch)
                .setTick(tick)
                .setTickPosition(tickPosition)
                .addAllGrowing(received)
                .build();
    }

    boolean running() {
        return consumer != null && !closed;
    }

    long memoryBytes() {
        return memoryBytes;
    }

    /// The last tick applied.
    long tick() {
        return tick;
    }

    /// Everything applied is released up to here.
    long resumePosition() {
        return resumePosition;
    }

    boolean closed() {
        return closed;
    }

    /// After rows went to files. Within a step.
    void measure() {
        if (buffers != null && !closed) {
            received = buffers.received();
            memoryBytes = buffers.memoryBytes();
        }
    }

    /// Forgets everything in memory; it is in the log.
    @Override
    public void close() {
        var _ = shut();
    }

    /// Completes when the memory is free: a step that runs may be filling it.
    CompletableFuture<Void> shut() {
        if (!closed) {
            closed = true;
            if (consumer != null) {
                consumer.close();
            }
            memoryBytes = 0;
        }
        return chain.run(() -> {
            if (buffers != null) {
                buffers.close();
            }
            return CompletableFuture.completedFuture(null);
        });
    }
}
