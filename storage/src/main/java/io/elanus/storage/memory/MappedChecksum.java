package io.elanus.storage.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.zip.CRC32C;

/// CRC32C of memory that may be a mapped file. The checksum's own routine would end the process where the file
/// cannot be read ([MappedFault]); so it is given copies of small pieces, which stay in the processor's cache.
public final class MappedChecksum {
    private static final int PIECE = 64 << 10;

    private MappedChecksum() {}

    public static int crc32c(MemorySegment bytes) {
        CRC32C crc = new CRC32C();
        byte[] piece = new byte[(int) Math.min(PIECE, bytes.byteSize())];
        for (long at = 0; at < bytes.byteSize(); at += piece.length) {
            int length = (int) Math.min(piece.length, bytes.byteSize() - at);
            MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at, piece, 0, length);
            crc.update(piece, 0, length);
        }
        return (int) crc.getValue();
    }
}
