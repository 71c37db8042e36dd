package io.elanus.storage.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.TableSchema;
import io.elanus.storage.type.VectorElement;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import java.util.zip.GZIPInputStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.SeekableReadChannel;
import org.apache.arrow.vector.util.ByteArrayReadableSeekableByteChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The files of one small segment: what is in them, and that no damage goes unnoticed.
final class SegmentFilesTest {
    private static final SegmentId ID = new SegmentId(7, 1, 42);
    private static final int HEADER_BYTES = 64;

    private final BufferAllocator allocator = new RootAllocator();
    private final MemoryObjectStore objects = new MemoryObjectStore();
    private final TableSchema schema = RandomRows.table(
            1,
            List.of(
                    Column.key(1, "id", new ColumnType.Varchar(20)),
                    Column.of(2, "n", ColumnType.Simple.INTEGER),
                    Column.of(3, "tags", new ColumnType.Array(new ColumnType.Varchar(9))),
                    Column.of(4, "v", new ColumnType.Vector(24, VectorElement.FLOAT32))));
    private StoredManifest stored;
    private List<List<String>> rows;

    @BeforeEach
    void writeSegment() {
        long[] fileId = {1};
        var writer = new SegmentWriter(objects, () -> fileId[0]++, allocator);
        var deltas = new DeltaBatch();
        try (var buffer = new RowBuffer(schema, 4, allocator);
                VectorSchemaRoot batch =
                        RandomRows.batch(schema, List.of(3, 1, 4, 15, 9, 2), new Random(5), allocator)) {
            buffer.append(batch, 0, 2, 100);
            buffer.append(batch, 2, 4, 200);
            deltas.add(KeyReader.of(batch.getVector(0)).key(1), 150);
            try (RowSnapshot snapshot = buffer.snapshot()) {
                SegmentManifest empty = SegmentManifest.empty(ID, 4);
                stored = writer.complete(empty, snapshot, schema.keyColumn(), deltas);
            }
        }
        rows = readAll();
    }

    @AfterEach
    void leaksNothing() {
        allocator.close();
    }

    @Test
    void holdsTheRowsThatWereWritten() {
        assertThat(rows).hasSize(5); // one of six ended
        assertThat(stored.manifest().rows()).isEqualTo(6);
        assertThat(stored.manifest().minTs()).isEqualTo(100);
        assertThat(stored.manifest().maxTs()).isEqualTo(200);
        assertThat(stored.manifest().bytes())
                .isEqualTo(objects.list(ID.prefix()).stream()
                        .filter(object -> !object.key().endsWith("manifest"))
                        .mapToLong(object -> object.bytes())
                        .sum());
    }

    @Test
    void anyArrowReaderOpensThePayload() throws IOException {
        for (var file : stored.manifest().files()) {
            byte[] content = objects.read(file.key());
            int footer = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).getInt(content.length - 16);
            byte[] payload = Arrays.copyOfRange(content, HEADER_BYTES, content.length - 24 - footer);
            var channel = new SeekableReadChannel(new ByteArrayReadableSeekableByteChannel(payload));
            try (var reader = new ArrowFileReader(channel, allocator)) {
                int count = 0;
                while (reader.loadNextBatch()) {
                    count += reader.getVectorSchemaRoot().getRowCount();
                    assertThat(RandomRows.row(reader.getVectorSchemaRoot(), 0)).isNotEmpty();
                }
                assertThat(count).isEqualTo(file.rows());
                assertThat(reader.getVectorSchemaRoot().getFieldVectors()).hasSameSizeAs(file.columnIds());
            }
        }
    }

    /// Every byte in turn, with one bit and with all bits turned.
    @Test
    void noticesEveryDamagedByte() {
        for (String key : keys()) {
            byte[] good = objects.read(key);
            for (int at = 0; at < good.length; at++) {
                for (int mask : new int[] {1 << (at % 8), 0xFF}) {
                    byte[] bad = good.clone();
                    bad[at] ^= (byte) mask;
                    objects.damage(key, bad);
                    assertRefused(key, "byte " + at);
                }
            }
            objects.damage(key, good);
        }
        assertThat(readAll()).isEqualTo(rows);
    }

    @Test
    void noticesEveryTruncation() {
        for (String key : keys()) {
            byte[] good = objects.read(key);
            for (int length = 0; length < good.length; length++) {
                objects.damage(key, Arrays.copyOf(good, length));
                assertRefused(key, "length " + length);
            }
            objects.damage(key, Arrays.copyOf(good, good.length + 1));
            assertRefused(key, "one byte more");
            objects.damage(key, good);
        }
    }

    @Test
    void noticesAFileOfAnotherSegmentOrKind() {
        byte[] keyFile = objects.read(stored.manifest().keys().orElseThrow().key());
        String rowFile = stored.manifest().files().getFirst().key();
        byte[] good = objects.read(rowFile);
        objects.damage(rowFile, keyFile);
        assertThatThrownBy(this::readAll)
                .hasMessageContaining(rowFile)
                .hasMessageContaining("it is of kind [3], not ROWS");
        objects.damage(rowFile, withHeader(good, 32, 43));
        assertThatThrownBy(this::readAll)
                .hasMessageContaining(rowFile)
                .hasMessageContaining("it belongs to another segment (id [43], not [42])");
    }

    @Test
    void refusesANewerFormatByName() {
        for (String key : keys()) {
            byte[] good = objects.read(key);
            objects.damage(key, withHeader(good, 8, 2));
            assertThatThrownBy(this::readAll)
                    .isInstanceOfSatisfying(
                            StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FORMAT_TOO_NEW))
                    .hasMessage("Object [%s] has format version [2], this build reads up to [1]. Start a newer build."
                            .formatted(key));
            objects.damage(key, good);
        }
    }

    /// The bytes of today's format, byte for byte: a change of them needs a new version.
    @Test
    void writesTheGoldenFiles() throws IOException {
        for (String key : keys()) {
            assertThat(HexFormat.of().formatHex(objects.read(key)))
                    .as(key)
                    .isEqualTo(HexFormat.of().formatHex(golden(key)));
        }
    }

    @Test
    void readsTheGoldenFiles() throws IOException {
        for (String key : keys()) {
            objects.damage(key, golden(key));
        }
        assertThat(readAll()).isEqualTo(rows);
    }

    private static byte[] golden(String key) throws IOException {
        String name = "golden-v1/" + key.substring(key.lastIndexOf('/') + 1) + ".gz";
        try (InputStream in = SegmentFilesTest.class.getResourceAsStream(name)) {
            assertThat(in).as("resource %s", name).isNotNull();
            return new GZIPInputStream(in).readAllBytes();
        }
    }

    private List<String> keys() {
        return objects.list(ID.prefix()).stream().map(object -> object.key()).toList();
    }

    private void assertRefused(String key, String what) {
        try {
            readAll();
        } catch (StorageException e) {
            assertThat(e.code()).as("%s, %s: %s", key, what, e.getMessage()).isEqualTo(ErrorCode.CORRUPT);
            assertThat(e.getMessage()).contains("Object [" + key + "] is damaged at byte [");
            return;
        }
        throw new AssertionError("Damage of " + key + " went unnoticed: " + what);
    }

    /// Opens everything and reads every byte that a reader uses.
    private List<List<String>> readAll() {
        List<List<String>> found = new ArrayList<>();
        SegmentManifest manifest = ManifestFile.load(objects, ID, stored.key()).manifest();
        SealedSegment segment = SealedSegment.open(objects, manifest, schema, allocator);
        try (segment;
                SegmentSnapshot snapshot = segment.snapshot()) {
            segment.verify();
            var filter = snapshot.visible(300);
            for (int row = 0; row < snapshot.rows(); row++) {
                if (filter.passes(row)) {
                    try (VectorSchemaRoot one = snapshot.gather(new int[] {row}, 1, schema.columns(), allocator)) {
                        found.add(RandomRows.row(one, 0));
                    }
                }
            }
        }
        return found;
    }

    /// The file with a number of its header changed and the header's checksum made right.
    private static byte[] withHeader(byte[] file, int at, int value) {
        byte[] changed = file.clone();
        changed[at] = (byte) value;
        var crc = new CRC32C();
        crc.update(changed, 0, HEADER_BYTES - 4);
        ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putInt(HEADER_BYTES - 4, (int) crc.getValue());
        return changed;
    }
}
