package io.elanus.cluster.querynode;

import io.elanus.proto.grpc.SegmentIndex;
import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.storage.index.BuildPool;
import io.elanus.storage.index.IndexFormats;
import io.elanus.storage.index.VectorIndex;
import io.elanus.storage.index.inverted.FulltextFormat;
import io.elanus.storage.index.scalar.JsonPathValues;
import io.elanus.storage.index.scalar.ScalarFormat;
import io.elanus.storage.index.scalar.ScalarIndex;
import io.elanus.storage.object.ObjectStore;
import io.elanus.storage.segment.ChunkSize;
import io.elanus.storage.segment.DeltaBatch;
import io.elanus.storage.segment.DeltaLog;
import io.elanus.storage.segment.GrowingSegment;
import io.elanus.storage.segment.ManifestFile;
import io.elanus.storage.segment.SealedSegment;
import io.elanus.storage.segment.Segment;
import io.elanus.storage.segment.SegmentId;
import io.elanus.storage.segment.SegmentManifest;
import io.elanus.storage.segment.SegmentSnapshot;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.TableSchema;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;

/// Segments and indexes of the object store. Stateless; any thread.
final class StoredSegmentFiles implements SegmentFiles {
    /// An index whose file and vectors have more bytes together answers before all of them were read.
    private static final long CHECKED_AT_OPEN = 16L << 20;

    private final ObjectStore objects;
    private final BufferAllocator memory;
    private final long checkedAtOpen;
    private final IndexFormats formats = new IndexFormats(BuildPool.CALLER);

    StoredSegmentFiles(ObjectStore objects, BufferAllocator memory) {
        this(objects, memory, CHECKED_AT_OPEN);
    }

    StoredSegmentFiles(ObjectStore objects, BufferAllocator memory, long checkedAtOpen) {
        this.objects = objects;
        this.memory = memory;
        this.checkedAtOpen = checkedAtOpen;
    }

    @Override
    public Segment openSealed(SegmentInfo info, TableSchema schema) {
        return SealedSegment.open(objects, manifest(info), schema, memory);
    }

    @Override
    public GrowingSegment openGrowing(SegmentInfo info, TableSchema schema) {
        if (info.getManifest().isEmpty()) {
            return new GrowingSegment(id(info), schema, ChunkSize.rows(schema), memory);
        }
        SegmentManifest manifest = manifest(info);
        var segment = new GrowingSegment(id(info), schema, manifest.chunkRows(), memory);
        try {
            segment.load(objects, manifest);
            return segment;
        } catch (RuntimeException | Error e) { // a mapped file may fault: what was loaded is let go all the same
            segment.close();
            throw e;
        }
    }

    @Override
    public DeltaBatch loadDeletes(SegmentInfo info) {
        return DeltaLog.readAll(objects, manifest(info));
    }

    @Override
    public ServedIndex openIndex(
            SegmentIndex index, ServedSegment segment, TableSchema schema, Consumer<Throwable> onDamaged) {
        var column = schema.column(index.getIndex().getColumnId());
        Arena file = Arena.ofShared();
        try {
            MemorySegment mapped = objects.map(index.getFile(), file);
            boolean later = checkedLater(column, mapped, segment);
            ServedIndex.Content content = content(index, column, mapped, segment, later);
            return new ServedIndex(index, content, file, onDamaged, later ? () -> check(content, column) : null);
        } catch (RuntimeException | Error e) { // a mapped file may fault: it is let go all the same
            file.close();
            throw e;
        }
    }

    /// What a search reads of an index of dense vectors is checked where it becomes an address; other indexes are
    /// trusted once their checksums are right.
    private boolean checkedLater(Column column, MemorySegment mapped, ServedSegment segment) {
        return column.type() instanceof ColumnType.Vector type
                && !type.sparse()
                && mapped.byteSize() + (long) segment.rows().rows() * type.bytes() > checkedAtOpen;
    }

    /// Reads the whole file, and the vectors of the segment that the index refines its answers with.
    private static void check(ServedIndex.Content content, Column column) {
        switch (content) {
            case ServedIndex.Content.Vectors(VectorIndex index, var _, SegmentSnapshot rows) -> {
                index.verify();
                if (rows.fetch(column)) { // else each chunk is checked when its bytes are there
                    rows.vectors(column);
                }
            }
            case ServedIndex.Content.Scalars(ScalarIndex index) -> index.verify();
        }
    }

    /// @param later its bytes are not read now, but for the header
    private ServedIndex.Content content(
            SegmentIndex index, Column column, MemorySegment mapped, ServedSegment segment, boolean later) {
        boolean ranks = column.type() instanceof ColumnType.Vector
                || index.getIndex().getType().equals(FulltextFormat.NAME);
        if (!ranks) {
            ColumnType type = JsonPathValues.of(index.getIndex().getParametersMap())
                    .map(JsonPathValues::type)
                    .orElse(column.type());
            ScalarIndex scalars = ScalarFormat.open(
                    index.getFile(), mapped, type, segment.rows().rows());
            scalars.verify();
            return new ServedIndex.Content.Scalars(scalars);
        }
        SegmentSnapshot rows = segment.segment().snapshot();
        try {
            VectorIndex vectors =
                    formats.open(index.getFile(), mapped, later ? rows.uncheckedVectors(column) : rows.vectors(column));
            if (!later) {
                vectors.verify();
            }
            return new ServedIndex.Content.Vectors(vectors, rows);
        } catch (RuntimeException | Error e) { // a mapped file may fault: the rows are let go all the same
            rows.close();
            throw e;
        }
    }

    private SegmentManifest manifest(SegmentInfo info) {
        return ManifestFile.load(objects, id(info), info.getManifest()).manifest();
    }

    private static SegmentId id(SegmentInfo info) {
        return new SegmentId(info.getTableId(), info.getPartitionId(), info.getSegmentId());
    }
}
