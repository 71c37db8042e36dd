package io.elanus.cluster.datacoord;

import io.elanus.cluster.client.Registration;
import io.elanus.cluster.datacoord.Assignment.Effect;
import io.elanus.cluster.datacoord.Assignment.Event;
import io.elanus.cluster.datacoord.Assignment.Owner;
import io.elanus.cluster.datacoord.DataState.Channel;
import io.elanus.proto.grpc.ChannelInfo;
import io.elanus.proto.grpc.ChannelOwner;
import io.elanus.proto.grpc.ChannelOwnersReply;
import io.elanus.proto.grpc.ChannelState;
import io.elanus.proto.grpc.DataNodeGrpc;
import io.elanus.proto.grpc.LoadedFile;
import io.elanus.proto.grpc.RecoveryInfo;
import io.elanus.proto.grpc.ReleaseDataChannelRequest;
import io.elanus.proto.grpc.WatchDataChannelRequest;
import io.elanus.storage.type.SchemaProtos;
import io.elanus.storage.type.Shard;
import io.elanus.storage.type.TableSchema;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tables, their channels, and who owns them: carries out what [ChannelMachine] and [ChannelPlacement] decide.
final class ChannelService {
    private static final Logger LOG = LoggerFactory.getLogger(ChannelService.class);

    private final Term term;
    private final ChannelMachine machine;
    private final Map<String, Long> truncateNext = new HashMap<>();
    private SortedMap<String, Registration> nodes = new TreeMap<>();

    ChannelService(Term term) {
        this.term = term;
        this.machine = new ChannelMachine(
                term.config().channels().watchTimeout(),
                term.config().channels().releaseTimeout());
    }

    /// Sends again what an earlier term may have written but not sent.
    void resume() {
        for (Channel channel : term.state().channels()) {
            switch (channel.assignment()) {
                case Assignment.ToWatch(Owner owner, long epoch, long _) ->
                    carryOut(channel.name(), new Effect.SendWatch(owner, epoch));
                case Assignment.ToRelease(Owner owner, long epoch, long _) ->
                    carryOut(channel.name(), new Effect.SendRelease(owner, epoch));
                case Assignment.Unassigned _, Assignment.Watched _ -> {}
            }
        }
    }

    /// The data nodes that live now.
    void onNodes(SortedMap<String, Registration> alive) {
        nodes = alive;
        for (Channel channel : term.state().channels()) {
            owner(channel.assignment())
                    .filter(owner -> !lives(owner))
                    .ifPresent(owner -> on(channel.name(), new Event.OwnerLost(owner)));
        }
        place();
    }

    /// Looks over timeouts and placement.
    void check() {
        term.state().channels().forEach(channel -> on(channel.name(), new Event.TimerFired()));
        place();
    }

    private void place() {
        var current = new TreeMap<String, String>();
        for (Channel channel : term.state().channels()) {
            current.put(
                    channel.name(),
                    owner(channel.assignment())
                            .filter(this::lives)
                            .map(Owner::node)
                            .orElse(""));
        }
        ChannelPlacement.place(current, nodes.keySet()).forEach((vchannel, node) -> {
            Registration registration = nodes.get(node);
            if (registration != null) {
                on(vchannel, new Event.Placed(new Owner(node, registration.leaseId())));
            }
        });
    }

    private boolean lives(Owner owner) {
        Registration registration = nodes.get(owner.node());
        return registration != null && registration.leaseId() == owner.leaseId();
    }

    private static Optional<Owner> owner(Assignment assignment) {
        return switch (assignment) {
            case Assignment.Unassigned _ -> Optional.empty();
            case Assignment.ToWatch watch -> Optional.of(watch.owner());
            case Assignment.Watched watched -> Optional.of(watched.owner());
            case Assignment.ToRelease release -> Optional.of(release.owner());
        };
    }

    private void on(String vchannel, Event event) {
        Channel now = term.state().findChannel(vchannel);
        if (now == null || !changes(now, event)) {
            return;
        }
        var _ = term.chain().run(() -> step(vchannel, event)).whenComplete((_, error) -> {
            if (error != null) {
                LOG.warn("Channel step not taken: vchannel={} event={}", vchannel, event, error);
            }
        });
    }

    private boolean changes(Channel channel, Event event) {
        return !machine.on(channel.assignment(), event, term.nowNanos()).next().equals(channel.assignment());
    }

    private CompletableFuture<Void> step(String vchannel, Event event) {
        Channel channel = term.state().findChannel(vchannel);
        if (channel == null || !changes(channel, event)) {
            return CompletableFuture.completedFuture(null);
        }
        ChannelMachine.Step step = machine.on(channel.assignment(), event, term.nowNanos());
        ChannelInfo info = describe(channel.info(), step.next());
        return term.store()
                .change()
                .channel(info, channel.revision())
                .commit()
                .thenAcceptAsync(
                        revision -> {
                            term.state().put(info, revision, term.nowNanos());
                            LOG.info(
                                    "Channel assignment: vchannel={} state={} node={} epoch={}",
                                    vchannel,
                                    info.getState(),
                                    info.getNode(),
                                    info.getEpoch());
                            step.effects().forEach(effect -> carryOut(vchannel, effect));
                        },
                        term.context().loop());
    }

    /// Puts into a change that whoever owns these channels starts over from what is in files. What comes back is to
    /// be called with the revision once the change is committed. In a step of the term's chain.
    ///
    /// @param importedTs of the import that is the reason
    LongConsumer startOver(DataStore.Change change, Collection<String> vchannels, long importedTs) {
        var steps = new TreeMap<String, ChannelMachine.Step>();
        var infos = new ArrayList<ChannelInfo>();
        for (String vchannel : vchannels) {
            Channel channel = term.state().channel(vchannel);
            ChannelMachine.Step step = machine.on(channel.assignment(), new Event.StartOver(), term.nowNanos());
            ChannelInfo info = describe(channel.info(), step.next()).toBuilder()
                    .setImportedTs(importedTs)
                    .build();
            change.channel(info, channel.revision());
            steps.put(vchannel, step);
            infos.add(info);
        }
        return revision -> {
            infos.forEach(info -> term.state().put(info, revision, term.nowNanos()));
            steps.forEach((vchannel, step) -> step.effects().forEach(effect -> carryOut(vchannel, effect)));
        };
    }

    private static ChannelInfo describe(ChannelInfo before, Assignment next) {
        ChannelInfo.Builder info = before.toBuilder().setEpoch(next.epoch());
        Owner owner = owner(next).orElse(new Owner("", 0));
        info.setNode(owner.node()).setNodeLease(owner.leaseId());
        return info.setState(
                        switch (next) {
                            case Assignment.Unassigned _ -> ChannelState.CHANNEL_UNASSIGNED;
                            case Assignment.ToWatch _ -> ChannelState.CHANNEL_TO_WATCH;
                            case Assignment.Watched _ -> ChannelState.CHANNEL_WATCHED;
                            case Assignment.ToRelease _ -> ChannelState.CHANNEL_TO_RELEASE;
                        })
                .build();
    }

    private void carryOut(String vchannel, Effect effect) {
        switch (effect) {
            case Effect.SendWatch(Owner owner, long epoch) -> {
                var request = WatchDataChannelRequest.newBuilder()
                        .setRecovery(recovery(vchannel))
                        .setEpoch(epoch)
                        .build();
                var _ = term.context()
                        .rpc()
                        .call(
                                owner.node(),
                                DataNodeGrpc.getWatchChannelMethod(),
                                request,
                                term.config().channels().watchTimeout())
                        .whenCompleteAsync(
                                (_, error) -> on(vchannel, new Event.WatchAnswered(epoch, error == null)),
                                term.context().loop());
            }
            case Effect.SendRelease(Owner owner, long epoch) -> {
                var _ = release(owner, vchannel, epoch)
                        .whenCompleteAsync(
                                (_, error) -> {
                                    if (error == null) {
                                        on(vchannel, new Event.Released(epoch));
                                    }
                                },
                                term.context().loop());
            }
        }
    }

    private CompletableFuture<?> release(Owner owner, String vchannel, long epoch) {
        return term.context()
                .rpc()
                .call(
                        owner.node(),
                        DataNodeGrpc.getReleaseChannelMethod(),
                        ReleaseDataChannelRequest.newBuilder()
                                .setVchannel(vchannel)
                                .setEpoch(epoch)
                                .build(),
                        term.config().channels().releaseTimeout());
    }

    /// What a consumer of the channel needs to start.
    RecoveryInfo recovery(String vchannel) {
        Channel channel = term.state().channel(vchannel);
        var recovery = RecoveryInfo.newBuilder()
                .setVchannel(vchannel)
                .setPchannel(channel.info().getPchannel())
                .setSeekPosition(channel.info().getCheckpoint())
                .setCheckpointTs(channel.info().getCheckpointTs())
                .setCollectedTs(channel.info().getCollectedTs())
                .setImportedTs(channel.info().getImportedTs())
                .setSchema(
                        SchemaProtos.toProto(term.state().table(channel.info().getTableId())));
        for (DataState.Segment segment : term.state().segmentsOf(vchannel)) {
            switch (segment.info().getState()) {
                case GROWING, SEALED, FLUSHED -> recovery.addSegments(segment.info());
                case DROPPED -> recovery.addDroppedSegmentIds(segment.id());
                case IMPORTING, SEGMENT_STATE_UNSPECIFIED, UNRECOGNIZED -> {}
            }
        }
        return recovery.build();
    }

    ChannelOwnersReply owners(long tableId) {
        term.state().table(tableId);
        var reply = ChannelOwnersReply.newBuilder();
        for (Channel channel : term.state().channelsOf(tableId)) {
            channel.watchedBy()
                    .ifPresent(owner -> reply.addOwners(ChannelOwner.newBuilder()
                            .setVchannel(channel.name())
                            .setNode(owner.node())
                            .setEpoch(channel.assignment().epoch())
                            .setCheckpoint(channel.info().getCheckpoint())
                            .setCheckpointTs(channel.info().getCheckpointTs())));
        }
        return reply.build();
    }

    /// Registers the table and its channels, or a newer version of its columns.
    CompletableFuture<Void> addTable(TableSchema table) {
        var positions = new ArrayList<CompletableFuture<Long>>();
        for (Shard shard : table.shards()) {
            positions.add(term.context().stores().log().endPosition(shard.pchannel()));
        }
        return CompletableFuture.allOf(positions.toArray(CompletableFuture[]::new))
                .thenComposeAsync(
                        _ -> term.chain()
                                .run(() -> addTable(
                                        table,
                                        positions.stream()
                                                .map(CompletableFuture::join)
                                                .toList())),
                        term.context().loop())
                .thenRunAsync(this::place, term.context().loop());
    }

    private CompletableFuture<Void> addTable(TableSchema table, List<Long> positions) {
        DataState state = term.state();
        if (state.findTable(table.tableId())
                .filter(known -> known.version() >= table.version())
                .isPresent()) {
            return CompletableFuture.completedFuture(null);
        }
        DataStore.Change change = term.store().change().table(SchemaProtos.toProto(table));
        var added = new ArrayList<ChannelInfo>();
        for (int i = 0; i < table.shards().size(); i++) {
            Shard shard = table.shards().get(i);
            if (state.findChannel(shard.vchannel()) == null) {
                ChannelInfo info = ChannelInfo.newBuilder()
                        .setVchannel(shard.vchannel())
                        .setPchannel(shard.pchannel())
                        .setTableId(table.tableId())
                        .setState(ChannelState.CHANNEL_UNASSIGNED)
                        .setCheckpoint(positions.get(i))
                        .build();
                change.channel(info, 0);
                added.add(info);
            }
        }
        return change.commit()
                .thenAcceptAsync(
                        revision -> {
                            state.put(table);
                            added.forEach(info -> state.put(info, revision, term.nowNanos()));
                        },
                        term.context().loop());
    }

    /// Forgets the table; its segments are dropped, their files go with the garbage.
    CompletableFuture<Void> removeTable(long tableId) {
        return term.chain().run(() -> {
            List<Channel> channels = term.state().channelsOf(tableId);
            DataStore.Change change = term.store().change().deleteTable(tableId);
            channels.forEach(channel -> change.deleteChannel(channel.name()));
            return forgetLoaded(term.state().loadedFiles(tableId))
                    .thenComposeAsync(_ -> change.commit(), term.context().loop())
                    .thenAcceptAsync(
                            _ -> removed(tableId, channels), term.context().loop());
        });
    }

    /// In parts, as a transaction is limited.
    private CompletableFuture<Long> forgetLoaded(List<LoadedFile> files) {
        CompletableFuture<Long> forgotten = CompletableFuture.completedFuture(0L);
        for (int i = 0; i < files.size(); i += DataStore.SEGMENTS_PER_TXN) {
            List<LoadedFile> part = files.subList(i, Math.min(files.size(), i + DataStore.SEGMENTS_PER_TXN));
            forgotten = forgotten.thenComposeAsync(
                    _ -> {
                        DataStore.Change change = term.store().change();
                        part.forEach(change::deleteLoaded);
                        return change.commit();
                    },
                    term.context().loop());
        }
        return forgotten;
    }

    private void removed(long tableId, List<Channel> channels) {
        term.state().removeTable(tableId);
        for (Channel channel : channels) {
            term.state().removeChannel(channel.name());
            owner(channel.assignment()).ifPresent(owner -> {
                var _ = release(owner, channel.name(), channel.assignment().epoch());
            });
        }
    }

    /// Cuts the log of every pchannel behind the lowest checkpoint that its vchannels had at the last call, so that
    /// consumers which are about to read from there are not cut off.
    void truncateLogs() {
        var lowest = new HashMap<String, Long>();
        for (Channel channel : term.state().channels()) {
            lowest.merge(channel.info().getPchannel(), channel.info().getCheckpoint(), Math::min);
        }
        lowest.forEach((pchannel, position) -> {
            Long before = truncateNext.get(pchannel);
            if (before != null && before > 0) {
                var _ = term.context()
                        .stores()
                        .log()
                        .truncate(pchannel, Math.min(before, position))
                        .whenComplete((_, error) -> {
                            if (error != null) {
                                LOG.warn("Log not truncated: pchannel={} position={}", pchannel, before, error);
                            }
                        });
            }
        });
        truncateNext.clear();
        truncateNext.putAll(lowest);
    }
}
