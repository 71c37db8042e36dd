package io.elanus.sql.backup;

import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.proto.grpc.SegmentLevel;
import io.elanus.storage.object.ObjectStore;
import io.elanus.storage.segment.DeltaBatch;
import io.elanus.storage.segment.DeltaLog;
import io.elanus.storage.segment.ManifestFile;
import io.elanus.storage.segment.SealedSegment;
import io.elanus.storage.segment.SegmentId;
import io.elanus.storage.segment.SegmentManifest;
import io.elanus.storage.type.TableSchema;
import java.util.List;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;

/// The segments of one table in a store, one at a time, with all deletes that concern them. Blocks.
///
/// @param listed as the data coordinator listed them
record StoredSegments(ObjectStore store, TableSchema schema, List<SegmentInfo> listed) {
    StoredSegments {
        listed = List.copyOf(listed);
    }

    static SegmentManifest manifest(ObjectStore store, SegmentInfo info) {
        var id = new SegmentId(info.getTableId(), info.getPartitionId(), info.getSegmentId());
        return ManifestFile.load(store, id, info.getManifest()).manifest();
    }

    /// The partitions that have segments in a channel.
    List<Long> partitions(String vchannel) {
        return listed.stream()
                .filter(info -> info.getVchannel().equals(vchannel) && info.getLevel() != SegmentLevel.L0)
                .map(SegmentInfo::getPartitionId)
                .distinct()
                .sorted()
                .toList();
    }

    /// Opens each segment with rows of a partition of a channel in turn; it is closed when its visitor returns.
    void forEach(String vchannel, long partitionId, BufferAllocator allocator, Consumer<SealedSegment> visitor) {
        List<DeltaBatch> deltas = listed.stream()
                .filter(info -> info.getVchannel().equals(vchannel) && info.getLevel() == SegmentLevel.L0)
                .map(info -> DeltaLog.readAll(store, manifest(store, info)))
                .toList();
        for (SegmentInfo info : listed) {
            if (info.getVchannel().equals(vchannel)
                    && info.getPartitionId() == partitionId
                    && info.getLevel() != SegmentLevel.L0) {
                try (SealedSegment segment = SealedSegment.open(store, manifest(store, info), schema, allocator)) {
                    deltas.forEach(segment::apply);
                    visitor.accept(segment);
                }
            }
        }
    }
}
