package io.elanus.cluster.querynode;

import io.elanus.cluster.runtime.EventLoop;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.proto.grpc.LoadSegmentsRequest;
import io.elanus.proto.grpc.SegmentIndex;
import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.proto.grpc.SegmentLevel;
import io.elanus.storage.type.TableSchema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Opens the indexes of a target's segments, and takes out those that turn out to be damaged. A segment without an
/// index is searched row by row: slower, but right. Lives on the loop; opens files on I/O workers.
final class IndexLoad implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IndexLoad.class);
    private static final Duration AGAIN = Duration.ofSeconds(5);

    /// What became of opening an index; one of both is null.
    private record Opened(
            @Nullable ServedIndex index, @Nullable Throwable failure) {}

    private final RoleContext context;
    private final SegmentFiles files;
    private final ShardRows rows;
    private final Turns turns;
    private final BooleanSupplier closed;
    private final DamagedIndexes damaged;
    private @Nullable LoadSegmentsRequest newest;
    private EventLoop.@Nullable Timer retry;
    /// The checks of files that serve already: one at a time, so that searches keep the disk.
    private CompletableFuture<Void> checks = CompletableFuture.completedFuture(null);

    IndexLoad(RoleContext context, SegmentFiles files, ShardRows rows, Turns turns, BooleanSupplier closed) {
        this.context = context;
        this.files = files;
        this.rows = rows;
        this.turns = turns;
        this.closed = closed;
        this.damaged = new DamagedIndexes(context);
    }

    /// Shows reads the indexes of the request that can be opened, and closes all others.
    CompletableFuture<Void> load(LoadSegmentsRequest request, TableSchema schema) {
        newest = request;
        damaged.keepOnly(request.getIndexesList());
        List<CompletableFuture<Void>> parts = new ArrayList<>();
        for (SegmentInfo segment : request.getSegmentsList()) {
            if (segment.getLevel() != SegmentLevel.L0 && rows.holds(segment.getSegmentId())) {
                List<SegmentIndex> wanted = request.getIndexesList().stream()
                        .filter(index -> index.getSegmentId() == segment.getSegmentId())
                        .filter(index -> !damaged.contains(index))
                        .toList();
                if (!opened(segment.getSegmentId()).equals(wanted)) {
                    parts.add(load(rows.sealed(segment.getSegmentId()), wanted, schema));
                }
            }
        }
        return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new));
    }

    private List<SegmentIndex> opened(long segmentId) {
        return rows.indexesOf(segmentId).stream().map(ServedIndex::info).toList();
    }

    private CompletableFuture<Void> load(ServedSegment segment, List<SegmentIndex> wanted, TableSchema schema) {
        List<ServedIndex> before = rows.indexesOf(segment.segment().id().segmentId());
        segment.references().retain();
        List<CompletableFuture<Opened>> parts = wanted.stream()
                .map(index -> before.stream()
                        .filter(open -> open.info().equals(index))
                        .findFirst()
                        .map(open -> CompletableFuture.completedFuture(new Opened(open, null)))
                        .orElseGet(() -> context.workers()
                                .io(() -> files.openIndex(
                                        index, segment, schema, cause -> onDamaged(segment, index, cause)))
                                .handle(Opened::new)))
                .toList();
        return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
                .thenComposeAsync(
                        _ -> turns.take(() -> {
                            show(segment, before, parts, wanted);
                            segment.references().release();
                            return CompletableFuture.completedFuture(null);
                        }),
                        context.loop())
                .thenRunAsync(() -> tryAgain(schema, parts), context.loop());
    }

    private void show(
            ServedSegment segment,
            List<ServedIndex> before,
            List<CompletableFuture<Opened>> parts,
            List<SegmentIndex> wanted) {
        List<ServedIndex> open = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            Opened opened = parts.get(i).join();
            if (opened.index() != null) {
                open.add(opened.index());
            } else if (opened.failure() != null && DamagedIndexes.isDamage(opened.failure())) {
                damaged.add(wanted.get(i), opened.failure());
            } else {
                LOG.warn(
                        "Index not opened, will try again: file={}",
                        wanted.get(i).getFile(),
                        opened.failure());
            }
        }
        long segmentId = segment.segment().id().segmentId();
        boolean current = !closed.getAsBoolean()
                && rows.holds(segmentId)
                && rows.indexesOf(segmentId).equals(before);
        if (current) {
            rows.show(segmentId, open);
            open.stream().filter(index -> !before.contains(index)).forEach(index -> checkLater(segment, index));
        } else {
            open.stream()
                    .filter(index -> !before.contains(index))
                    .forEach(index -> index.references().release());
        }
    }

    /// Reads in the background what opening has not. Damage that is found is treated as if a search had met it.
    private void checkLater(ServedSegment segment, ServedIndex index) {
        index.check().ifPresent(check -> {
            index.references().retain();
            checks = checks.thenComposeAsync(_ -> checkNow(check), context.loop())
                    .handleAsync(
                            (_, error) -> {
                                index.references().release();
                                if (error != null && DamagedIndexes.isDamage(error)) {
                                    onDamaged(segment, index.info(), error);
                                } else if (error != null) {
                                    LOG.warn(
                                            "Index not checked: file={}",
                                            index.info().getFile(),
                                            error);
                                }
                                return null;
                            },
                            context.loop());
        });
    }

    private CompletableFuture<Void> checkNow(Runnable check) {
        return closed.getAsBoolean()
                ? CompletableFuture.completedFuture(null)
                : context.workers().io(() -> {
                    check.run();
                    return null;
                });
    }

    /// Files that could not be opened for a reason that passes.
    private void tryAgain(TableSchema schema, List<CompletableFuture<Opened>> parts) {
        boolean needed = parts.stream()
                .map(part -> part.join().failure())
                .anyMatch(failure -> failure != null && !DamagedIndexes.isDamage(failure));
        if (needed && retry == null && !closed.getAsBoolean()) {
            retry = context.loop().schedule(AGAIN, () -> {
                retry = null;
                if (newest != null && !closed.getAsBoolean()) {
                    var _ = load(newest, schema);
                }
            });
        }
    }

    /// A search met the damage; it has found its rows without the index. Any thread.
    private void onDamaged(ServedSegment segment, SegmentIndex index, Throwable cause) {
        context.loop().execute(() -> {
            var _ = turns.take(() -> {
                if (!closed.getAsBoolean()) {
                    damaged.add(index, cause);
                    takeOut(segment, index);
                }
                return CompletableFuture.completedFuture(null);
            });
        });
    }

    private void takeOut(ServedSegment segment, SegmentIndex index) {
        long segmentId = segment.segment().id().segmentId();
        List<ServedIndex> left = rows.indexesOf(segmentId).stream()
                .filter(open -> !open.info().equals(index))
                .toList();
        if (rows.holds(segmentId) && left.size() < rows.indexesOf(segmentId).size()) {
            rows.show(segmentId, left);
        }
    }

    @Override
    public void close() {
        damaged.close();
        if (retry != null) {
            retry.cancel();
        }
    }
}
