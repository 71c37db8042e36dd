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
import io.elanus.storage.index.VectorIndexFormat.BuiltIndex;
import io.elanus.storage.index.inverted.FulltextFormat;
import io.elanus.storage.index.scalar.JsonPathValues;
import io.elanus.storage.index.scalar.ScalarFormat;
import io.elanus.storage.object.ObjectStore;
import io.elanus.storage.segment.ManifestFile;
import io.elanus.storage.segment.SealedSegment;
import io.elanus.storage.segment.SegmentId;
import io.elanus.storage.segment.SegmentManifest;
import io.elanus.storage.segment.SegmentSnapshot;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.SchemaProtos;
import io.elanus.storage.type.TableSchema;
import java.lang.foreign.Arena;
import java.util.Optional;

/// One build, from the segment's files to the index file. [#run] blocks and computes; [#cancel] and [#progress] may
/// be called by any thread meanwhile.
final class SegmentBuild implements VectorIndexFormat.BuildMonitor {
    private final BuildIndexRequest request;
    private final ObjectStore objects;
    private final IndexFormats formats;
    private final BuildMemory memory;
    private volatile boolean cancelled;
    private volatile double done;

    SegmentBuild(BuildIndexRequest request, ObjectStore objects, IndexFormats formats, BuildMemory memory) {
        this.request = request;
        this.objects = objects;
        this.formats = formats;
        this.memory = memory;
    }

    BuildIndexRequest request() {
        return request;
    }

    /// Bytes of the file that was written under [IndexFiles#key].
    long run() {
        if (cancelled) {
            throw new StorageException(ErrorCode.CANCELLED, "The index build was cancelled before it began.");
        }
        TableSchema schema = SchemaProtos.fromProto(request.getSchema());
        Column column = schema.column(request.getIndex().getColumnId());
        SegmentInfo info = request.getSegment();
        var id = new SegmentId(info.getTableId(), info.getPartitionId(), info.getSegmentId());
        SegmentManifest manifest =
                ManifestFile.load(objects, id, info.getManifest()).manifest();
        try (var segment = SealedSegment.open(objects, manifest, schema, memory.allocator());
                var snapshot = segment.snapshot();
                var built = build(snapshot, column)) {
            objects.put(IndexFiles.key(request.getTask()), built.parts());
            return built.bytes();
        }
    }

    private BuiltIndex build(SegmentSnapshot rows, Column column) {
        IndexSchema index = request.getIndex();
        if (index.getType().equals(FulltextFormat.NAME)) {
            var spec = new IndexSpec(FulltextFormat.NAME, FulltextFormat.TEXT, Metric.BM25, index.getParametersMap());
            return formats.check(spec).build(spec, rows.vectors(column), this);
        }
        if (!(column.type() instanceof ColumnType.Vector type)) {
            ScalarFormat format = ScalarFormat.find(index.getType()).orElseThrow(() -> wrongType(index, column));
            Optional<JsonPathValues> path = JsonPathValues.of(index.getParametersMap());
            return path.isPresent()
                    ? format.build(path.get().of(rows.values(column), memory.allocator()), this)
                    : ofColumn(format, rows, column);
        }
        Metric metric = Metric.find(index.getMetric())
                .orElseThrow(() -> new StorageException(
                        ErrorCode.INVALID_PARAMETER,
                        "There is no metric [%s]. Drop the index and create it again.".formatted(index.getMetric())));
        var spec = new IndexSpec(index.getType(), type, metric, index.getParametersMap());
        return formats.check(spec).build(spec, rows.vectors(column), this);
    }

    private BuiltIndex ofColumn(ScalarFormat format, SegmentSnapshot rows, Column column) {
        format.check(column.type(), request.getIndex().getParametersMap());
        return format.build(rows.values(column), this);
    }

    private static StorageException wrongType(IndexSchema index, Column column) {
        return new StorageException(
                ErrorCode.WRONG_OBJECT_TYPE,
                "Column [%s] is of type [%s]; an index of type [%s] needs a VECTOR column. Use one of %s."
                        .formatted(column.name(), column.type().sql(), index.getType(), ScalarFormat.names()));
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
    public Arena newScratch() {
        return memory.newScratch();
    }

    @Override
    public Arena newContent() {
        return memory.newContent();
    }

    @Override
    public void progress(long finished, long total) {
        done = total == 0 ? 0 : (double) finished / total;
    }
}
