package io.elanus.cluster.datacoord;

import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.datacoord.DataState.Segment;
import io.elanus.proto.grpc.IndexCoordGrpc;
import io.elanus.proto.grpc.IndexTask;
import io.elanus.proto.grpc.IndexTaskState;
import io.elanus.proto.grpc.ListSegmentIndexesRequest;
import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.proto.grpc.SegmentState;
import io.elanus.storage.object.ObjectStore;
import io.elanus.storage.object.ObjectStore.ObjectInfo;
import io.elanus.storage.segment.SegmentId;
import io.elanus.storage.type.HybridTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Deletes what nothing refers to any more: the files of segments that were dropped long enough ago and whose
/// successors are indexed, files of segments that never came to be, and manifests that newer ones replaced. Deletes
/// files first and metadata last, so a crash in between only repeats work.
final class GarbageCollector {
    private static final Logger LOG = LoggerFactory.getLogger(GarbageCollector.class);
    private static final String PREFIX = "segments/";
    private static final String MANIFEST = ".manifest";
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Term term;
    private final Pins pins;
    private boolean running;

    GarbageCollector(Term term, Pins pins) {
        this.term = term;
        this.pins = pins;
    }

    /// One round; nothing while another runs.
    CompletableFuture<Void> collect() {
        if (running) {
            return CompletableFuture.completedFuture(null);
        }
        running = true;
        return dropTablesLeft()
                .thenComposeAsync(_ -> unfinishedSuccessors(), term.context().loop())
                .thenComposeAsync(this::deleteDropped, term.context().loop())
                .thenComposeAsync(_ -> deleteOrphans(), term.context().loop())
                .whenCompleteAsync(
                        (_, error) -> {
                            running = false;
                            if (error != null) {
                                LOG.warn("Garbage collection did not finish, will run again", error);
                            }
                        },
                        term.context().loop());
    }

    /// Segments of channels that are gone: their table was removed.
    private CompletableFuture<Void> dropTablesLeft() {
        List<SegmentInfo> dropped = term.state().segments().stream()
                .filter(segment -> !segment.is(SegmentState.DROPPED)
                        && term.state().findChannel(segment.info().getVchannel()) == null)
                .limit(DataStore.SEGMENTS_PER_TXN)
                .map(segment -> segment.info().toBuilder()
                        .setState(SegmentState.DROPPED)
                        .setDroppedTs(term.sequences().now())
                        .build())
                .toList();
        if (dropped.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        return term.chain()
                .run(() -> term.store()
                        .change()
                        .segments(dropped)
                        .commit()
                        .thenAcceptAsync(
                                _ -> dropped.forEach(term.state()::put),
                                term.context().loop()))
                .thenComposeAsync(_ -> dropTablesLeft(), term.context().loop());
    }

    /// Segments whose index is still being built. All dropped ones count as needed when that cannot be learnt.
    private CompletableFuture<Set<Long>> unfinishedSuccessors() {
        boolean any = term.state().segments().stream()
                .anyMatch(segment ->
                        segment.is(SegmentState.DROPPED) && segment.info().getCompactedToCount() > 0);
        if (!any) {
            return CompletableFuture.completedFuture(Set.of());
        }
        return term.context()
                .rpc()
                .call(
                        RoleNames.INDEX_COORD,
                        IndexCoordGrpc.getListSegmentIndexesMethod(),
                        ListSegmentIndexesRequest.getDefaultInstance(),
                        TIMEOUT)
                .thenApply(reply -> {
                    var unfinished = new HashSet<Long>();
                    for (IndexTask task : reply.getTasksList()) {
                        if (task.getState() != IndexTaskState.FINISHED && task.getState() != IndexTaskState.FAILED) {
                            unfinished.add(task.getSegmentId());
                        }
                    }
                    return unfinished;
                });
    }

    private CompletableFuture<Void> deleteDropped(Set<Long> unfinished) {
        long tolerance = term.config().garbage().droppedTolerance().toMillis();
        long before = HybridTime.plusMillis(term.sequences().now(), -tolerance);
        CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
        for (Segment segment : term.state().segments()) {
            boolean due = segment.is(SegmentState.DROPPED)
                    && segment.info().getDroppedTs() <= before
                    && !logNames(segment)
                    && !pinned(segment)
                    && segment.info().getCompactedToList().stream().noneMatch(unfinished::contains);
            if (due) {
                done = done.thenComposeAsync(
                        _ -> delete(segment), term.context().loop());
            }
        }
        return done;
    }

    /// A consumer that starts at the checkpoint may meet rows of the segment; it must be told to skip them.
    private boolean logNames(Segment segment) {
        DataState.Channel channel = term.state().findChannel(segment.info().getVchannel());
        return channel != null
                && channel.info().getCheckpointTs() < segment.info().getMaxTs();
    }

    /// A backup that runs may be about to copy its files.
    private boolean pinned(Segment segment) {
        return pins.hold(segment.info().getTableId(), term.nowNanos());
    }

    private CompletableFuture<Void> delete(Segment segment) {
        SegmentInfo info = segment.info();
        String prefix = new SegmentId(info.getTableId(), info.getPartitionId(), info.getSegmentId()).prefix();
        ObjectStore objects = term.context().stores().objects();
        return term.context()
                .workers()
                .io(() -> {
                    List<ObjectInfo> files = objects.list(prefix);
                    files.forEach(file -> objects.delete(file.key()));
                    return files.size();
                })
                .thenComposeAsync(
                        files -> term.chain()
                                .run(() -> term.store()
                                        .change()
                                        .deleteSegment(segment.id())
                                        .commit()
                                        .thenAcceptAsync(
                                                _ -> {
                                                    term.state().removeSegment(segment.id());
                                                    LOG.info(
                                                            "Segment deleted: segment={} files={}",
                                                            segment.id(),
                                                            files);
                                                },
                                                term.context().loop())),
                        term.context().loop());
    }

    private CompletableFuture<Void> deleteOrphans() {
        ObjectStore objects = term.context().stores().objects();
        long before = term.context().clock().wallMillis()
                - term.config().garbage().orphanTolerance().toMillis();
        return term.context()
                .workers()
                .io(() -> objects.list(PREFIX).stream()
                        .filter(file -> file.modifiedMillis() <= before)
                        .map(ObjectInfo::key)
                        .toList())
                .thenComposeAsync(
                        old -> {
                            List<String> orphans = orphans(old);
                            return term.context().workers().io(() -> {
                                orphans.forEach(objects::delete);
                                return orphans.size();
                            });
                        },
                        term.context().loop())
                .thenAccept(deleted -> {
                    if (deleted > 0) {
                        LOG.info("Files without a segment deleted: files={}", deleted);
                    }
                });
    }

    private List<String> orphans(List<String> keys) {
        var orphans = new ArrayList<String>();
        for (String key : keys) {
            OptionalLong id = segmentId(key);
            if (id.isPresent()) {
                Segment segment = term.state().findSegment(id.getAsLong());
                if (segment == null || !pinned(segment) && isSuperseded(key, segment)) {
                    orphans.add(key);
                }
            }
        }
        return orphans;
    }

    /// A manifest that a newer one has replaced. Who still reads by it began to when it was new, a tolerance ago.
    private static boolean isSuperseded(String key, Segment segment) {
        String newest = segment.info().getManifest();
        return key.endsWith(MANIFEST) && !newest.isEmpty() && !key.equals(newest);
    }

    /// From `segments/<table>/<partition>/<segment>/<file>`.
    private static OptionalLong segmentId(String key) {
        String[] parts = key.split("/", -1);
        try {
            return parts.length < 5 ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(parts[3]));
        } catch (NumberFormatException _) {
            return OptionalLong.empty();
        }
    }
}
