package io.elanus.storage.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.proto.grpc.Literal;
import io.elanus.storage.index.RowFilter;
import io.elanus.storage.index.VectorSource;
import io.elanus.storage.kernel.NativeMemory;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.HybridTime;
import io.elanus.storage.type.TableSchema;
import io.elanus.storage.type.VectorElement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A random history of inserts, upserts, deletes, flushes, moves and compactions reads, at every timestamp within
/// the retention, as a plain map of versions does.
final class SegmentHistoryTest {
    private static final int STEPS = 120;
    private static final int CHUNK_ROWS = 16;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void readsAsAPlainMapOfVersions(long seed) {
        try (BufferAllocator root = new RootAllocator();
                var history = new History(seed, root)) {
            for (int step = 0; step < STEPS; step++) {
                history.step();
                if (step % 5 == 0) {
                    history.check();
                }
            }
            history.check();
        }
    }

    /// A write of a key: its values, or a delete.
    private record Version(long ts, Optional<List<String>> values) {}

    private static final class History implements AutoCloseable {
        private final Random random;
        private final BufferAllocator allocator;
        private final MemoryObjectStore objects = new MemoryObjectStore();
        private final SegmentWriter writer;
        private TableSchema schema;
        private long ts = HybridTime.of(1_700_000_000_000L, 0);
        private long retentionTs;
        private long segmentIds = 1;
        private final Map<Integer, List<Version>> model = new TreeMap<>();
        private final DeltaBatch allDeltas = new DeltaBatch();
        private final List<SealedSegment> sealed = new ArrayList<>();
        private GrowingSegment growing;
        private SegmentManifest manifest;

        History(long seed, BufferAllocator allocator) {
            this.random = new Random(seed);
            this.allocator = allocator;
            this.writer = new SegmentWriter(objects, random::nextLong, allocator);
            this.schema = RandomRows.everyType(RandomRows.KEY_TYPES.get((int) (seed % 4)));
            newGrowing();
        }

        void step() {
            ts += 1 + random.nextInt(3);
            switch (random.nextInt(20)) {
                case 0 -> flushPart();
                case 1 -> seal();
                case 2 -> compact();
                case 3 -> moveGrowing();
                case 4 -> reopen();
                case 5 -> addColumn();
                case 6, 7, 8, 9 -> delete();
                default -> upsert();
            }
        }

        private void upsert() {
            var keys = new LinkedHashSet<Integer>();
            for (int i = 1 + random.nextInt(12); i > 0; i--) {
                keys.add(random.nextInt(200));
            }
            try (VectorSchemaRoot batch = RandomRows.batch(schema, List.copyOf(keys), random, allocator)) {
                int from = random.nextInt(batch.getRowCount());
                int count = 1 + random.nextInt(batch.getRowCount() - from);
                KeyReader reader = KeyReader.of(batch.getVector(0));
                for (int row = from; row < from + count; row++) {
                    int key = List.copyOf(keys).get(row);
                    versions(key).add(new Version(ts, Optional.of(RandomRows.row(batch, row))));
                    later(reader.key(row));
                }
                byte[] stream = ArrowBatches.encode(batch, from, count, allocator);
                try (VectorSchemaRoot decoded = ArrowBatches.decode(stream, allocator)) {
                    growing.append(decoded, 0, count, ts);
                }
            }
        }

        private void delete() {
            for (int i = random.nextInt(6); i > 0; i--) {
                int key = random.nextInt(200);
                versions(key).add(new Version(ts, Optional.empty()));
                byte[] bytes = bytes(key);
                growing.end(bytes, ts);
                later(bytes);
            }
        }

        private void later(byte[] key) {
            allDeltas.add(key, ts);
            sealed.forEach(segment -> segment.end(key, ts));
        }

        private void flushPart() {
            try (RowSnapshot rows = growing.rowSnapshot()) {
                manifest = writer.write(manifest, rows).manifest();
            }
        }

        private void seal() {
            if (growing.rows() == 0) {
                return;
            }
            try (RowSnapshot rows = growing.rowSnapshot()) {
                StoredManifest stored = writer.complete(manifest, rows, schema.keyColumn());
                assertThat(ManifestFile.load(objects, growing.id(), stored.key()))
                        .isEqualTo(stored);
                manifest = stored.manifest();
            }
            growing.close();
            sealed.add(open(manifest));
            newGrowing();
        }

        /// What another node does: read the files, then what came since.
        private void moveGrowing() {
            flushPart();
            growing.close();
            growing = new GrowingSegment(manifest.id(), schema, CHUNK_ROWS, allocator);
            growing.load(objects, manifest);
            StoredManifest deltas = writer.writeDeltas(new SegmentId(7, 1, segmentIds++), allDeltas);
            DeltaBatch read = DeltaLog.readAll(objects, deltas.manifest());
            for (int i = 0; i < read.size(); i++) {
                growing.end(read.key(i), read.ts(i));
            }
        }

        private void reopen() {
            for (int i = 0; i < sealed.size(); i++) {
                SealedSegment old = sealed.get(i);
                sealed.set(i, open(old.manifest()));
                old.close();
            }
        }

        private SealedSegment open(SegmentManifest from) {
            SealedSegment segment = SealedSegment.open(objects, from, schema, allocator);
            segment.apply(allDeltas);
            return segment;
        }

        private void compact() {
            if (sealed.size() < 2) {
                return;
            }
            retentionTs = Math.max(retentionTs, ts - random.nextInt(60));
            List<SealedSegment> from = List.copyOf(sealed.subList(0, 2));
            var ids = new ArrayList<SegmentId>();
            for (int i = 0; i < 40; i++) {
                ids.add(new SegmentId(7, 1, segmentIds++));
            }
            var plan = new Compactor.Plan(schema, ids, CHUNK_ROWS, retentionTs, 100);
            List<StoredManifest> compacted = new Compactor(writer, allocator).compact(from, plan, () -> false);
            from.forEach(SealedSegment::close);
            sealed.removeAll(from);
            // Their deltas are in the new segments: nothing else is applied to them.
            compacted.forEach(stored -> sealed.add(SealedSegment.open(objects, stored.manifest(), schema, allocator)));
        }

        private void addColumn() {
            if (schema.version() > 3) {
                return;
            }
            List<Column> columns = new ArrayList<>(schema.columns());
            int id = columns.size() + 1;
            ColumnType type = List.of(
                            ColumnType.Simple.BIGINT,
                            new ColumnType.Varchar(40),
                            new ColumnType.Vector(24, VectorElement.FLOAT32))
                    .get(schema.version() % 3);
            var value = RandomRows.value(type, random);
            Optional<Literal> byDefault = value.getNull() ? Optional.empty() : Optional.of(value);
            columns.add(new Column(id, "c" + id, type, true, byDefault, false, false));
            schema = RandomRows.table(schema.version() + 1, columns);
            growing.evolve(schema);
            try (VectorSchemaRoot batch = RandomRows.defaults(columns.getLast(), allocator)) {
                String added = RandomRows.row(batch, 0).getFirst();
                model.values()
                        .forEach(versions -> versions.replaceAll(version ->
                                new Version(version.ts(), version.values().map(values -> {
                                    List<String> longer = new ArrayList<>(values);
                                    longer.add(added);
                                    return longer;
                                }))));
            }
        }

        private void newGrowing() {
            var id = new SegmentId(7, 1, segmentIds++);
            growing = new GrowingSegment(id, schema, CHUNK_ROWS, allocator);
            manifest = SegmentManifest.empty(id, CHUNK_ROWS);
        }

        void check() {
            for (long readTs : List.of(ts, Math.max(retentionTs, ts - random.nextInt(80)), ts + 100)) {
                Map<List<String>, Integer> expected = new HashMap<>();
                model.values()
                        .forEach(versions ->
                                visible(versions, readTs).ifPresent(values -> expected.merge(values, 1, Integer::sum)));
                Map<List<String>, Integer> found = new HashMap<>();
                List<Segment> segments = new ArrayList<>(sealed);
                segments.add(growing);
                segments.forEach(segment -> read(segment, readTs, found));
                assertThat(found).isEqualTo(expected);
            }
            checkKeys();
        }

        private void read(Segment segment, long readTs, Map<List<String>, Integer> found) {
            try (SegmentSnapshot snapshot = segment.snapshot()) {
                RowFilter filter = snapshot.visible(readTs);
                checkFilter(snapshot, filter, readTs);
                int[] ordinals = new int[filter.cardinality()];
                int count = 0;
                for (int chunk = 0; chunk < snapshot.chunks(); chunk++) {
                    try (VectorSchemaRoot rows = snapshot.chunk(chunk, schema.columns())) {
                        for (int i = 0; i < rows.getRowCount(); i++) {
                            int ordinal = chunk * snapshot.chunkRows() + i;
                            if (filter.passes(ordinal)) {
                                ordinals[count++] = ordinal;
                                found.merge(RandomRows.row(rows, i), 1, Integer::sum);
                            }
                        }
                    }
                }
                checkGather(snapshot, ordinals, count);
            }
        }

        private void checkGather(SegmentSnapshot snapshot, int[] ordinals, int count) {
            for (int i = 0; i < count; i++) {
                int other = random.nextInt(count);
                int swap = ordinals[i];
                ordinals[i] = ordinals[other];
                ordinals[other] = swap;
            }
            try (VectorSchemaRoot rows = snapshot.gather(ordinals, count, schema.columns(), allocator)) {
                for (int i = 0; i < count; i++) {
                    int chunk = ordinals[i] / snapshot.chunkRows();
                    try (VectorSchemaRoot view = snapshot.chunk(chunk, schema.columns())) {
                        assertThat(RandomRows.row(rows, i))
                                .isEqualTo(RandomRows.row(view, ordinals[i] % snapshot.chunkRows()));
                    }
                }
            }
            for (Column column : schema.columns()) {
                if (column.type() instanceof ColumnType.Vector) {
                    checkVectors(snapshot, column);
                }
            }
        }

        private static void checkVectors(SegmentSnapshot snapshot, Column column) {
            VectorSource source = snapshot.vectors(column);
            assertThat(source.rows()).isEqualTo(snapshot.rows());
            for (int row = 0; row < source.rows(); row += 7) {
                try (VectorSchemaRoot view = snapshot.chunk(row / snapshot.chunkRows(), List.of(column))) {
                    FieldVector vector = view.getVector(0);
                    int at = row % snapshot.chunkRows();
                    assertThat(source.isNull(row)).isEqualTo(vector.isNull(at));
                    if (vector.isNull(at)) {
                        continue;
                    }
                    if (vector instanceof VarBinaryVector sparse) {
                        assertThat(hex(source.address(row), source.bytes(row)))
                                .isEqualTo(HexFormat.of().formatHex(sparse.get(at)));
                    } else {
                        FieldVector data = vector.getChildrenFromFields().isEmpty()
                                ? vector
                                : vector.getChildrenFromFields().getFirst();
                        long start = data.getDataBuffer().memoryAddress()
                                + (long) at * source.type().bytes();
                        assertThat(hex(source.address(row), source.type().bytes()))
                                .isEqualTo(hex(start, source.type().bytes()));
                    }
                }
            }
        }

        private static String hex(long address, int length) {
            byte[] bytes = new byte[length];
            for (int i = 0; i < length; i++) {
                bytes[i] = NativeMemory.byteAt(address + i);
            }
            return HexFormat.of().formatHex(bytes);
        }

        private static void checkFilter(SegmentSnapshot snapshot, RowFilter filter, long readTs) {
            for (int row = 0; row < snapshot.rows(); row++) {
                boolean visible = snapshot.ts(row) <= readTs && readTs < snapshot.endTs(row);
                assertThat(filter.passes(row)).isEqualTo(visible);
            }
        }

        /// Each key's rows are found, and the filter never denies one.
        private void checkKeys() {
            for (int key = 0; key < 210; key += 3) {
                byte[] bytes = bytes(key);
                List<Segment> segments = new ArrayList<>(sealed);
                segments.add(growing);
                for (Segment segment : segments) {
                    try (SegmentSnapshot snapshot = segment.snapshot()) {
                        var expected = new ArrayList<Integer>();
                        for (int chunk = 0; chunk < snapshot.chunks(); chunk++) {
                            try (VectorSchemaRoot rows = snapshot.chunk(chunk, List.of(schema.keyColumn()))) {
                                KeyReader reader = KeyReader.of(rows.getVector(0));
                                for (int i = 0; i < rows.getRowCount(); i++) {
                                    if (Arrays.equals(reader.key(i), bytes)) {
                                        expected.add(chunk * snapshot.chunkRows() + i);
                                    }
                                }
                            }
                        }
                        assertThat(snapshot.findRows(bytes))
                                .containsExactly(
                                        expected.stream().mapToInt(i -> i).toArray());
                        assertThat(segment.mayContain(bytes) || expected.isEmpty())
                                .isTrue();
                    }
                }
            }
        }

        private List<Version> versions(int key) {
            return model.computeIfAbsent(key, _ -> new ArrayList<>());
        }

        private static Optional<List<String>> visible(List<Version> versions, long readTs) {
            Optional<List<String>> newest = Optional.empty();
            for (Version version : versions) {
                if (version.ts() <= readTs) {
                    newest = version.values();
                }
            }
            return newest;
        }

        private byte[] bytes(int key) {
            try (VectorSchemaRoot batch = RandomRows.batch(
                    RandomRows.table(1, List.of(schema.keyColumn())), List.of(key), random, allocator)) {
                return KeyReader.of(batch.getVector(0)).key(0);
            }
        }

        @Override
        public void close() {
            sealed.forEach(SealedSegment::close);
            growing.close();
        }
    }
}
