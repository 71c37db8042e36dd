package io.elanus.cluster.datanode;

import io.elanus.proto.grpc.CompactionPlan;
import io.elanus.proto.grpc.CompactionResult;
import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.proto.grpc.SegmentLevel;
import io.elanus.proto.grpc.SegmentState;
import io.elanus.storage.object.ObjectStore;
import io.elanus.storage.segment.ChunkSize;
import io.elanus.storage.segment.Compactor;
import io.elanus.storage.segment.DeltaBatch;
import io.elanus.storage.segment.DeltaLog;
import io.elanus.storage.segment.ManifestFile;
import io.elanus.storage.segment.SealedSegment;
import io.elanus.storage.segment.SegmentId;
import io.elanus.storage.segment.SegmentManifest;
import io.elanus.storage.segment.SegmentWriter;
import io.elanus.storage.segment.StoredManifest;
import io.elanus.storage.type.SchemaProtos;
import io.elanus.storage.type.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.arrow.memory.BufferAllocator;

/// Carries out a compaction plan: opens the segments, ends rows by the deltas, and rewrites what is left. Blocks;
/// runs on a worker. Writes new objects only, so giving up half way leaves nothing but garbage.
final class CompactionRunner {
    private final ObjectStore objects;
    private final SegmentWriter writer;
    private final BufferAllocator allocator;

    CompactionRunner(ObjectStore objects, SegmentWriter writer, BufferAllocator allocator) {
        this.objects = objects;
        this.writer = writer;
        this.allocator = allocator;
    }

    CompactionResult run(CompactionPlan plan, BooleanSupplier cancelled) {
        TableSchema schema = SchemaProtos.fromProto(plan.getSchema());
        var deltas = new ArrayList<DeltaBatch>();
        for (SegmentInfo delta : plan.getDeletesList()) {
            deltas.add(DeltaLog.readAll(objects, manifest(delta)));
        }
        var sources = new ArrayList<SealedSegment>();
        try {
            for (SegmentInfo info : plan.getFromList()) {
                SealedSegment source = SealedSegment.open(objects, manifest(info), schema, allocator);
                sources.add(source);
                deltas.forEach(source::apply);
            }
            long partitionId = plan.getFrom(0).getPartitionId();
            List<SegmentId> ids = plan.getNewSegmentIdsList().stream()
                    .map(id -> new SegmentId(schema.tableId(), partitionId, id))
                    .toList();
            var compactorPlan =
                    new Compactor.Plan(schema, ids, ChunkSize.rows(schema), plan.getRetentionTs(), plan.getMaxRows());
            List<StoredManifest> made = new Compactor(writer, allocator).compact(sources, compactorPlan, cancelled);
            var result = CompactionResult.newBuilder();
            made.forEach(stored -> result.addSegments(describe(stored, plan.getVchannel())));
            return result.build();
        } finally {
            sources.forEach(SealedSegment::close);
        }
    }

    private SegmentManifest manifest(SegmentInfo info) {
        var id = new SegmentId(info.getTableId(), info.getPartitionId(), info.getSegmentId());
        return ManifestFile.load(objects, id, info.getManifest()).manifest();
    }

    private static SegmentInfo describe(StoredManifest stored, String vchannel) {
        SegmentManifest manifest = stored.manifest();
        long minTs = manifest.chunks().stream()
                .mapToLong(chunk -> chunk.minTs())
                .min()
                .orElse(0);
        long maxTs = manifest.chunks().stream()
                .mapToLong(chunk -> chunk.maxTs())
                .max()
                .orElse(0);
        return SegmentInfo.newBuilder()
                .setSegmentId(manifest.id().segmentId())
                .setTableId(manifest.id().tableId())
                .setPartitionId(manifest.id().partitionId())
                .setVchannel(vchannel)
                .setState(SegmentState.FLUSHED)
                .setLevel(SegmentLevel.L1)
                .setManifest(stored.key())
                .setRows(manifest.rows())
                .setBytes(manifest.bytes())
                .setMinTs(minTs)
                .setMaxTs(maxTs)
                .setEndedRows(manifest.deltas().stream()
                        .mapToLong(SegmentManifest.DeltaFile::entries)
                        .sum())
                .build();
    }
}
