package io.elanus.cluster.indexcoord;

import com.google.protobuf.InvalidProtocolBufferException;
import io.elanus.cluster.client.Registration;
import io.elanus.cluster.indexcoord.IndexStore.StoredTask;
import io.elanus.cluster.indexcoord.TaskMachine.Event;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.cluster.runtime.TaskChain;
import io.elanus.proto.grpc.BuildIndexRequest;
import io.elanus.proto.grpc.IndexInfo;
import io.elanus.proto.grpc.IndexNodeGrpc;
import io.elanus.proto.grpc.IndexNodeLoad;
import io.elanus.proto.grpc.IndexNodeLoadRequest;
import io.elanus.proto.grpc.IndexTask;
import io.elanus.proto.grpc.IndexTaskState;
import io.elanus.proto.grpc.ListSegmentsReply;
import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.proto.grpc.SegmentState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives the tasks that wait to index nodes, and asks these how far they are. Lives on the loop.
final class BuildAssignment {
    private static final Logger LOG = LoggerFactory.getLogger(BuildAssignment.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    /// Types that compare the rows themselves.
    private static final Set<String> FILELESS = Set.of("flat", "bin_flat");

    private final RoleContext context;
    private final IndexCoordConfig config;
    private final IndexState state;
    private final TaskChain chain;
    private final TaskSteps steps;
    private final LongFunction<CompletableFuture<ListSegmentsReply>> segments;
    private SortedMap<String, Registration> nodes = new TreeMap<>();
    private boolean assigning;
    private boolean assignAgain;

    /// @param segments lists those of a table
    BuildAssignment(
            RoleContext context,
            IndexCoordConfig config,
            IndexState state,
            TaskChain chain,
            TaskSteps steps,
            LongFunction<CompletableFuture<ListSegmentsReply>> segments) {
        this.context = context;
        this.config = config;
        this.state = state;
        this.chain = chain;
        this.steps = steps;
        this.segments = segments;
    }

    /// The index nodes that live now.
    void onNodes(SortedMap<String, Registration> alive) {
        SortedMap<String, Registration> before = nodes;
        nodes = alive;
        for (StoredTask stored : state.tasks()) {
            String node = stored.task().getNode();
            Registration now = alive.get(node);
            Registration then = before.get(node);
            boolean lost = now == null || (then != null && then.leaseId() != now.leaseId());
            if (stored.task().getState() == IndexTaskState.IN_PROGRESS && lost) {
                steps.on(stored.task().getBuildId(), new Event.NodeLost(node));
            }
        }
        assign();
    }

    /// Hands out what waits, one round at a time.
    void assign() {
        if (assigning) {
            assignAgain = true;
            return;
        }
        assigning = true;
        var _ = chain.run(() -> CompletableFuture.completedFuture(waiting()))
                .thenComposeAsync(this::assignAll, context.loop())
                .whenCompleteAsync(
                        (_, error) -> {
                            assigning = false;
                            if (error != null) {
                                LOG.warn("Index tasks not handed out, will try again", error);
                            } else if (assignAgain) {
                                assignAgain = false;
                                assign();
                            }
                        },
                        context.loop());
    }

    /// Unissued tasks by table.
    private Map<Long, List<IndexTask>> waiting() {
        var waiting = new TreeMap<Long, List<IndexTask>>();
        for (StoredTask stored : state.tasks()) {
            IndexTask task = stored.task();
            if (task.getState() == IndexTaskState.UNISSUED && !task.getRecycled()) {
                waiting.computeIfAbsent(task.getTableId(), _ -> new ArrayList<>())
                        .add(task);
            }
        }
        return waiting;
    }

    private CompletableFuture<Void> assignAll(Map<Long, List<IndexTask>> waiting) {
        CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
        for (Map.Entry<Long, List<IndexTask>> table : waiting.entrySet()) {
            done = done.thenComposeAsync(_ -> segments.apply(table.getKey()), context.loop())
                    .thenComposeAsync(reply -> assignTable(table.getValue(), reply), context.loop());
        }
        return done;
    }

    private CompletableFuture<Void> assignTable(List<IndexTask> tasks, ListSegmentsReply reply) {
        var known = new HashMap<Long, SegmentInfo>();
        reply.getSegmentsList().forEach(segment -> known.put(segment.getSegmentId(), segment));
        CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
        for (IndexTask task : tasks) {
            done = done.thenComposeAsync(_ -> assign(task, known.get(task.getSegmentId()), reply), context.loop());
        }
        return done;
    }

    private CompletableFuture<Void> assign(IndexTask task, @Nullable SegmentInfo segment, ListSegmentsReply reply) {
        IndexInfo info = state.findIndex(task.getIndexId());
        if (segment == null || segment.getState() != SegmentState.FLUSHED || info == null || info.getDropped()) {
            return steps.attempt(task.getBuildId(), new Event.IndexDropped(), null);
        }
        if (FILELESS.contains(info.getIndex().getType().toLowerCase(Locale.ROOT))
                || segment.getRows() < config.minRows()) {
            return steps.attempt(task.getBuildId(), new Event.NotNeeded(), null);
        }
        String node = loads().leastLoaded(task.getNode()).orElse(null);
        if (node == null) {
            return CompletableFuture.completedFuture(null);
        }
        BuildIndexRequest build = BuildIndexRequest.newBuilder()
                .setIndex(info.getIndex())
                .setSegment(segment)
                .setSchema(reply.getSchema())
                .build();
        return steps.attempt(task.getBuildId(), new Event.Assigned(node), build);
    }

    private NodeLoads loads() {
        var slots = new HashMap<String, Integer>();
        nodes.forEach((node, registration) -> slots.put(node, slots(registration)));
        var loads = new NodeLoads(slots);
        for (StoredTask stored : state.tasks()) {
            if (stored.task().getState() == IndexTaskState.IN_PROGRESS) {
                loads.take(stored.task().getNode());
            }
        }
        return loads;
    }

    private static int slots(Registration registration) {
        try {
            return Math.max(1, IndexNodeLoad.parseFrom(registration.info()).getSlots());
        } catch (InvalidProtocolBufferException _) {
            // A node that says nothing of itself takes one build.
            return 1;
        }
    }

    /// Asks the nodes how far their builds are.
    void pollProgress() {
        for (String node : nodes.keySet()) {
            var _ = context.rpc()
                    .call(node, IndexNodeGrpc.getGetLoadMethod(), IndexNodeLoadRequest.getDefaultInstance(), TIMEOUT)
                    .whenCompleteAsync(
                            (load, error) -> {
                                if (error == null) {
                                    load.getRunningList()
                                            .forEach(task -> state.report(task.getBuildId(), task.getProgress()));
                                }
                            },
                            context.loop());
        }
    }
}
