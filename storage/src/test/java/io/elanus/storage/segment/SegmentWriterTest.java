package io.elanus.storage.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.proto.grpc.Literal;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.segment.SegmentManifest.RowFile;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.TableSchema;
import io.elanus.storage.type.VectorElement;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SegmentWriterTest {
    private static final SegmentId ID = new SegmentId(7, 1, 1);
    private static final int CHUNK_ROWS = 8;

    private final BufferAllocator allocator = new RootAllocator();
    private final MemoryObjectStore objects = new MemoryObjectStore();
    private final Random random = new Random(1);
    private final SegmentWriter writer = new SegmentWriter(objects, random::nextLong, allocator);
    private final TableSchema schema = RandomRows.table(
            1,
            List.of(
                    Column.key(1, "id", ColumnType.Simple.BIGINT),
                    Column.of(2, "text", new ColumnType.Varchar(50)),
                    Column.of(3, "v", new ColumnType.Vector(32, VectorElement.FLOAT32))));

    @AfterEach
    void leaksNothing() {
        allocator.close();
    }

    @Test
    void writesFullChunksOnceAndTheLastOneAgain() {
        try (var buffer = new RowBuffer(schema, CHUNK_ROWS, allocator);
                VectorSchemaRoot batch = batch(40)) {
            buffer.append(batch, 0, 20, 100);
            SegmentManifest first = write(SegmentManifest.empty(ID, CHUNK_ROWS), buffer);
            assertThat(first.version()).isEqualTo(1);
            assertThat(first.rows()).isEqualTo(20);
            // Timestamps, narrow columns, the vector; each once for full chunks and once for the rest.
            assertThat(first.files()).hasSize(6);

            buffer.append(batch, 20, 5, 110);
            SegmentManifest second = write(first, buffer);
            assertThat(second.rows()).isEqualTo(25);
            assertThat(second.files()).hasSize(9);
            assertThat(second.files()).containsAll(first.files().subList(0, 1));
            assertThat(second.files())
                    .extracting(RowFile::firstRow)
                    .containsExactlyInAnyOrder(0, 0, 0, 16, 16, 16, 24, 24, 24);
            assertThat(first.files().stream().filter(file -> file.firstRow() == 16))
                    .doesNotContainAnyElementsOf(second.files());
        }
    }

    @Test
    void completesASegmentWhoseFirstRowsWereReleased() {
        try (var buffer = new RowBuffer(schema, CHUNK_ROWS, allocator);
                VectorSchemaRoot batch = batch(40)) {
            buffer.append(batch, 0, 20, 100);
            SegmentManifest manifest = write(SegmentManifest.empty(ID, CHUNK_ROWS), buffer);
            long before = buffer.memoryBytes();
            buffer.release(manifest.fullChunkRows());
            assertThat(buffer.memoryBytes()).isLessThan(before);
            assertThat(buffer.rows()).isEqualTo(20);
            buffer.append(batch, 20, 20, 110);
            StoredManifest stored;
            try (RowSnapshot rows = buffer.snapshot()) {
                stored = writer.complete(manifest, rows, schema.keyColumn());
            }
            assertRows(stored.manifest(), batch);
        }
    }

    @Test
    void anotherBufferGoesOnWhereTheFilesEnd() {
        try (var mine = new RowBuffer(schema, CHUNK_ROWS, allocator);
                var theirs = new RowBuffer(schema, CHUNK_ROWS, allocator);
                VectorSchemaRoot batch = batch(40)) {
            mine.append(batch, 0, 21, 100);
            SegmentManifest manifest = write(SegmentManifest.empty(ID, CHUNK_ROWS), mine);
            theirs.load(objects, manifest);
            assertThat(theirs.rows()).isEqualTo(21);
            theirs.append(batch, 21, 19, 110);
            try (RowSnapshot rows = theirs.snapshot()) {
                assertRows(writer.complete(manifest, rows, schema.keyColumn()).manifest(), batch);
            }
        }
    }

    @Test
    void keepsBoundsOfEveryChunk() {
        try (var buffer = new RowBuffer(schema, CHUNK_ROWS, allocator);
                VectorSchemaRoot batch = batch(20)) {
            buffer.append(batch, 0, 20, 100);
            SegmentManifest manifest = write(SegmentManifest.empty(ID, CHUNK_ROWS), buffer);
            // Key n is n when even and -n when odd.
            ColumnStatistics keys = manifest.chunks().get(1).find(1).orElseThrow();
            assertThat(keys.min()).contains(Literal.newBuilder().setInt64(-15).build());
            assertThat(keys.max()).contains(Literal.newBuilder().setInt64(14).build());
            assertThat(keys.nulls()).isZero();
            ColumnStatistics merged =
                    ColumnBounds.merge(manifest.chunks()).find(1).orElseThrow();
            assertThat(merged.min()).contains(Literal.newBuilder().setInt64(-19).build());
            assertThat(merged.max()).contains(Literal.newBuilder().setInt64(18).build());
            assertThat(manifest.chunks().get(1).find(3).orElseThrow().min()).isEmpty();
        }
    }

    @Test
    void compactionCutsSegmentsAtTheirLimitAndAsksForEnoughIds() {
        try (var buffer = new RowBuffer(schema, CHUNK_ROWS, allocator);
                VectorSchemaRoot batch = batch(100)) {
            buffer.append(batch, 0, 100, 100);
            StoredManifest stored;
            try (RowSnapshot rows = buffer.snapshot()) {
                stored = writer.complete(SegmentManifest.empty(ID, CHUNK_ROWS), rows, schema.keyColumn());
            }
            var compactor = new Compactor(writer, allocator);
            try (SealedSegment segment = SealedSegment.open(objects, stored.manifest(), schema, allocator)) {
                List<SegmentId> ids = IntStream.range(10, 13)
                        .mapToObj(id -> new SegmentId(7, 1, id))
                        .toList();
                var plan = new Compactor.Plan(schema, ids, CHUNK_ROWS, 0, 45);
                assertThat(compactor.compact(List.of(segment), plan, () -> false))
                        .extracting(result -> result.manifest().rows())
                        .containsExactly(45, 45, 10);
                var tight = new Compactor.Plan(schema, ids.subList(0, 2), CHUNK_ROWS, 0, 45);
                assertThatThrownBy(() -> compactor.compact(List.of(segment), tight, () -> false))
                        .hasMessage("A compaction was given [2] segment ids and needs more. Plan it with more.");
                assertThatThrownBy(() -> compactor.compact(List.of(segment), plan, () -> true))
                        .isInstanceOfSatisfying(
                                StorageException.class,
                                e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
            }
        }
    }

    private SegmentManifest write(SegmentManifest manifest, RowBuffer buffer) {
        try (RowSnapshot rows = buffer.snapshot()) {
            return writer.write(manifest, rows).manifest();
        }
    }

    private void assertRows(SegmentManifest manifest, VectorSchemaRoot batch) {
        try (SealedSegment segment = SealedSegment.open(objects, manifest, schema, allocator);
                SegmentSnapshot snapshot = segment.snapshot()) {
            assertThat(snapshot.rows()).isEqualTo(batch.getRowCount());
            int[] all = IntStream.range(0, snapshot.rows()).toArray();
            try (VectorSchemaRoot rows = snapshot.gather(all, all.length, schema.columns(), allocator)) {
                KeyReader keys = KeyReader.of(batch.getVector(0));
                for (int row : all) {
                    assertThat(RandomRows.row(rows, row)).isEqualTo(RandomRows.row(batch, row));
                    assertThat(snapshot.findRows(keys.key(row))).containsExactly(row);
                }
            }
        }
    }

    private VectorSchemaRoot batch(int rows) {
        return RandomRows.batch(schema, IntStream.range(0, rows).boxed().toList(), random, allocator);
    }
}
