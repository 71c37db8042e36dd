package io.elanus.storage.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.storage.index.VectorSource;
import io.elanus.storage.kernel.NativeMemory;
import io.elanus.storage.object.cache.CacheConfig;
import io.elanus.storage.object.cache.CachedObjects;
import io.elanus.storage.object.cache.CountingObjects;
import io.elanus.storage.object.local.LocalObjectStore;
import io.elanus.storage.setting.DataSize;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.TableSchema;
import io.elanus.storage.type.VectorElement;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A segment far away answers from the few bytes that a query looks at.
final class LazySegmentTest {
    private static final SegmentId ID = new SegmentId(7, 1, 1);
    private static final int CHUNK_ROWS = 512;
    private static final int ROWS = 4 * CHUNK_ROWS;
    private static final int DIMENSION = 768;
    /// Requests are for whole blocks of 64 KiB.
    private static final long FEW = 1L << 20;

    private final BufferAllocator allocator = new RootAllocator();
    private final Column vector = Column.of(2, "v", new ColumnType.Vector(DIMENSION, VectorElement.FLOAT32));
    private final TableSchema schema =
            RandomRows.table(1, List.of(Column.key(1, "id", ColumnType.Simple.BIGINT), vector));

    @TempDir
    private Path folder;

    @AfterEach
    void leaksNothing() {
        allocator.close();
    }

    @Test
    void readsOfItsFilesWhatAReadLooksAt() {
        var far = new CountingObjects(LocalObjectStore.open(folder.resolve("far")));
        var config =
                new CacheConfig(DataSize.ofMegabytes(64), 95, 85, DataSize.ofMegabytes(1), CacheConfig.WarmUp.NONE);
        try (var near = CachedObjects.open(far, folder.resolve("near"), config);
                VectorSchemaRoot batch = RandomRows.batch(
                        schema, IntStream.range(0, ROWS).boxed().toList(), new Random(1), allocator)) {
            SegmentManifest manifest = write(far, batch);
            assertThat(manifest.bytes()).isGreaterThan(6 * FEW);
            try (SealedSegment segment = SealedSegment.open(near, manifest, schema, allocator);
                    SegmentSnapshot rows = segment.snapshot()) {
                assertThat(far.bytes()).isLessThan(FEW);
                assertThat(rows.fetch(vector)).isFalse();
                VectorSource vectors = rows.uncheckedVectors(vector);
                vectors.want(1_500);
                for (int row : new int[] {3, 700, 1_500}) {
                    if (!vectors.isNull(row)) {
                        assertSame(batch, row, vectors.address(row));
                    }
                }
                assertThat(far.bytes()).isLessThan(2 * FEW);
                VectorSource whole = rows.vectors(vector);
                for (int row = 0; row < ROWS; row++) {
                    assertThat(whole.isNull(row)).isEqualTo(vectors.isNull(row));
                    if (!whole.isNull(row)) {
                        assertSame(batch, row, whole.address(row));
                        assertSame(batch, row, vectors.address(row));
                    }
                }
                assertThat(far.bytes()).isLessThan(manifest.bytes() + FEW);
            }
        }
    }

    private SegmentManifest write(CountingObjects objects, VectorSchemaRoot batch) {
        var writer = new SegmentWriter(objects, new Random(2)::nextLong, allocator);
        try (var buffer = new RowBuffer(schema, CHUNK_ROWS, allocator)) {
            buffer.append(batch, 0, ROWS, 100);
            try (RowSnapshot rows = buffer.snapshot()) {
                return writer.complete(SegmentManifest.empty(ID, CHUNK_ROWS), rows, schema.keyColumn())
                        .manifest();
            }
        }
    }

    private static void assertSame(VectorSchemaRoot batch, int row, long address) {
        var expected = (FixedSizeListVector) batch.getVector("v");
        for (int i = 0; i < DIMENSION; i += 97) {
            Object read = NativeMemory.floatAt(address + 4L * i); // an object: NaN is itself
            assertThat(read).isEqualTo(expected.getDataVector().getObject(row * DIMENSION + i));
        }
    }
}
