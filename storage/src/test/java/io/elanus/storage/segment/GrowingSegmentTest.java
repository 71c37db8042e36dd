package io.elanus.storage.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.storage.kernel.NativeMemory;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.TableSchema;
import io.elanus.storage.type.VectorElement;
import io.elanus.storage.visibility.Keys;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class GrowingSegmentTest {
    private static final SegmentId ID = new SegmentId(7, 1, 1);

    private final BufferAllocator allocator = new RootAllocator();
    private final TableSchema schema = RandomRows.table(
            1,
            List.of(
                    Column.key(1, "id", ColumnType.Simple.BIGINT),
                    Column.of(2, "text", new ColumnType.Varchar(50)),
                    Column.of(3, "v", new ColumnType.Vector(16, VectorElement.INT8))));

    @AfterEach
    void leaksNothing() {
        allocator.close();
    }

    @Test
    void readersSeeWholeRowsWhileOthersAreAppended() throws InterruptedException, ExecutionException {
        var done = new AtomicBoolean();
        try (var segment = new GrowingSegment(ID, schema, 256, allocator);
                VectorSchemaRoot batch = batch(IntStream.range(0, 50).boxed().toList());
                ExecutorService readers = Executors.newFixedThreadPool(2)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                running.add(readers.submit(() -> {
                    while (!done.get()) {
                        checkPrefix(segment, batch);
                    }
                }));
            }
            for (int i = 0; i < 400; i++) {
                segment.append(batch, 0, 50, 100 + i);
            }
            done.set(true);
            for (Future<?> reader : running) {
                reader.get();
            }
            checkPrefix(segment, batch);
            assertThat(segment.rows()).isEqualTo(20_000);
        }
    }

    /// Row n is row n modulo 50 of the batch, written at 100 + n / 50. Nobody reads at the newest timestamp before
    /// it is applied, so what is checked is the one before.
    private void checkPrefix(GrowingSegment segment, VectorSchemaRoot batch) {
        try (SegmentSnapshot snapshot = segment.snapshot()) {
            int rows = snapshot.rows();
            assertThat(rows % 50).isZero();
            if (rows == 0) {
                return;
            }
            assertThat(snapshot.ts(rows - 1)).isEqualTo(99 + rows / 50);
            assertThat(snapshot.visible(98 + rows / 50).cardinality()).isEqualTo(rows == 50 ? 0 : 50);
            int last = snapshot.chunks() - 1;
            try (VectorSchemaRoot chunk = snapshot.chunk(last, schema.columns())) {
                int at = chunk.getRowCount() - 1;
                assertThat(RandomRows.row(chunk, at)).isEqualTo(RandomRows.row(batch, 49));
            }
            assertThat(snapshot.findRows(KeyReader.of(batch.getVector(0)).key(7)))
                    .hasSizeBetween(rows / 50 - 1, rows / 50);
        }
    }

    @Test
    void snapshotsAndViewsOutliveTheSegment() {
        var segment = new GrowingSegment(ID, schema, 64, allocator);
        try (VectorSchemaRoot batch = batch(IntStream.range(0, 100).boxed().toList())) {
            segment.append(batch, 0, 100, 5);
            SegmentSnapshot snapshot = segment.snapshot();
            segment.close();
            long address = snapshot.vectors(schema.column(3)).address(99);
            NativeMemory.byteAt(address);
            VectorSchemaRoot view = snapshot.chunk(1, schema.columns());
            snapshot.close();
            assertThat(RandomRows.row(view, 35)).isEqualTo(RandomRows.row(batch, 99));
            assertThat(allocator.getAllocatedMemory()).isGreaterThan(0);
            view.close();
        }
        assertThat(allocator.getAllocatedMemory()).isZero();
    }

    @Test
    void anAppendThatRunsOutOfMemoryLeavesNothingBehind() {
        try (BufferAllocator small = allocator.newChildAllocator("small", 0, 40_000);
                var segment = new GrowingSegment(ID, schema, 128, small);
                VectorSchemaRoot batch = batch(IntStream.range(0, 300).boxed().toList())) {
            segment.append(batch, 0, 100, 1);
            int rows = 100;
            while (segment.rows() == rows) {
                try {
                    segment.append(batch, rows % 150, 150, rows);
                    rows += 150;
                } catch (OutOfMemoryException e) {
                    break;
                }
            }
            assertThat(segment.rows()).isEqualTo(rows);
            try (SegmentSnapshot snapshot = segment.snapshot();
                    VectorSchemaRoot chunk = snapshot.chunk(0, schema.columns())) {
                assertThat(snapshot.visible(Long.MAX_VALUE - 1).rows()).isEqualTo(rows);
                assertThat(RandomRows.row(chunk, 99)).isEqualTo(RandomRows.row(batch, 99));
            }
        }
    }

    @Test
    void refusesRowsThatAreOlderThanTheLast() {
        try (var segment = new GrowingSegment(ID, schema, 64, allocator);
                VectorSchemaRoot batch = batch(List.of(1, 2))) {
            segment.append(batch, 0, 1, 10);
            assertThatThrownBy(() -> segment.append(batch, 1, 1, 9))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("Rows at [9] come after rows at [10]");
        }
    }

    @Test
    void aLaterWriteEndsOlderRowsOfTheKeyOnly() {
        try (var segment = new GrowingSegment(ID, schema, 64, allocator);
                VectorSchemaRoot batch = batch(List.of(2, 4))) {
            segment.append(batch, 0, 2, 10);
            segment.append(batch, 0, 1, 20);
            assertThat(segment.end(Keys.ofLong(2), 20)).isZero();
            assertThat(segment.end(Keys.ofLong(4), 30)).isEqualTo(1);
            assertThat(segment.end(Keys.ofLong(4), 30)).isZero();
            assertThat(segment.end(Keys.ofLong(99), 30)).isZero();
            try (SegmentSnapshot snapshot = segment.snapshot()) {
                assertThat(visible(snapshot, 10)).containsExactly(0, 1);
                assertThat(visible(snapshot, 20)).containsExactly(1, 2);
                assertThat(visible(snapshot, 30)).containsExactly(2);
                assertThat(visible(snapshot, 9)).isEmpty();
            }
        }
    }

    private static int[] visible(SegmentSnapshot snapshot, long readTs) {
        var filter = snapshot.visible(readTs);
        return IntStream.range(0, snapshot.rows()).filter(filter::passes).toArray();
    }

    private VectorSchemaRoot batch(List<Integer> keys) {
        VectorSchemaRoot batch = RandomRows.batch(schema, keys, new Random(3), allocator);
        for (int i = 0; i < keys.size(); i++) {
            ((BigIntVector) batch.getVector(0)).set(i, keys.get(i));
        }
        return batch;
    }
}
