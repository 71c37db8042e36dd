package io.elanus.storage.index;

import io.elanus.storage.index.VectorIndexFormat.BuildMonitor;
import io.elanus.storage.index.VectorIndexFormat.BuiltIndex;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// Built indexes as files in memory.
public final class IndexFiles {
    private IndexFiles() {}

    public static byte[] bytes(VectorIndexFormat format, IndexSpec spec, VectorSource source) {
        return bytes(format.build(spec, source, BuildMonitor.NONE));
    }

    /// Closes what was built.
    public static byte[] bytes(BuiltIndex index) {
        try (BuiltIndex built = index) {
            ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(built.bytes()));
            built.parts().forEach(part -> all.put(part.duplicate()));
            if (all.hasRemaining()) {
                throw new IllegalStateException("The parts hold less than the index says");
            }
            return all.array();
        }
    }

    public static MemorySegment mapped(byte[] bytes, Arena arena) {
        return arena.allocate(Math.max(1, bytes.length), 64)
                .asSlice(0, bytes.length)
                .copyFrom(MemorySegment.ofArray(bytes));
    }

    /// The file as an older version of its format wrote it: without the sections that came later.
    public static byte[] olderVersion(byte[] file, int version, int... laterSections) {
        byte[] older = file.clone();
        var header = ByteBuffer.wrap(older).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(48, version);
        for (int i = 0; i < header.getInt(20); i++) {
            int at = IndexFileWriter.TABLE_OFFSET + IndexFileWriter.ENTRY_BYTES * i;
            if (Arrays.stream(laterSections).anyMatch(id -> id == header.getInt(at))) {
                header.putInt(at, IndexFileWriter.PADDING); // no format reads it
            }
        }
        header.putInt(IndexFileWriter.CRC_OFFSET, 0);
        var crc = new CRC32C();
        crc.update(older, 0, header.getInt(12));
        header.putInt(IndexFileWriter.CRC_OFFSET, (int) crc.getValue());
        return older;
    }
}
