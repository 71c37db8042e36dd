package io.elanus.cluster.indexnode;

import io.elanus.cluster.indexcoord.IndexFiles;
import io.elanus.proto.grpc.BuildIndexRequest;
import io.elanus.proto.grpc.IndexSchema;
import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.index.IndexFormats;
import io.elanus.storage.index.IndexSpec;
import io.elanus.storage.index.VectorIndexFormat;
import io.elanus.storage.object.ObjectStore;
import io.elanus.storage.segment.ManifestFile;
import io.elanus.storage.segment.SealedSegment;
import io.elanus.storage.segment.SegmentId;
import io.elanus.storage.segment.SegmentManifest;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.SchemaProtos;
import io.elanus.storage.type.TableSchema;
import org.apache.arrow.memory.BufferAllocator;

/// One build, from the segment's files to the index file. [#run] blocks and computes; [#cancel] and [#progress] may
/// be called by any thread meanwhile.
final class SegmentBuild implements VectorIndexFormat.BuildMonitor {
    private final BuildIndexRequest request;
    private final ObjectStore objects;
    private final IndexFormats formats;
    private final BufferAllocator allocator;
    private volatile boolean cancelled;
    private volatile double done;

    SegmentBuild(BuildIndexRequest request, ObjectStore objects, IndexFormats formats, BufferAllocator allocator) {
        this.request = request;
        this.objects = objects;
        this.formats = formats;
        this.allocator = allocator;
    }

    BuildIndexRequest request() {
        return request;
    }

    /// Bytes of the file that was written under [IndexFiles#key].
    long run() {
        TableSchema schema = SchemaProtos.fromProto(request.getSchema());
        IndexSchema index = request.getIndex();
        Column column = schema.column(index.getColumnId());
        if (!(column.type() instanceof ColumnType.Vector type)) {
            throw new StorageException(
                    ErrorCode.WRONG_OBJECT_TYPE,
                    "Column [%s] is of type [%s]; a vector index needs a VECTOR column."
                            .formatted(column.name(), column.type().sql()));
        }
        Metric metric = Metric.find(index.getMetric())
                .orElseThrow(() -> new StorageException(
                        ErrorCode.INVALID_PARAMETER,
                        "There is no metric [%s]. Drop the index and create it again.".formatted(index.getMetric())));
        var spec = new IndexSpec(index.getType(), type, metric, index.getParametersMap());
        VectorIndexFormat format = formats.check(spec);
        SegmentInfo info = request.getSegment();
        var id = new SegmentId(info.getTableId(), info.getPartitionId(), info.getSegmentId());
        SegmentManifest manifest =
                ManifestFile.load(objects, id, info.getManifest()).manifest();
        try (var segment = SealedSegment.open(objects, manifest, schema, allocator);
                var snapshot = segment.snapshot();
                var built = format.build(spec, snapshot.vectors(column), this)) {
            objects.put(IndexFiles.key(request.getTask()), built.parts());
            return built.bytes();
        }
    }

    void cancel() {
        cancelled = true;
    }

    double done() {
        return done;
    }

    @Override
    public boolean cancelled() {
        return cancelled;
    }

    @Override
    public void progress(long finished, long total) {
        done = total == 0 ? 0 : (double) finished / total;
    }
}
