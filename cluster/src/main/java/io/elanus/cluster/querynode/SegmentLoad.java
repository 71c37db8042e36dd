package io.elanus.cluster.querynode;

import io.elanus.cluster.ClusterException;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.proto.grpc.LoadSegmentsRequest;
import io.elanus.proto.grpc.SegmentIndex;
import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.proto.grpc.SegmentLevel;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.segment.DeltaBatch;
import io.elanus.storage.segment.Segment;
import io.elanus.storage.type.TableSchema;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Loads the files of a target beside what serves: segments first, with the deletes they lack, then indexes. Lives
/// on the loop; opens files on I/O workers.
final class SegmentLoad {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentLoad.class);
    /// More key lookups than this are made by a worker.
    private static final long INLINE_LOOKUPS = 2_000;

    private final RoleContext context;
    private final SegmentFiles files;
    private final ShardRows rows;
    private final Turns turns;
    private final BooleanSupplier closed;
    private final Set<Long> brokenBuilds = new HashSet<>();

    SegmentLoad(RoleContext context, SegmentFiles files, ShardRows rows, Turns turns, BooleanSupplier closed) {
        this.context = context;
        this.files = files;
        this.rows = rows;
        this.turns = turns;
        this.closed = closed;
    }

    CompletableFuture<Void> load(LoadSegmentsRequest request, TableSchema schema) {
        List<SegmentInfo> missing = request.getSegmentsList().stream()
                .filter(segment -> segment.getLevel() != SegmentLevel.L0 && !rows.holds(segment.getSegmentId()))
                .toList();
        CompletableFuture<Void> segments = missing.isEmpty()
                ? CompletableFuture.completedFuture(null)
                : open(missing, deletesOf(request), schema)
                        .thenComposeAsync(
                                opened -> turns.take(() -> join(opened, request.getCheckpointTs())), context.loop());
        return segments.thenComposeAsync(_ -> loadIndexes(request, schema), context.loop());
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

    CompletableFuture<List<DeltaBatch>> loadDeletes(List<SegmentInfo> infos) {
        return infos.isEmpty()
                ? CompletableFuture.completedFuture(List.of())
                : context.workers()
                        .io(() -> infos.stream().map(files::loadDeletes).toList());
    }

    private ServedSegment open(SegmentInfo info, List<DeltaBatch> deletes, TableSchema schema) {
        Segment segment = files.openSealed(info, schema);
        try {
            applyAll(deletes, segment);
            return new ServedSegment(segment);
        } catch (RuntimeException e) {
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

    // ---- indexes

    private CompletableFuture<Void> loadIndexes(LoadSegmentsRequest request, TableSchema schema) {
        List<CompletableFuture<Void>> parts = new ArrayList<>();
        for (SegmentInfo segment : request.getSegmentsList()) {
            if (segment.getLevel() != SegmentLevel.L0 && rows.holds(segment.getSegmentId())) {
                List<SegmentIndex> wanted = request.getIndexesList().stream()
                        .filter(index -> index.getSegmentId() == segment.getSegmentId())
                        .filter(index -> !brokenBuilds.contains(index.getBuildId()))
                        .toList();
                if (!opened(segment.getSegmentId()).equals(wanted)) {
                    parts.add(loadIndexes(rows.sealed(segment.getSegmentId()), wanted, schema));
                }
            }
        }
        return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new));
    }

    private List<SegmentIndex> opened(long segmentId) {
        return rows.indexesOf(segmentId).stream().map(ServedIndex::info).toList();
    }

    private CompletableFuture<Void> loadIndexes(ServedSegment segment, List<SegmentIndex> wanted, TableSchema schema) {
        List<ServedIndex> before = rows.indexesOf(segment.segment().id().segmentId());
        segment.references().retain();
        List<CompletableFuture<Optional<ServedIndex>>> parts = wanted.stream()
                .map(index -> before.stream()
                        .filter(open -> open.info().equals(index))
                        .findFirst()
                        .map(open -> CompletableFuture.completedFuture(Optional.of(open)))
                        .orElseGet(() -> context.workers().io(() -> openIndex(index, segment, schema))))
                .toList();
        return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
                .handle((_, _) -> true)
                .thenComposeAsync(
                        _ -> turns.take(() -> {
                            show(segment, before, parts, wanted);
                            segment.references().release();
                            return CompletableFuture.completedFuture(null);
                        }),
                        context.loop());
    }

    /// An index that cannot be opened leaves its segment to brute force: slower, but right.
    private Optional<ServedIndex> openIndex(SegmentIndex index, ServedSegment segment, TableSchema schema) {
        try {
            return Optional.of(files.openIndex(index, segment, schema));
        } catch (RuntimeException e) { // whatever is wrong with the file, the segment can be read without it
            LOG.error(
                    "Index not usable, its segment is searched without: segment={} index={} file={}",
                    index.getSegmentId(),
                    index.getIndex().getName(),
                    index.getFile(),
                    e);
            return Optional.empty();
        }
    }

    private void show(
            ServedSegment segment,
            List<ServedIndex> before,
            List<CompletableFuture<Optional<ServedIndex>>> parts,
            List<SegmentIndex> wanted) {
        List<ServedIndex> open = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            Optional<ServedIndex> index = parts.get(i).isCompletedExceptionally()
                    ? Optional.empty()
                    : parts.get(i).join();
            index.ifPresent(open::add);
            if (index.isEmpty() && !parts.get(i).isCompletedExceptionally()) {
                brokenBuilds.add(wanted.get(i).getBuildId());
            }
        }
        long segmentId = segment.segment().id().segmentId();
        boolean current = !closed.getAsBoolean()
                && rows.holds(segmentId)
                && rows.indexesOf(segmentId).equals(before);
        if (current) {
            rows.show(segmentId, open);
        } else {
            open.stream()
                    .filter(index -> !before.contains(index))
                    .forEach(index -> index.references().release());
        }
    }
}
