package io.elanus.cluster.datacoord;

import io.elanus.cluster.datacoord.Assignment.Owner;
import io.elanus.cluster.datacoord.DataState.Channel;
import io.elanus.cluster.datacoord.DataState.Segment;
import io.elanus.proto.grpc.ChannelInfo;
import io.elanus.proto.grpc.CompactionPlan;
import io.elanus.proto.grpc.CompactionResult;
import io.elanus.proto.grpc.DataNodeGrpc;
import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.proto.grpc.SegmentLevel;
import io.elanus.proto.grpc.SegmentState;
import io.elanus.storage.type.HybridTime;
import io.elanus.storage.type.SchemaProtos;
import io.elanus.storage.visibility.TimeToLive;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has segments rewritten by the owners of their channels, and swaps the results in. Running plans are not stored:
/// one that is lost is planned again, and the files it leaves behind are garbage.
final class CompactionService {
    private static final Logger LOG = LoggerFactory.getLogger(CompactionService.class);
    private static final Duration TIMEOUT = Duration.ofMinutes(30);

    private final Term term;
    private final CompactionPlanner planner;
    private final Pins pins;
    private final Consumer<SegmentInfo> onFlushed;
    private final Set<Long> busy = new HashSet<>();
    private final RestingSegments resting = new RestingSegments();
    private final Map<String, Integer> running = new HashMap<>();

    CompactionService(Term term, Pins pins, Consumer<SegmentInfo> onFlushed) {
        this.term = term;
        this.pins = pins;
        this.onFlushed = onFlushed;
        this.planner = new CompactionPlanner(
                term.config().compaction(), term.config().segments().maxSize().bytes());
    }

    /// Plans what is worth it, as far as nodes have slots, and retires spent deltas and dropped partitions.
    void check() {
        term.state().channels().forEach(channel -> retire(channel, this::ofDroppedPartitions));
        if (!term.config().compaction().enabled()) {
            return;
        }
        for (Channel channel : term.state().channels()) {
            retire(channel, this::spentDeltas);
            start(channel, false, term.config().compaction().slotsPerNode());
        }
    }

    /// Compacts a table now; answers how many rewrites were started.
    int compact(long tableId) {
        term.state().table(tableId);
        int plans = 0;
        for (Channel channel : term.state().channelsOf(tableId)) {
            plans += start(channel, true, Integer.MAX_VALUE);
        }
        return plans;
    }

    private int start(Channel channel, boolean forced, int slots) {
        Owner owner = channel.watchedBy().orElse(null);
        if (owner == null) {
            return 0;
        }
        int started = 0;
        for (CompactionPlanner.Plan plan :
                planner.plan(infos(channel), takenOut(forced), retentionTs(channel), forced, timeToLive(channel))) {
            if (running.getOrDefault(owner.node(), 0) >= slots) {
                break;
            }
            run(channel, owner, plan);
            started++;
        }
        return started;
    }

    private Optional<TimeToLive> timeToLive(Channel channel) {
        return term.state().findTable(channel.info().getTableId()).flatMap(TimeToLive::of);
    }

    /// Segments that no plan may take. Who asks for a compaction also gets those that have just failed.
    private Set<Long> takenOut(boolean forced) {
        if (forced) {
            return busy;
        }
        var taken = new HashSet<>(resting.at(term.nowNanos()));
        taken.addAll(busy);
        return taken;
    }

    private List<SegmentInfo> infos(Channel channel) {
        return term.state().segmentsOf(channel.name()).stream()
                .map(Segment::info)
                .toList();
    }

    private long retentionTs(Channel channel) {
        long ts = HybridTime.plusMillis(
                term.sequences().floor(),
                -term.config().garbage().timeTravelRetention().toMillis());
        return pins.retention(channel.info().getTableId(), ts, term.nowNanos());
    }

    private void run(Channel channel, Owner owner, CompactionPlanner.Plan plan) {
        List<Long> parents = plan.from().stream().map(SegmentInfo::getSegmentId).toList();
        busy.addAll(parents);
        running.merge(owner.node(), 1, Integer::sum);
        // Every delete at or below this has been written to a delta, and the plan has all deltas there are.
        long deletesTs = Math.max(
                channel.info().getCheckpointTs(),
                plan.deletes().stream().mapToLong(SegmentInfo::getMaxTs).max().orElse(0));
        long epoch = channel.assignment().epoch();
        long retention = retentionTs(channel);
        var _ = term.sequences()
                .ids(2)
                .thenComposeAsync(
                        first -> {
                            CompactionPlan request = describe(channel, plan, first)
                                    .setRetentionTs(retention)
                                    .setEpoch(epoch)
                                    .build();
                            LOG.info(
                                    "Compaction started: plan={} vchannel={} reason={} segments={} deltas={}",
                                    first,
                                    channel.name(),
                                    plan.reason(),
                                    parents,
                                    plan.deletes().size());
                            return term.context()
                                    .rpc()
                                    .call(owner.node(), DataNodeGrpc.getRunCompactionMethod(), request, TIMEOUT);
                        },
                        term.context().loop())
                .thenComposeAsync(
                        result -> term.chain()
                                .run(() -> swap(channel.name(), parents, result, new Times(deletesTs, retention))),
                        term.context().loop())
                .whenCompleteAsync(
                        (_, error) -> {
                            parents.forEach(busy::remove);
                            running.merge(owner.node(), -1, Integer::sum);
                            if (error == null) {
                                resting.forget(parents);
                            } else {
                                resting.failed(parents, term.nowNanos());
                                LOG.warn("Compaction failed: vchannel={} segments={}", channel.name(), parents, error);
                            }
                        },
                        term.context().loop());
    }

    private CompactionPlan.Builder describe(Channel channel, CompactionPlanner.Plan plan, long firstId) {
        var table = term.state().table(channel.info().getTableId());
        return CompactionPlan.newBuilder()
                .setPlanId(firstId)
                .addNewSegmentIds(firstId + 1)
                .setSchema(SchemaProtos.toProto(table))
                .setVchannel(channel.name())
                .addAllFrom(plan.from())
                .addAllDeletes(plan.deletes())
                .setMaxRows(plan.from().stream().mapToLong(SegmentInfo::getRows).sum());
    }

    /// Until when deletes were applied, and how old rows may be that were left out.
    private record Times(long deletes, long retention) {}

    /// Where rows were left out, reads below the retention would miss them from now on.
    private static ChannelInfo collected(Channel channel, List<SegmentInfo> from, List<SegmentInfo> to, Times times) {
        boolean smaller = rows(to) < rows(from);
        return smaller
                ? channel.info().toBuilder()
                        .setCollectedTs(Math.max(channel.info().getCollectedTs(), times.retention))
                        .build()
                : channel.info();
    }

    private static long rows(List<SegmentInfo> segments) {
        return segments.stream().mapToLong(SegmentInfo::getRows).sum();
    }

    /// One transaction: the old segments go, the new ones come.
    private CompletableFuture<Void> swap(String vchannel, List<Long> parents, CompactionResult result, Times times) {
        var changed = new ArrayList<SegmentInfo>();
        var children = new ArrayList<SegmentInfo>();
        for (SegmentInfo made : result.getSegmentsList()) {
            if (made.getRows() > 0) {
                children.add(made);
            }
        }
        for (long id : parents) {
            Segment parent = term.state().findSegment(id);
            if (parent == null || !parent.is(SegmentState.FLUSHED)) {
                LOG.info("Compaction dropped, its table is gone: vchannel={} segment={}", vchannel, id);
                return CompletableFuture.completedFuture(null);
            }
            changed.add(drop(parent.info())
                    .addAllCompactedTo(
                            children.stream().map(SegmentInfo::getSegmentId).toList())
                    .build());
        }
        Channel channel = term.state().channel(vchannel);
        ChannelInfo collected = collected(channel, List.copyOf(changed), children, times);
        SegmentInfo parent = changed.getFirst();
        for (SegmentInfo child : children) {
            changed.add(child.toBuilder()
                    .setTableId(parent.getTableId())
                    .setPartitionId(parent.getPartitionId())
                    .setVchannel(vchannel)
                    .setState(SegmentState.FLUSHED)
                    .setLevel(SegmentLevel.L1)
                    .setMaxRows(parent.getMaxRows())
                    .setDeletesTs(times.deletes)
                    .clearCompactedFrom()
                    .addAllCompactedFrom(parents)
                    .setCreatedTs(term.sequences().floor())
                    .build());
        }
        return term.store()
                .change()
                .channel(collected, channel.revision())
                .segments(changed)
                .commit()
                .thenAcceptAsync(
                        revision -> {
                            term.state().put(collected, revision, term.nowNanos());
                            for (SegmentInfo info : changed) {
                                term.state().put(info);
                                if (info.getState() == SegmentState.FLUSHED) {
                                    onFlushed.accept(info);
                                }
                            }
                            LOG.info(
                                    "Compaction finished: vchannel={} from={} to={} rows={}",
                                    vchannel,
                                    parents,
                                    children.size(),
                                    rows(children));
                        },
                        term.context().loop());
    }

    private SegmentInfo.Builder drop(SegmentInfo info) {
        return info.toBuilder()
                .setState(SegmentState.DROPPED)
                .setDroppedTs(term.sequences().now());
    }

    private List<SegmentInfo> spentDeltas(Channel channel) {
        return CompactionPlanner.spentDeltas(infos(channel));
    }

    /// Those that grow are flushed first, as all are.
    private List<SegmentInfo> ofDroppedPartitions(Channel channel) {
        return term.state()
                .findTable(channel.info().getTableId())
                .map(table -> infos(channel).stream()
                        .filter(segment -> segment.getState() == SegmentState.FLUSHED
                                && segment.getLevel() != SegmentLevel.L0
                                && !table.hasPartition(segment.getPartitionId()))
                        .toList())
                .orElse(List.of());
    }

    /// Drops segments that nobody needs any more.
    private void retire(Channel channel, Function<Channel, List<SegmentInfo>> unneeded) {
        List<Long> spent = unneeded.apply(channel).stream()
                .map(SegmentInfo::getSegmentId)
                .limit(DataStore.SEGMENTS_PER_TXN)
                .toList();
        if (spent.isEmpty() || busyIn(channel)) {
            return;
        }
        var _ = term.chain().run(() -> {
            List<SegmentInfo> dropped = unneeded.apply(channel).stream()
                    .filter(segment -> spent.contains(segment.getSegmentId()))
                    .map(segment -> drop(segment).build())
                    .toList();
            return term.store()
                    .change()
                    .segments(dropped)
                    .commit()
                    .thenAcceptAsync(
                            _ -> dropped.forEach(term.state()::put),
                            term.context().loop());
        });
    }

    private boolean busyIn(Channel channel) {
        return term.state().segmentsOf(channel.name()).stream().anyMatch(segment -> busy.contains(segment.id()));
    }
}
