package io.elanus.storage.segment.file;

import io.elanus.storage.memory.MappedChecksum;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// Numbers of the envelope, and its checksum; see the package documentation.
final class Envelope {
    static final long MAGIC = 0x1A0A_0D47_4553_4C45L;
    static final int VERSION = 1;
    static final int HEADER_BYTES = 64;
    static final int HEADER_CRC_AT = 60;
    static final int TRAILER_BYTES = 24;
    static final int ALIGNMENT = 64;

    private Envelope() {}

    static int crc(MemorySegment bytes) {
        return MappedChecksum.crc32c(bytes);
    }

    static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate());
        return (int) crc.getValue();
    }

    /// Zero bytes from a position up to the next multiple of the alignment.
    static int padding(long position) {
        return (int) (-position & (ALIGNMENT - 1));
    }
}
