package io.elanus.cluster.datanode;

import io.elanus.cluster.ClusterException;
import io.elanus.cluster.channel.ChannelMessage;
import io.elanus.cluster.channel.ChannelSpan;
import io.elanus.proto.grpc.Broadcast;
import io.elanus.proto.grpc.ReceivedRows;
import io.elanus.proto.grpc.RecoveryInfo;
import io.elanus.proto.grpc.RowSlice;
import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.proto.grpc.SegmentLevel;
import io.elanus.proto.grpc.Write;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.object.ObjectStore;
import io.elanus.storage.segment.ArrowBatches;
import io.elanus.storage.segment.DeltaBatch;
import io.elanus.storage.segment.KeyReader;
import io.elanus.storage.segment.SegmentId;
import io.elanus.storage.type.SchemaProtos;
import io.elanus.storage.type.TableSchema;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Everything of one channel that is in memory and not in files: rows by segment, and deletes. Owned by the
/// channel's flow; one thread at a time, within the flow's steps.
final class ChannelBuffers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChannelBuffers.class);

    private final String vchannel;
    private final BufferAllocator allocator;
    private final Map<Long, SegmentBuffer> growing = new TreeMap<>();
    /// Segments that take no rows any more, and the greatest timestamp of the rows they have.
    private final Map<Long, Long> finished = new HashMap<>();
    private final ChannelKeys keys;
    private TableSchema schema;
    private DeltaBatch deltas = new DeltaBatch();
    private long deltaPosition = Long.MAX_VALUE;
    private long deltasSinceNanos;
    private long deltasSavedTs;
    private long strayRows;
    private boolean dropped;

    private ChannelBuffers(RecoveryInfo recovery, NodeMemory memory) {
        this.vchannel = recovery.getVchannel();
        this.allocator = memory.rows();
        this.keys = new ChannelKeys(memory.keys(), ChannelKeys.stored(recovery).isEmpty());
        this.schema = SchemaProtos.fromProto(recovery.getSchema());
    }

    /// What an owner before this one left in files. Blocks on I/O.
    static ChannelBuffers load(RecoveryInfo recovery, ObjectStore objects, NodeMemory memory) {
        var buffers = new ChannelBuffers(recovery, memory);
        try {
            for (SegmentInfo segment : recovery.getSegmentsList()) {
                buffers.load(segment, objects);
            }
        } catch (RuntimeException e) {
            buffers.close();
            throw e;
        }
        recovery.getDroppedSegmentIdsList().forEach(id -> buffers.finished.put(id, Long.MAX_VALUE));
        return buffers;
    }

    private void load(SegmentInfo segment, ObjectStore objects) {
        if (segment.getLevel() == SegmentLevel.L0) {
            deltasSavedTs = Math.max(deltasSavedTs, segment.getMaxTs());
            return;
        }
        switch (segment.getState()) {
            case GROWING, SEALED ->
                growing.put(segment.getSegmentId(), SegmentBuffer.load(segment, schema, objects, allocator));
            case FLUSHED -> finished.put(segment.getSegmentId(), segment.getMaxTs());
            case DROPPED, IMPORTING, SEGMENT_STATE_UNSPECIFIED, UNRECOGNIZED -> {}
        }
    }

    /// Takes the messages of a span. Decodes and copies: call it on a worker.
    void apply(ChannelSpan span, long nowNanos) {
        for (ChannelMessage message : span.messages()) {
            switch (message.message().header().getBodyCase()) {
                case WRITE -> write(message, nowNanos);
                case BROADCAST -> broadcast(message.message().header().getBroadcast());
                case TICK, BODY_NOT_SET -> {}
            }
        }
    }

    private void broadcast(Broadcast broadcast) {
        switch (broadcast.getChangeCase()) {
            case DROP_TABLE -> drop();
            case SCHEMA -> evolve(SchemaProtos.fromProto(broadcast.getSchema()));
            case CHANGE_NOT_SET -> {}
        }
    }

    private void evolve(TableSchema newer) {
        if (newer.version() > schema.version()) {
            schema = newer;
            growing.values().forEach(buffer -> buffer.rows().evolve(newer));
        }
    }

    /// Nobody will read the table again.
    private void drop() {
        dropped = true;
        growing.values().forEach(SegmentBuffer::close);
        growing.clear();
        deltas = new DeltaBatch();
        deltaPosition = Long.MAX_VALUE;
        keys.close();
    }

    private void write(ChannelMessage message, long nowNanos) {
        if (dropped) {
            return;
        }
        Write write = message.message().header().getWrite();
        if (write.getRowsBytes() > 0) {
            try (VectorSchemaRoot rows = ArrowBatches.decode(message.message().rows(), allocator)) {
                append(message, write, rows, nowNanos);
                noteKeys(message, write, KeyReader.of(rows.getVector(keyOrdinal(rows))), nowNanos);
            }
        }
        if (write.getDeletesBytes() > 0) {
            try (VectorSchemaRoot keys = ArrowBatches.decode(message.message().deletes(), allocator)) {
                KeyReader reader = KeyReader.ofBatch(keys);
                for (int row = 0; row < keys.getRowCount(); row++) {
                    addDelta(message, reader.key(row), nowNanos);
                }
            }
        }
    }

    /// Takes note of the keys of new rows, and of those that may end a row in another segment.
    private void noteKeys(ChannelMessage message, Write write, KeyReader reader, long nowNanos) {
        int row = 0;
        for (RowSlice slice : write.getSlicesList()) {
            long segmentId = slice.getSegmentId();
            for (int end = row + slice.getRows(); row < end; row++) {
                long hash = reader.hash(row);
                if (write.getReplaces() && keys.mayBeBeside(segmentId, hash)) {
                    addDelta(message, reader.key(row), nowNanos);
                }
                keys.add(segmentId, hash);
            }
        }
    }

    /// Columns may have come and gone since the row was written; the key stays.
    private int keyOrdinal(VectorSchemaRoot rows) {
        String id = Integer.toString(schema.keyColumnId());
        for (int i = 0; i < rows.getFieldVectors().size(); i++) {
            if (id.equals(
                    rows.getVector(i).getField().getMetadata().get(io.elanus.storage.type.ArrowTypes.COLUMN_ID))) {
                return i;
            }
        }
        throw new ClusterException(
                ErrorCode.CORRUPT, "A message of channel [%s] has rows without their key.".formatted(vchannel));
    }

    private void append(ChannelMessage message, Write write, VectorSchemaRoot rows, long nowNanos) {
        int from = 0;
        for (RowSlice slice : write.getSlicesList()) {
            append(message, write.getTableId(), slice, rows, from, nowNanos);
            from += slice.getRows();
        }
        if (from != rows.getRowCount()) {
            throw new ClusterException(
                    ErrorCode.CORRUPT,
                    "The message at position [%d] of channel [%s] has [%d] rows, its slices [%d]."
                            .formatted(message.position(), vchannel, rows.getRowCount(), from));
        }
    }

    private void append(
            ChannelMessage message, long tableId, RowSlice slice, VectorSchemaRoot rows, int from, long nowNanos) {
        Long lastTs = finished.get(slice.getSegmentId());
        if (lastTs != null) {
            if (message.ts() > lastTs) {
                strayRows += slice.getRows();
                LOG.error(
                        "Rows for a flushed segment dropped: vchannel={} segment={} position={} ts={} flushed={}",
                        vchannel,
                        slice.getSegmentId(),
                        message.position(),
                        message.ts(),
                        lastTs);
            }
            return;
        }
        SegmentBuffer buffer = growing.get(slice.getSegmentId());
        if (buffer == null) {
            var id = new SegmentId(tableId, slice.getPartitionId(), slice.getSegmentId());
            buffer = SegmentBuffer.create(id, schema, allocator);
            growing.put(slice.getSegmentId(), buffer);
        }
        buffer.append(rows, from, slice.getRows(), message.ts(), message.position(), nowNanos);
    }

    private void addDelta(ChannelMessage message, byte[] key, long nowNanos) {
        if (message.ts() <= deltasSavedTs) {
            return;
        }
        if (deltas.isEmpty()) {
            deltasSinceNanos = nowNanos;
        }
        deltas.add(key, message.ts());
        deltaPosition = Math.min(deltaPosition, message.position());
    }

    Collection<SegmentBuffer> growing() {
        return growing.values();
    }

    /// Which keys the channel's segments may have.
    ChannelKeys keys() {
        return keys;
    }

    @Nullable
    SegmentBuffer find(long segmentId) {
        return growing.get(segmentId);
    }

    TableSchema schema() {
        return schema;
    }

    DeltaBatch deltas() {
        return deltas;
    }

    long deltaPosition() {
        return deltaPosition;
    }

    long deltasWaitingNanos(long nowNanos) {
        return deltas.isEmpty() ? 0 : nowNanos - deltasSinceNanos;
    }

    /// Hands the deletes over to be written.
    DeltaBatch takeDeltas() {
        DeltaBatch taken = deltas;
        deltas = new DeltaBatch();
        deltaPosition = Long.MAX_VALUE;
        return taken;
    }

    /// Takes back deletes that could not be written.
    void returnDeltas(DeltaBatch returned, long position, long nowNanos) {
        if (returned.isEmpty()) {
            return;
        }
        if (deltas.isEmpty()) {
            deltasSinceNanos = nowNanos;
        }
        for (int i = 0; i < returned.size(); i++) {
            deltas.add(returned.key(i), returned.ts(i));
        }
        deltaPosition = Math.min(deltaPosition, position);
    }

    /// The segment is flushed and saved; nothing may follow for it.
    void finish(SegmentBuffer buffer, long maxTs) {
        growing.remove(buffer.id().segmentId());
        finished.put(buffer.id().segmentId(), maxTs);
        buffer.close();
    }

    /// Rows dropped because their segment had been flushed.
    long strayRows() {
        return strayRows;
    }

    boolean dropped() {
        return dropped;
    }

    long memoryBytes() {
        long bytes = deltas.memoryBytes();
        for (SegmentBuffer buffer : growing.values()) {
            bytes += buffer.memoryBytes();
        }
        return bytes;
    }

    List<ReceivedRows> received() {
        var received = new ArrayList<ReceivedRows>();
        for (SegmentBuffer buffer : growing.values()) {
            received.add(ReceivedRows.newBuilder()
                    .setSegmentId(buffer.id().segmentId())
                    .setRows(buffer.rows().rows())
                    .setBytes(buffer.bytes())
                    .setHeldPosition(buffer.heldPosition())
                    .build());
        }
        return received;
    }

    @Override
    public void close() {
        growing.values().forEach(SegmentBuffer::close);
        growing.clear();
        keys.close();
    }
}
