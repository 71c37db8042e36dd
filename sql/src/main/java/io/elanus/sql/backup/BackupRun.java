package io.elanus.sql.backup;

import io.elanus.cluster.proxy.TableAccess;
import io.elanus.proto.grpc.BackupManifest;
import io.elanus.proto.grpc.BackupTable;
import io.elanus.proto.grpc.PinTableReply;
import io.elanus.proto.grpc.PinTableRequest;
import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.sql.bulk.BulkStorage;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.exec.QueryContext;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.object.ObjectStore;
import io.elanus.storage.segment.SealedSegment;
import io.elanus.storage.segment.SegmentManifest;
import io.elanus.storage.segment.SegmentSnapshot;
import io.elanus.storage.segment.SegmentStatistics;
import io.elanus.storage.type.HybridTime;
import io.elanus.storage.type.SchemaProtos;
import io.elanus.storage.type.Shard;
import io.elanus.storage.type.TableSchema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// One BACKUP. Belongs to one thread; [#filesDone] from any.
public final class BackupRun {
    private static final Duration PIN = Duration.ofMinutes(5);
    private static final Duration PIN_AGAIN = Duration.ofMinutes(1);
    private static final long POLL_MILLIS = 50;
    /// A number above it was not made here but given by somebody.
    private static final long MOST_GENERATED = 1L << 53;

    private final BackupPlan plan;
    private final BulkStorage storage;
    private final TableAccess tables;
    private final QueryContext context;
    private final String product;
    private final String pinId = UUID.randomUUID().toString();
    private long ts;
    private long pinnedNanos;
    private final AtomicLong files = new AtomicLong();

    public BackupRun(BackupPlan plan, BulkStorage storage, TableAccess tables, QueryContext context, String product) {
        this.plan = plan;
        this.storage = storage;
        this.tables = tables;
        this.context = context;
        this.product = product;
    }

    /// Files that were copied.
    public long filesDone() {
        return files.get();
    }

    /// Makes the backup and returns its manifest.
    public BackupManifest run() {
        try (ObjectStore to = storage.open(plan.place())) {
            refuseExisting(to);
            // The end of this millisecond, which AS OF can name.
            ts = context.await(tables.now()) | HybridTime.LOGICAL_MASK;
            pin(PIN);
            try {
                return write(to);
            } finally {
                // What is not heard ends by itself.
                plan.tables().forEach(table -> storage.pin(request(table, Duration.ZERO)));
            }
        }
    }

    private void refuseExisting(ObjectStore to) {
        if (to.find(ManifestObject.KEY).isPresent()) {
            throw new QueryException(
                    ErrorCode.OBJECT_EXISTS,
                    "There is a backup in [%s] already.".formatted(plan.place().text()),
                    "Each backup has a place of its own: name another.");
        }
    }

    private BackupManifest write(ObjectStore to) {
        var flushes = plan.tables().stream().map(storage::flush).toList();
        flushes.forEach(context::await);
        var manifest = BackupManifest.newBuilder()
                .setTs(ts)
                .setTakenMillis(HybridTime.millis(ts))
                .setProduct(product)
                .addAllSchemas(plan.schemas())
                .addAllViews(plan.views());
        plan.access().ifPresent(access -> manifest.setAccess(AccessRestore.of(access, plan)));
        for (TableSchema table : plan.tables()) {
            manifest.addTables(copy(table, await(table), to));
        }
        BackupManifest made = manifest.build();
        context.check();
        ManifestObject.store(to, made);
        return made;
    }

    /// The segments that hold all that the timestamp sees.
    private List<SegmentInfo> await(TableSchema table) {
        while (true) {
            PinTableReply reply = context.await(
                    storage.pin(request(table, PIN).toBuilder().setList(true).build()));
            if (reply.getCollectedTs() > ts) {
                throw new QueryException(
                        ErrorCode.CONFLICT,
                        "A compaction has removed rows of table [%s] that the backup was about to keep."
                                .formatted(table.name()),
                        "Start the backup again.");
            }
            if (reply.getComplete()) {
                return reply.getSegmentsList().stream()
                        .filter(segment -> segment.getMinTs() <= ts)
                        .toList();
            }
            context.await(new CompletableFuture<Void>().completeOnTimeout(null, POLL_MILLIS, TimeUnit.MILLISECONDS));
        }
    }

    private BackupTable copy(TableSchema table, List<SegmentInfo> segments, ObjectStore to) {
        var copied = BackupTable.newBuilder()
                .setSchema(SchemaProtos.toProto(table))
                .addAllIndexes(plan.indexesOf(table))
                .addAllSegments(segments)
                .setRows(count(table, segments));
        long lastKey = 0;
        for (SegmentInfo info : segments) {
            SegmentManifest manifest = StoredSegments.manifest(storage.objects(), info);
            lastKey = Math.max(lastKey, lastKey(table, manifest));
            var keys = new ArrayList<>(manifest.sizes().keySet());
            keys.add(info.getManifest());
            for (String key : keys) {
                context.check();
                keepPin();
                copied.addFiles(ObjectCopy.copy(storage.objects(), to, key));
                files.incrementAndGet();
            }
        }
        return copied.setLastKey(lastKey).build();
    }

    /// Reads every byte, so that a damaged file is found now and not when it is needed, and counts.
    private long count(TableSchema table, List<SegmentInfo> segments) {
        var stored = new StoredSegments(storage.objects(), table, segments);
        var rows = new long[1];
        for (Shard shard : table.shards()) {
            for (long partition : stored.partitions(shard.vchannel())) {
                stored.forEach(shard.vchannel(), partition, context.allocator(), segment -> {
                    context.check();
                    keepPin();
                    segment.verify();
                    rows[0] += visible(segment);
                });
            }
        }
        return rows[0];
    }

    private long visible(SealedSegment segment) {
        try (SegmentSnapshot snapshot = segment.snapshot()) {
            return snapshot.visible(ts).cardinality();
        }
    }

    private static long lastKey(TableSchema table, SegmentManifest manifest) {
        if (!table.keyColumn().generated()) {
            return 0;
        }
        return manifest.chunks().stream()
                .map((SegmentStatistics chunk) -> chunk.find(table.keyColumnId()))
                .flatMap(column -> column.stream().flatMap(bounds -> bounds.max().stream()))
                .mapToLong(bound -> bound.getInt64())
                .filter(key -> key <= MOST_GENERATED)
                .max()
                .orElse(0);
    }

    private void keepPin() {
        if (context.nanos() - pinnedNanos > PIN_AGAIN.toNanos()) {
            pin(PIN);
        }
    }

    private void pin(Duration life) {
        for (TableSchema table : plan.tables()) {
            context.await(storage.pin(request(table, life)));
        }
        pinnedNanos = context.nanos();
    }

    private PinTableRequest request(TableSchema table, Duration life) {
        return PinTableRequest.newBuilder()
                .setPinId(pinId + "/" + table.tableId())
                .setTableId(table.tableId())
                .setTs(ts)
                .setMillis(life.toMillis())
                .build();
    }
}
