package io.elanus.sql.bulk;

import io.elanus.cluster.proxy.TableAccess;
import io.elanus.proto.grpc.ImportSegmentsRequest;
import io.elanus.proto.grpc.LoadedFile;
import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.proto.grpc.SegmentLevel;
import io.elanus.proto.grpc.SegmentState;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.exec.QueryContext;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.segment.SegmentAssembler;
import io.elanus.storage.segment.SegmentManifest;
import io.elanus.storage.segment.SegmentWriter;
import io.elanus.storage.segment.StoredManifest;
import io.elanus.storage.type.Shard;
import io.elanus.storage.type.TableSchema;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One import into one table. Belongs to one thread.
public final class SegmentImport {
    /// Of a segment that is made here; smaller ones are merged later.
    private static final long SEGMENT_BYTES = 512L << 20;
    /// A channel may be saved up to the timestamp by the time the segments are to come in; then a later one is
    /// taken.
    private static final int ATTEMPTS = 5;

    private final BulkStorage storage;
    private final TableAccess tables;
    private final TableSchema table;
    private final QueryContext context;
    private final SegmentWriter writer;
    private final Map<SegmentManifest, Shard> made = new LinkedHashMap<>();

    public SegmentImport(BulkStorage storage, TableAccess tables, TableSchema table, QueryContext context) {
        this.storage = storage;
        this.tables = tables;
        this.table = table;
        this.context = context;
        this.writer = new SegmentWriter(storage.objects(), new SecureRandom()::nextLong, context.allocator());
    }

    /// What takes the rows of a shard and a partition; the caller closes it, and gives what it made to [#add].
    public SegmentAssembler assembler(long partitionId) {
        return new SegmentAssembler(
                writer,
                SegmentAssembler.Plan.of(table, partitionId, SEGMENT_BYTES, 1),
                () -> context.await(tables.allocateIds(1)),
                context.allocator());
    }

    public void add(Shard shard, List<SegmentManifest> segments) {
        segments.forEach(segment -> made.put(segment, shard));
    }

    /// Is there no row in the table, nor anybody about to write one?
    public boolean isIntoEmpty() {
        var request = ImportSegmentsRequest.newBuilder()
                .setTableId(table.tableId())
                .setIntoEmptyTable(true)
                .build();
        try {
            context.await(storage.importSegments(request));
            return true;
        } catch (QueryException e) {
            if (e.code() == ErrorCode.UNIQUE_VIOLATION) {
                return false;
            }
            throw e;
        }
    }

    /// Makes all of it visible at one timestamp, which is returned.
    public long commit() {
        return commit(false, null);
    }

    /// As [#commit].
    ///
    /// @param intoEmpty only if there is no other row in the table; UNIQUE_VIOLATION otherwise
    /// @param loaded the file that all of it came from, remembered in the same step; OBJECT_EXISTS when it is
    ///     already
    public long commit(boolean intoEmpty, @Nullable LoadedFile loaded) {
        for (int attempt = 1; ; attempt++) {
            context.check();
            long ts = context.await(tables.now());
            var request = ImportSegmentsRequest.newBuilder()
                    .setTableId(table.tableId())
                    .setIntoEmptyTable(intoEmpty)
                    .setCommitTs(ts);
            if (loaded != null) {
                request.setLoaded(loaded);
            }
            made.forEach((segment, shard) -> request.addSegments(describe(writer.stamp(segment, ts), shard, ts)));
            try {
                if (!made.isEmpty() || loaded != null) {
                    context.await(storage.importSegments(request.build()));
                }
                return ts;
            } catch (QueryException e) {
                if (e.code() != ErrorCode.CONFLICT || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /// Segments that were made.
    public List<SegmentManifest> segments() {
        return new ArrayList<>(made.keySet());
    }

    private static SegmentInfo describe(StoredManifest stored, Shard shard, long ts) {
        SegmentManifest manifest = stored.manifest();
        return SegmentInfo.newBuilder()
                .setSegmentId(manifest.id().segmentId())
                .setTableId(manifest.id().tableId())
                .setPartitionId(manifest.id().partitionId())
                .setVchannel(shard.vchannel())
                .setState(SegmentState.FLUSHED)
                .setLevel(SegmentLevel.L1)
                .setManifest(stored.key())
                .setRows(manifest.rows())
                .setBytes(manifest.bytes())
                .setMinTs(ts)
                .setMaxTs(ts)
                .build();
    }
}
