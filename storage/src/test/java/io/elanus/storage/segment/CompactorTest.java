package io.elanus.storage.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.ArrowTypes;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType.Simple;
import io.elanus.storage.type.HybridTime;
import io.elanus.storage.type.Layout;
import io.elanus.storage.type.TableName;
import io.elanus.storage.type.TableSchema;
import io.elanus.storage.visibility.TimeToLive;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a compaction leaves out by the time that rows hold.
final class CompactorTest {
    private static final int CHUNK_ROWS = 8;
    private static final int ROWS = 20;
    private static final long SECOND = 1_000_000;
    private static final long START_MILLIS = 1_700_000_000_000L;

    private final BufferAllocator allocator = new RootAllocator();
    private final MemoryObjectStore objects = new MemoryObjectStore();
    private final SegmentWriter writer = new SegmentWriter(objects, new Random(1)::nextLong, allocator);

    @AfterEach
    void leaksNothing() {
        allocator.close();
    }

    /// Row i was made i seconds after the start; every seventh has no time.
    private VectorSchemaRoot batch(TableSchema schema) {
        VectorSchemaRoot batch = VectorSchemaRoot.create(ArrowTypes.schema(schema.columns()), allocator);
        for (int i = 0; i < ROWS; i++) {
            var made = Instant.ofEpochMilli(START_MILLIS).plusSeconds(i).atOffset(ZoneOffset.UTC);
            Literals.write((Object) (long) i, Simple.BIGINT, batch.getVector(0), i);
            Literals.write(i % 7 == 6 ? null : (Object) made, Simple.TIMESTAMP_TZ, batch.getVector(1), i);
        }
        batch.getFieldVectors().forEach(vector -> vector.setValueCount(ROWS));
        batch.setRowCount(ROWS);
        return batch;
    }

    private static TableSchema table(Map<String, String> options) {
        List<Column> columns = List.of(Column.key(1, "id", Simple.BIGINT), Column.of(2, "made", Simple.TIMESTAMP_TZ));
        return new TableSchema(7, new TableName("public", "t"), 1, columns, 1, Layout.of(List.of()), options);
    }

    private List<Long> kept(TableSchema schema, long retentionMillis) {
        try (var buffer = new RowBuffer(schema, CHUNK_ROWS, allocator);
                VectorSchemaRoot batch = batch(schema)) {
            buffer.append(batch, 0, ROWS, 100);
            StoredManifest stored;
            try (RowSnapshot rows = buffer.snapshot()) {
                stored = writer.complete(
                        SegmentManifest.empty(new SegmentId(7, 1, 1), CHUNK_ROWS), rows, schema.keyColumn());
            }
            var plan = new Compactor.Plan(
                    schema, List.of(new SegmentId(7, 1, 2)), CHUNK_ROWS, HybridTime.of(retentionMillis, 0), 1000);
            try (SealedSegment segment = SealedSegment.open(objects, stored.manifest(), schema, allocator)) {
                var made = new Compactor(writer, allocator).compact(List.of(segment), plan, () -> false);
                return made.isEmpty() ? List.of() : keys(made.getFirst().manifest(), schema);
            }
        }
    }

    private List<Long> keys(SegmentManifest manifest, TableSchema schema) {
        try (SealedSegment segment = SealedSegment.open(objects, manifest, schema, allocator);
                SegmentSnapshot snapshot = segment.snapshot()) {
            int[] all = IntStream.range(0, snapshot.rows()).toArray();
            try (VectorSchemaRoot rows = snapshot.gather(all, all.length, schema.columns(), allocator)) {
                var keys = new ArrayList<Long>();
                for (int i : all) {
                    keys.add((Long) rows.getVector(0).getObject(i));
                }
                return keys;
            }
        }
    }

    @Test
    void leavesOutRowsThatHaveOutlivedTheirTimeAtTheRetention() {
        TableSchema schema = table(Map.of(TimeToLive.COLUMN, "2", TimeToLive.MICROS, Long.toString(60 * SECOND)));

        assertThat(kept(schema, START_MILLIS + 59_999)).hasSize(ROWS);
        // Made 15 seconds in, seen until a minute later; 6 and 13 have no time.
        assertThat(kept(schema, START_MILLIS + 75_000)).containsExactly(6L, 13L, 16L, 17L, 18L, 19L);
        assertThat(kept(schema, START_MILLIS + 600_000)).containsExactly(6L, 13L);
        assertThat(kept(table(Map.of()), START_MILLIS + 600_000)).hasSize(ROWS);
    }
}
