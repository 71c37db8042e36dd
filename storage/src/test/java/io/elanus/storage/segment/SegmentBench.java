package io.elanus.storage.segment;

import io.elanus.storage.object.local.LocalObjectStore;
import io.elanus.storage.type.ArrowTypes;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.TableSchema;
import io.elanus.storage.type.VectorElement;
import io.elanus.storage.visibility.Keys;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;

/// How much of a core it takes to bring rows into a growing segment, into files, and back: 1 M rows of 128
/// dimensions and three scalars. Run its main with a folder to write to.
final class SegmentBench {
    private static final int ROWS = 1_000_000;
    private static final int BATCH = 1000;
    private static final int DIMENSION = 128;

    private final PrintStream out;
    private final BufferAllocator allocator = new RootAllocator();
    private final TableSchema schema = RandomRows.table(
            1,
            List.of(
                    Column.key(1, "id", ColumnType.Simple.BIGINT),
                    Column.of(2, "price", ColumnType.Simple.DOUBLE),
                    Column.of(3, "name", new ColumnType.Varchar(40)),
                    Column.of(4, "v", new ColumnType.Vector(DIMENSION, VectorElement.FLOAT32))));

    private SegmentBench(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createTempDirectory(Path.of(arguments[0]), "segments");
        var bench = new SegmentBench(System.out);
        for (int round = 0; round < 3; round++) {
            bench.run(folder.resolve("round" + round));
        }
    }

    private void run(Path folder) {
        var id = new SegmentId(7, 1, 1);
        int chunkRows = ChunkSize.rows(schema);
        try (var objects = LocalObjectStore.open(folder);
                VectorSchemaRoot batch = batch();
                var growing = new GrowingSegment(id, schema, chunkRows, allocator)) {
            var random = new Random(1);
            var ids = (BigIntVector) batch.getVector(0);
            long start = cpuNanos();
            for (int i = 0; i < ROWS / BATCH; i++) {
                for (int row = 0; row < BATCH; row++) {
                    ids.set(row, (long) i * BATCH + row);
                }
                growing.append(batch, 0, BATCH, 100 + i);
            }
            long appended = cpuNanos();
            StoredManifest stored;
            try (RowSnapshot rows = growing.rowSnapshot()) {
                var writer = new SegmentWriter(objects, random::nextLong, allocator);
                stored = writer.complete(SegmentManifest.empty(id, chunkRows), rows, schema.keyColumn());
            }
            long written = cpuNanos();
            try (SealedSegment sealed = SealedSegment.open(objects, stored.manifest(), schema, allocator)) {
                long opened = cpuNanos();
                sealed.verify();
                long verified = cpuNanos();
                long found = lookups(sealed);
                long looked = cpuNanos();
                report("append to growing", appended - start, stored.manifest().bytes());
                report("write files", written - appended, stored.manifest().bytes());
                report("append + write", written - start, stored.manifest().bytes());
                report("open sealed", opened - written, 0);
                report(
                        "verify all checksums",
                        verified - opened,
                        stored.manifest().bytes());
                report("end 1 M keys", looked - verified, 0);
                out.println("ended " + found);
            }
        }
    }

    /// Time of this thread on a core: what other processes take does not count, nor do waits for the disk.
    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private long lookups(SealedSegment sealed) {
        long found = 0;
        for (int i = 0; i < ROWS; i++) {
            found += sealed.end(Keys.ofLong(i), 1_000_000);
        }
        return found;
    }

    private void report(String what, long nanos, long bytes) {
        out.printf(
                "%-22s %8.1f ms %12.0f rows/s %8.2f GB/s%n",
                what, nanos / 1e6, ROWS * 1e9 / nanos, bytes / (double) nanos);
    }

    private VectorSchemaRoot batch() {
        VectorSchemaRoot batch = VectorSchemaRoot.create(ArrowTypes.schema(schema.columns()), allocator);
        batch.allocateNew();
        var random = new Random(2);
        for (int row = 0; row < BATCH; row++) {
            ((BigIntVector) batch.getVector(0)).setSafe(row, row);
            ((Float8Vector) batch.getVector(1)).setSafe(row, random.nextDouble());
            ((VarCharVector) batch.getVector(2))
                    .setSafe(row, ("name " + random.nextInt()).getBytes(StandardCharsets.UTF_8));
            var vectors = (FixedSizeListVector) batch.getVector(3);
            vectors.setNotNull(row);
            for (int i = 0; i < DIMENSION; i++) {
                ((Float4Vector) vectors.getDataVector()).setSafe(row * DIMENSION + i, random.nextFloat());
            }
        }
        batch.setRowCount(BATCH);
        return batch;
    }
}
