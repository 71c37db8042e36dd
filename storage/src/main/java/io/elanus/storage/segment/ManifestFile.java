package io.elanus.storage.segment;

import com.google.protobuf.InvalidProtocolBufferException;
import io.elanus.proto.grpc.ChunkStatistics;
import io.elanus.proto.grpc.Manifest;
import io.elanus.proto.grpc.ManifestDeltaFile;
import io.elanus.proto.grpc.ManifestKeyFile;
import io.elanus.proto.grpc.ManifestRowFile;
import io.elanus.storage.object.ObjectStore;
import io.elanus.storage.segment.SegmentManifest.DeltaFile;
import io.elanus.storage.segment.SegmentManifest.KeyFile;
import io.elanus.storage.segment.SegmentManifest.RowFile;
import io.elanus.storage.segment.file.FileKind;
import io.elanus.storage.segment.file.SegmentFile;
import io.elanus.storage.segment.file.SegmentFileWriter;
import java.lang.foreign.Arena;
import java.util.Optional;

/// Manifests as objects.
public final class ManifestFile {
    private ManifestFile() {}

    /// Reads the manifest of a segment.
    public static StoredManifest load(ObjectStore objects, SegmentId id, String key) {
        try (Arena arena = Arena.ofConfined()) {
            SegmentFile file = SegmentFile.open(
                    key, objects.map(key, arena), FileKind.MANIFEST, id.tableId(), id.partitionId(), id.segmentId());
            if (file.blocks() != 1) {
                throw file.corrupt(0, "a manifest has one block, not [%d]".formatted(file.blocks()));
            }
            try {
                Manifest manifest = Manifest.parseFrom(file.block(0).asByteBuffer());
                return new StoredManifest(key, fromProto(manifest));
            } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
                throw file.corrupt(file.blockStart(0), "its manifest does not parse: " + e.getMessage());
            }
        }
    }

    static void store(ObjectStore objects, String key, SegmentManifest manifest) {
        SegmentId id = manifest.id();
        var writer = new SegmentFileWriter(FileKind.MANIFEST, id.tableId(), id.partitionId(), id.segmentId());
        writer.add(toProto(manifest).toByteArray());
        writer.endBlock();
        objects.put(key, writer.finish());
    }

    static Manifest toProto(SegmentManifest manifest) {
        var proto = Manifest.newBuilder()
                .setTableId(manifest.id().tableId())
                .setPartitionId(manifest.id().partitionId())
                .setSegmentId(manifest.id().segmentId())
                .setVersion(manifest.version())
                .setChunkRows(manifest.chunkRows());
        for (RowFile file : manifest.files()) {
            proto.addFiles(ManifestRowFile.newBuilder()
                    .setKey(file.key())
                    .setFirstRow(file.firstRow())
                    .setRows(file.rows())
                    .addAllColumnIds(file.columnIds())
                    .setBytes(file.bytes()));
        }
        manifest.chunks().forEach(chunk -> proto.addChunks(toProto(chunk)));
        for (DeltaFile file : manifest.deltas()) {
            proto.addDeltas(ManifestDeltaFile.newBuilder()
                    .setKey(file.key())
                    .setEntries(file.entries())
                    .setMinTs(file.minTs())
                    .setMaxTs(file.maxTs())
                    .setBytes(file.bytes()));
        }
        manifest.keys()
                .ifPresent(file -> proto.setKeys(
                        ManifestKeyFile.newBuilder().setKey(file.key()).setBytes(file.bytes())));
        return proto.build();
    }

    static SegmentManifest fromProto(Manifest proto) {
        return new SegmentManifest(
                new SegmentId(proto.getTableId(), proto.getPartitionId(), proto.getSegmentId()),
                proto.getVersion(),
                proto.getChunkRows(),
                proto.getFilesList().stream()
                        .map(file -> new RowFile(
                                file.getKey(),
                                file.getFirstRow(),
                                file.getRows(),
                                file.getColumnIdsList(),
                                file.getBytes()))
                        .toList(),
                proto.getChunksList().stream().map(ManifestFile::fromProto).toList(),
                proto.getDeltasList().stream()
                        .map(file -> new DeltaFile(
                                file.getKey(), file.getEntries(), file.getMinTs(), file.getMaxTs(), file.getBytes()))
                        .toList(),
                proto.hasKeys()
                        ? Optional.of(new KeyFile(
                                proto.getKeys().getKey(), proto.getKeys().getBytes()))
                        : Optional.empty());
    }

    private static ChunkStatistics toProto(SegmentStatistics chunk) {
        var proto = ChunkStatistics.newBuilder()
                .setRows(chunk.rows())
                .setMinTs(chunk.minTs())
                .setMaxTs(chunk.maxTs());
        for (ColumnStatistics column : chunk.columns()) {
            var bounds = io.elanus.proto.grpc.ColumnStatistics.newBuilder()
                    .setColumnId(column.columnId())
                    .setNulls(column.nulls());
            column.min().ifPresent(bounds::setMin);
            column.max().ifPresent(bounds::setMax);
            proto.addColumns(bounds);
        }
        return proto.build();
    }

    private static SegmentStatistics fromProto(ChunkStatistics proto) {
        return new SegmentStatistics(
                proto.getRows(),
                proto.getMinTs(),
                proto.getMaxTs(),
                proto.getColumnsList().stream()
                        .map(column -> new ColumnStatistics(
                                column.getColumnId(),
                                column.getNulls(),
                                column.hasMin() ? Optional.of(column.getMin()) : Optional.empty(),
                                column.hasMax() ? Optional.of(column.getMax()) : Optional.empty()))
                        .toList());
    }
}
