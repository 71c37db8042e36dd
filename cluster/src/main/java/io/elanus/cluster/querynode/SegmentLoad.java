package io.elanus.cluster.querynode;

import io.elanus.cluster.ClusterException;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.proto.grpc.LoadSegmentsRequest;
import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.proto.grpc.SegmentLevel;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.segment.DeltaBatch;
import io.elanus.storage.segment.Segment;
import io.elanus.storage.type.TableSchema;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/// Loads the files of a target beside what serves: segments first, with the deletes they lack, then indexes. Lives
/// on the loop; opens files on I/O workers.
final class SegmentLoad {
    /// More key lookups than this are made by a worker.
    private static final long INLINE_LOOKUPS = 2_000;

    private final RoleContext context;
    private final SegmentFiles files;
    private final ShardRows rows;
    private final Turns turns;
    private final BooleanSupplier closed;
    private final IndexLoad indexes;
    /// Deletes that were read before a load asked for them, by segment.
    private final Map<Long, DeltaBatch> early = new HashMap<>();

    SegmentLoad(RoleContext context, SegmentFiles files, ShardRows rows, Turns turns, BooleanSupplier closed) {
        this.context = context;
        this.files = files;
        this.rows = rows;
        this.turns = turns;
        this.closed = closed;
        this.indexes = new IndexLoad(context, files, rows, turns, closed);
    }

    /// Reports no damage any more.
    void close() {
        indexes.close();
    }

    CompletableFuture<Void> load(LoadSegmentsRequest request, TableSchema schema) {
        List<SegmentInfo> missing = request.getSegmentsList().stream()
                .filter(segment -> segment.getLevel() != SegmentLevel.L0 && !rows.holds(segment.getSegmentId()))
                .toList();
        if (missing.isEmpty()) {
            early.clear();
        }
        CompletableFuture<Void> segments = missing.isEmpty()
                ? CompletableFuture.completedFuture(null)
                : open(missing, deletesOf(request), schema)
                        .thenComposeAsync(
                                opened -> turns.take(() -> join(opened, request.getCheckpointTs())), context.loop());
        return segments.thenComposeAsync(_ -> indexes.load(request, schema), context.loop());
    }

    private static List<SegmentInfo> deletesOf(LoadSegmentsRequest request) {
        return request.getSegmentsList().stream()
                .filter(segment -> segment.getLevel() == SegmentLevel.L0)
                .toList();
    }

    /// Opens all of them, or none.
    private CompletableFuture<List<ServedSegment>> open(
            List<SegmentInfo> missing, List<SegmentInfo> deletes, TableSchema schema) {
        return loadDeletes(deletes)
                .thenComposeAsync(
                        batches -> {
                            List<CompletableFuture<ServedSegment>> parts = missing.stream()
                                    .map(info -> context.workers().io(() -> open(info, batches, schema)))
                                    .toList();
                            return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
                                    .whenComplete((_, error) -> {
                                        if (error != null) {
                                            parts.stream()
                                                    .filter(part -> !part.isCompletedExceptionally())
                                                    .forEach(part -> part.join()
                                                            .references()
                                                            .release());
                                        }
                                    })
                                    .thenApply(_ -> parts.stream()
                                            .map(CompletableFuture::join)
                                            .toList());
                        },
                        context.loop());
    }

    /// Reads deletes that the next load is likely to want as well, for which they are kept.
    CompletableFuture<List<DeltaBatch>> loadDeletesEarly(List<SegmentInfo> infos) {
        return loadDeletes(infos)
                .thenApplyAsync(
                        batches -> {
                            for (int i = 0; i < batches.size(); i++) {
                                early.put(infos.get(i).getSegmentId(), batches.get(i));
                            }
                            return batches;
                        },
                        context.loop());
    }

    /// Reads them side by side: each costs requests that wait for the object store. An L0 segment never changes.
    private CompletableFuture<List<DeltaBatch>> loadDeletes(List<SegmentInfo> infos) {
        List<CompletableFuture<DeltaBatch>> parts = new ArrayList<>();
        for (SegmentInfo info : infos) {
            DeltaBatch known = early.get(info.getSegmentId());
            parts.add(
                    known == null
                            ? context.workers().io(() -> files.loadDeletes(info))
                            : CompletableFuture.completedFuture(known));
        }
        early.clear();
        return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
                .thenApply(_ -> parts.stream().map(CompletableFuture::join).toList());
    }

    private ServedSegment open(SegmentInfo info, List<DeltaBatch> deletes, TableSchema schema) {
        Segment segment = files.openSealed(info, schema);
        try {
            applyAll(deletes, segment);
            return new ServedSegment(segment, rows.interims(segment));
        } catch (RuntimeException | Error e) { // a mapped file may fault: it is let go all the same
            segment.close();
            throw e;
        }
    }

    static void applyAll(List<DeltaBatch> deletes, Segment segment) {
        for (DeltaBatch batch : deletes) {
            for (int i = 0; i < batch.size(); i++) {
                segment.end(batch.key(i), batch.ts(i));
            }
        }
    }

    /// No span of the log is applied meanwhile, so that a delete is either in the buffer or comes to the segment.
    private CompletableFuture<Void> join(List<ServedSegment> opened, long checkpointTs) {
        if (closed.getAsBoolean() || checkpointTs < rows.checkpointTs()) {
            opened.forEach(segment -> segment.references().release());
            return CompletableFuture.failedFuture(new ClusterException(
                    ErrorCode.STALE_EPOCH,
                    "A target with the checkpoint [%d] comes after one with [%d] and is ignored."
                            .formatted(checkpointTs, rows.checkpointTs())));
        }
        List<ServedSegment> fresh = withoutLoaded(opened);
        CompletableFuture<Void> caughtUp = CompletableFuture.completedFuture(null);
        if (rows.bufferedDeletes() * fresh.size() <= INLINE_LOOKUPS) {
            rows.catchUp(fresh);
        } else {
            caughtUp = context.workers().io(() -> {
                rows.catchUp(fresh);
                return null;
            });
        }
        return caughtUp.thenRunAsync(() -> takeOver(fresh), context.loop());
    }

    /// Two loads that ran beside each other may have opened a segment twice.
    private List<ServedSegment> withoutLoaded(List<ServedSegment> opened) {
        List<ServedSegment> fresh = new ArrayList<>();
        for (ServedSegment segment : opened) {
            if (rows.holds(segment.segment().id().segmentId())) {
                segment.references().release();
            } else {
                fresh.add(segment);
            }
        }
        return fresh;
    }

    private void takeOver(Collection<ServedSegment> fresh) {
        if (closed.getAsBoolean()) {
            fresh.forEach(segment -> segment.references().release());
        } else {
            rows.join(fresh);
        }
    }
}
