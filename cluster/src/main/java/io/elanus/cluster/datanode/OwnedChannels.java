package io.elanus.cluster.datanode;

import io.elanus.cluster.ClusterException;
import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.runtime.Failures;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.proto.grpc.DataCoordGrpc;
import io.elanus.proto.grpc.RecoveryInfo;
import io.elanus.proto.grpc.RecoveryInfoRequest;
import io.elanus.proto.grpc.ReleaseDataChannelReply;
import io.elanus.proto.grpc.ReleaseDataChannelRequest;
import io.elanus.proto.grpc.WatchDataChannelReply;
import io.elanus.proto.grpc.WatchDataChannelRequest;
import io.elanus.storage.ErrorCode;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The channels that a data node owns: opened when the coordinator says so, opened again from what is saved when
/// one fails, given up when another node has a higher epoch. Belongs to the loop.
final class OwnedChannels {
    private static final Logger LOG = LoggerFactory.getLogger(OwnedChannels.class);
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(5);

    private record Watched(ChannelFlow flow, CompletableFuture<Void> opened) {}

    private final NodeParts parts;
    private final RoleContext context;
    private final LockTables locks;
    private final Runnable changed;
    private final Map<String, Watched> channels = new HashMap<>();
    private boolean registered;

    /// @param changed told when a channel has opened, or has come as far as the coordinator waits for
    OwnedChannels(NodeParts parts, LockTables locks, Runnable changed) {
        this.parts = parts;
        this.context = parts.context();
        this.locks = locks;
        this.changed = changed;
    }

    /// The node has its lease: what fails may be opened again.
    void onRegistered() {
        registered = true;
    }

    CompletableFuture<WatchDataChannelReply> watch(WatchDataChannelRequest request) {
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

    CompletableFuture<ReleaseDataChannelReply> release(ReleaseDataChannelRequest request) {
        Watched known = channels.get(request.getVchannel());
        if (known != null && known.flow().epoch() <= request.getEpoch()) {
            channels.remove(request.getVchannel());
            known.flow().close();
            locks.drop(request.getVchannel(), known.flow().epoch());
            LOG.info("Channel released: vchannel={} epoch={}", request.getVchannel(), request.getEpoch());
        }
        return CompletableFuture.completedFuture(ReleaseDataChannelReply.getDefaultInstance());
    }

    /// Others own the channels now, or will in a moment. Completes when the last has ended.
    CompletableFuture<Void> dropAll() {
        registered = false;
        var closing =
                channels.values().stream().map(watched -> watched.flow().shut()).toArray(CompletableFuture[]::new);
        channels.clear();
        locks.close();
        return CompletableFuture.allOf(closing);
    }

    Collection<ChannelFlow> flows() {
        return channels.values().stream().map(Watched::flow).toList();
    }

    Optional<ChannelFlow> find(String vchannel) {
        return Optional.ofNullable(channels.get(vchannel)).map(Watched::flow);
    }

    /// @throws ClusterException when the channel is not this node's, or not at this epoch
    ChannelFlow require(String vchannel, long epoch) {
        ChannelFlow flow = find(vchannel).orElseThrow(() -> notOurs(vchannel));
        if (flow.epoch() != epoch) {
            throw stale(vchannel, epoch, flow.epoch());
        }
        return flow;
    }

    ClusterException notOurs(String vchannel) {
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

    private Watched open(RecoveryInfo recovery, long epoch) {
        KeyLocks table = locks.open(recovery, epoch);
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
                        changed.run();
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
                changed.run();
            }
        };
    }

    /// Stale: another node owns the channel. Anything else: starts over from what is saved.
    private void onFlowLost(ChannelFlow flow, Throwable cause) {
        if (find(flow.vchannel()).filter(known -> known == flow).isEmpty()) {
            return;
        }
        channels.remove(flow.vchannel());
        if (Failures.hasCode(cause, ErrorCode.STALE_EPOCH, ErrorCode.UNDEFINED_TABLE)) {
            LOG.info("Channel is not ours any more: vchannel={} epoch={}", flow.vchannel(), flow.epoch());
            locks.drop(flow.vchannel(), flow.epoch());
            return;
        }
        LOG.error("Channel lost, starts over: vchannel={} epoch={}", flow.vchannel(), flow.epoch(), cause);
        reopenLater(flow.vchannel(), flow.epoch());
    }

    private void reopenLater(String vchannel, long epoch) {
        var _ = context.loop().schedule(parts.config().buffers().retryDelay(), () -> reopen(vchannel, epoch));
    }

    private void reopen(String vchannel, long epoch) {
        if (!registered || channels.containsKey(vchannel)) {
            return;
        }
        var request = RecoveryInfoRequest.newBuilder().setVchannel(vchannel).build();
        var _ = context.rpc()
                .call(RoleNames.DATA_COORD, DataCoordGrpc.getGetRecoveryInfoMethod(), request, CALL_TIMEOUT)
                .whenCompleteAsync(
                        (recovery, error) -> {
                            if (error == null && registered && !channels.containsKey(vchannel)) {
                                open(recovery, epoch);
                            } else if (!Failures.hasCode(error, ErrorCode.UNDEFINED_TABLE)) {
                                reopenLater(vchannel, epoch);
                            }
                        },
                        context.loop());
    }
}
