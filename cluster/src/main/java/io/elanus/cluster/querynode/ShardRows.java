package io.elanus.cluster.querynode;

import io.elanus.cluster.ClusterException;
import io.elanus.cluster.channel.ChannelMessage;
import io.elanus.cluster.querynode.fragment.ReadView;
import io.elanus.cluster.runtime.Workers;
import io.elanus.proto.grpc.Broadcast;
import io.elanus.proto.grpc.LogHeader;
import io.elanus.proto.grpc.RowSlice;
import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.proto.grpc.Write;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.log.LogMessage;
import io.elanus.storage.segment.ArrowBatches;
import io.elanus.storage.segment.ChunkSize;
import io.elanus.storage.segment.GrowingSegment;
import io.elanus.storage.segment.KeyReader;
import io.elanus.storage.segment.Segment;
import io.elanus.storage.segment.SegmentId;
import io.elanus.storage.type.ArrowTypes;
import io.elanus.storage.type.HybridTime;
import io.elanus.storage.type.Partitioning;
import io.elanus.storage.type.SchemaProtos;
import io.elanus.storage.type.TableSchema;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/// The rows of one vchannel on this node. Changed only in a turn, by the loop or by the worker the turn was given
/// to; read through [#open], by any thread. What leaves is freed only after the generation without it is published.
final class ShardRows implements AutoCloseable {
    private final BufferAllocator memory;
    private final Workers workers;
    private final Map<Long, GrowingRows> growing = new LinkedHashMap<>();
    private final Map<Long, ServedSegment> sealed = new LinkedHashMap<>();
    private final Map<Long, List<ServedIndex>> indexes = new HashMap<>();
    /// Those whose end came by the log, and when.
    private final Map<Long, Long> droppedPartitions = new ConcurrentHashMap<>();
    private final DeleteBuffer deletes = new DeleteBuffer();
    private Coverage coverage;
    private List<Long> shown = List.of();
    private volatile TableSchemas schemas;
    private volatile long droppedTs = HybridTime.MAX;
    private volatile Generation generation = Generation.EMPTY;

    ShardRows(TableSchemas schemas, Coverage coverage, BufferAllocator memory, Workers workers) {
        this.schemas = schemas;
        this.coverage = coverage;
        this.memory = memory;
        this.workers = workers;
    }

    /// For a segment that is going to be here.
    InterimIndexes interims(Segment segment) {
        return new InterimIndexes(segment, workers, memory);
    }

    TableSchemas schemas() {
        return schemas;
    }

    Generation generation() {
        return generation;
    }

    /// When the table was dropped; [HybridTime#MAX] if it was not.
    long droppedTs() {
        return droppedTs;
    }

    long checkpointTs() {
        return coverage.checkpointTs();
    }

    boolean holds(long segmentId) {
        return sealed.containsKey(segmentId);
    }

    ServedSegment sealed(long segmentId) {
        ServedSegment segment = sealed.get(segmentId);
        if (segment == null) {
            throw new IllegalStateException("Segment [%d] is not loaded".formatted(segmentId));
        }
        return segment;
    }

    List<ServedIndex> indexesOf(long segmentId) {
        return indexes.getOrDefault(segmentId, List.of());
    }

    long memoryBytes() {
        long bytes = deletes.memoryBytes();
        for (GrowingRows rows : generation.growing()) {
            bytes += rows.memoryBytes();
        }
        for (Generation.Sealed part : generation.sealed()) {
            bytes += part.segment().memoryBytes();
        }
        return bytes;
    }

    // ---- what the log brings

    void apply(ChannelMessage message) {
        LogHeader header = message.message().header();
        switch (header.getBodyCase()) {
            case WRITE -> write(message.message(), header.getWrite(), header.getTs());
            case BROADCAST -> change(header.getBroadcast(), header.getTs());
            case TICK, BODY_NOT_SET ->
                throw new IllegalStateException(
                        "A released message at [%d] is neither a write nor a broadcast".formatted(message.position()));
        }
    }

    private void write(LogMessage message, Write write, long ts) {
        List<byte[]> ended = new ArrayList<>();
        if (write.getRowsBytes() > 0) {
            try (VectorSchemaRoot rows = ArrowBatches.decode(message.rows(), memory)) {
                append(rows, write, ts);
                if (write.getReplaces()) {
                    addKeys(keyVector(rows), ended);
                }
            }
        }
        if (write.getDeletesBytes() > 0) {
            try (VectorSchemaRoot keys = ArrowBatches.decode(message.deletes(), memory)) {
                addKeys(keys.getVector(0), ended);
            }
        }
        end(ended, ts);
    }

    private void append(VectorSchemaRoot rows, Write write, long ts) {
        int from = 0;
        for (RowSlice slice : write.getSlicesList()) {
            if (!coverage.covers(slice.getSegmentId(), ts)) {
                growingRows(write, slice).append(rows, from, slice.getRows(), ts);
            }
            from += slice.getRows();
        }
    }

    private GrowingRows growingRows(Write write, RowSlice slice) {
        GrowingRows known = growing.get(slice.getSegmentId());
        if (known != null) {
            return known;
        }
        var id = new SegmentId(write.getTableId(), slice.getPartitionId(), slice.getSegmentId());
        TableSchemas now = schemas;
        var segment = new GrowingSegment(id, now.newest(), ChunkSize.rows(now.newest()), memory);
        var fresh = new GrowingRows(segment, SegmentInfo.getDefaultInstance(), interims(segment));
        growing.put(slice.getSegmentId(), fresh);
        publish();
        return fresh;
    }

    private FieldVector keyVector(VectorSchemaRoot rows) {
        String keyId = Integer.toString(schemas.newest().keyColumnId());
        for (FieldVector vector : rows.getFieldVectors()) {
            if (keyId.equals(vector.getField().getMetadata().get(ArrowTypes.COLUMN_ID))) {
                return vector;
            }
        }
        throw new ClusterException(
                ErrorCode.CORRUPT,
                "A write of the log to table [%s] has no key column."
                        .formatted(schemas.newest().name()));
    }

    private static void addKeys(FieldVector vector, List<byte[]> keys) {
        KeyReader reader = KeyReader.of(vector);
        for (int row = 0; row < vector.getValueCount(); row++) {
            keys.add(reader.key(row));
        }
    }

    /// Ends older rows of these keys wherever they are, and remembers the keys for segments yet to be loaded.
    private void end(List<byte[]> keys, long ts) {
        for (byte[] key : keys) {
            for (GrowingRows rows : growing.values()) {
                rows.segment().end(key, ts);
            }
            for (ServedSegment segment : sealed.values()) {
                segment.segment().end(key, ts);
            }
        }
        deletes.add(ts, keys);
    }

    private void change(Broadcast broadcast, long ts) {
        switch (broadcast.getChangeCase()) {
            case DROP_TABLE -> droppedTs = Math.min(droppedTs, ts);
            case SCHEMA -> {
                TableSchema changed = SchemaProtos.fromProto(broadcast.getSchema());
                dropPartitions(schemas.newest(), changed, ts);
                learn(TableSchemas.of(changed));
                growing.values().forEach(rows -> rows.segment().evolve(schemas.newest()));
            }
            case CHANGE_NOT_SET -> {}
        }
    }

    private void dropPartitions(TableSchema before, TableSchema after, long ts) {
        before.partitioning().map(Partitioning::partitions).orElse(List.of()).stream()
                .filter(partition -> !after.hasPartition(partition.id()))
                .forEach(partition -> droppedPartitions.merge(partition.id(), ts, Math::min));
    }

    /// A partition that this node has not seen dropped, and the table does not have, was dropped long ago.
    private boolean hasPartition(long partitionId, long readTs) {
        // The schema first: a drop is noted before the schema without the partition is.
        boolean known = schemas.newest().hasPartition(partitionId);
        Long dropped = droppedPartitions.get(partitionId);
        return dropped == null ? known : dropped > readTs;
    }

    /// Takes note of a version of the table.
    void learn(TableSchemas other) {
        schemas = schemas.with(other.newest());
    }

    // ---- what is loaded

    /// A growing segment with the rows that were persisted before the log goes on, and their deletes applied.
    void recover(GrowingRows rows) {
        growing.put(rows.segment().id().segmentId(), rows);
        publish();
    }

    /// Applies the deletes that came by the log. The segments' files have those before.
    void catchUp(Collection<ServedSegment> loaded) {
        loaded.forEach(segment -> deletes.applyTo(segment.segment()));
    }

    long bufferedDeletes() {
        return deletes.keyCount();
    }

    /// From now on the segments get deletes with all others; no read sees them yet. Takes them over.
    void join(Collection<ServedSegment> loaded) {
        loaded.forEach(segment -> sealed.put(segment.segment().id().segmentId(), segment));
    }

    /// Shows these indexes, and no others, to reads of the segment. Takes new ones over.
    void show(long segmentId, List<ServedIndex> open) {
        List<ServedIndex> before = indexesOf(segmentId);
        indexes.put(segmentId, List.copyOf(open));
        publish();
        sealed(segmentId).interims().leaveTo(open);
        before.stream()
                .filter(index -> !open.contains(index))
                .forEach(index -> index.references().release());
    }

    /// Makes the sealed segments of a target the ones that reads see.
    void sync(Coverage target) {
        for (long segmentId : target.sealed()) {
            if (!sealed.containsKey(segmentId)) {
                throw new ClusterException(
                        ErrorCode.NOT_READY,
                        "Segment [%d] of the target is not loaded here. Load it first.".formatted(segmentId));
            }
        }
        coverage = target;
        shown = target.sealedIds();
        List<GrowingRows> covered = growing.values().stream()
                .filter(rows -> target.covers(rows.segment().id().segmentId(), rows.lastTs()))
                .toList();
        List<Long> unwanted = sealed.keySet().stream()
                .filter(segmentId -> !target.sealed().contains(segmentId))
                .toList();
        covered.forEach(rows -> growing.remove(rows.segment().id().segmentId()));
        List<ServedSegment> leaving = unwanted.stream().map(this::sealed).toList();
        List<ServedIndex> unused =
                unwanted.stream().flatMap(id -> indexesOf(id).stream()).toList();
        unwanted.forEach(segmentId -> {
            sealed.remove(segmentId);
            indexes.remove(segmentId);
        });
        publish();
        covered.forEach(GrowingRows::close);
        unused.forEach(index -> index.references().release());
        leaving.forEach(segment -> segment.references().release());
        deletes.forget(target.checkpointTs());
    }

    private void publish() {
        generation = new Generation(
                shown.stream()
                        .map(segmentId -> new Generation.Sealed(sealed(segmentId), indexesOf(segmentId)))
                        .toList(),
                List.copyOf(growing.values()));
    }

    // ---- reads

    /// The rows for a read at this timestamp, which must not be above the service timestamp. Any thread: what
    /// leaves is freed after the generation without it is published, so one that is still the newest when all of it
    /// is held was whole.
    ///
    /// @param onReleased called when the read has left, on any thread
    ReadView open(long readTs, Runnable onReleased) {
        while (true) {
            Generation newest = generation;
            Optional<Generation.Held> held = newest.hold(partitionId -> hasPartition(partitionId, readTs));
            if (held.isPresent() && generation == newest) {
                Generation.Held rows = held.get();
                return new ReadView(rows.segments(), () -> {
                    rows.release();
                    onReleased.run();
                });
            }
            held.ifPresent(Generation.Held::release);
        }
    }

    /// Lets go of everything; readers keep what they hold.
    @Override
    public void close() {
        generation = Generation.EMPTY;
        shown = List.of();
        growing.values().forEach(GrowingRows::close);
        growing.clear();
        indexes.values()
                .forEach(open -> open.forEach(index -> index.references().release()));
        indexes.clear();
        sealed.values().forEach(segment -> segment.references().release());
        sealed.clear();
    }
}
