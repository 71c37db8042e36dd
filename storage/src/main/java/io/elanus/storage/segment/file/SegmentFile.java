package io.elanus.storage.segment.file;

import com.google.protobuf.InvalidProtocolBufferException;
import io.elanus.proto.grpc.FileFooter;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.object.MappedObject;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Optional;

/// An opened file of a segment. Header, footer and trailer were checked; a block is checked when it is first asked
/// for. Borrows the memory of the file. Thread safe.
public final class SegmentFile {
    private static final ValueLayout.OfLong INT64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort INT16 =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final String name;
    private final MappedObject object;
    private final MemorySegment content;
    private final FileFooter footer;
    private final long[] starts;
    /// Set once a block was found good. Two threads may both check a block; that does no harm.
    private final boolean[] verified;

    private SegmentFile(String name, MappedObject object, FileFooter footer, long[] starts) {
        this.name = name;
        this.object = object;
        this.content = object.memory();
        this.footer = footer;
        this.starts = starts;
        this.verified = new boolean[starts.length - 1];
    }

    /// Opens a file and checks that it is the one expected.
    ///
    /// @param name of the object, for errors
    public static SegmentFile open(
            String name, MemorySegment content, FileKind kind, long tableId, long partitionId, long segmentId) {
        return open(name, MappedObject.whole(content), kind, tableId, partitionId, segmentId);
    }

    /// The same of a file whose bytes may come when they are needed: only header and footer are, at first.
    public static SegmentFile open(
            String name, MappedObject object, FileKind kind, long tableId, long partitionId, long segmentId) {
        MemorySegment content = object.memory();
        object.need(0, Math.min(Envelope.HEADER_BYTES, content.byteSize()));
        checkHeader(name, content, kind);
        long[] ids = {tableId, partitionId, segmentId};
        for (int i = 0; i < ids.length; i++) {
            long id = content.get(INT64, 16 + 8L * i);
            if (id != ids[i]) {
                throw corrupt(
                        name, 16 + 8L * i, "it belongs to another segment (id [%d], not [%d])".formatted(id, ids[i]));
            }
        }
        FileFooter footer = readFooter(name, object);
        return new SegmentFile(name, object, footer, blockStarts(name, content, footer));
    }

    public String name() {
        return name;
    }

    public FileFooter footer() {
        return footer;
    }

    public long bytes() {
        return content.byteSize();
    }

    public int blocks() {
        return starts.length - 1;
    }

    /// Where a block starts in the file.
    public long blockStart(int block) {
        return starts[block];
    }

    /// A block whose checksum was found right.
    public MemorySegment block(int block) {
        MemorySegment bytes = unverified(block);
        if (!verified[block]) {
            object.need(starts[block], bytes.byteSize());
            if (Envelope.crc(bytes) != footer.getBlockCrc32C(block)) {
                throw corrupt(starts[block], "the checksum of block [%d] does not match".formatted(block));
            }
            verified[block] = true;
        }
        return bytes;
    }

    /// A block whose bytes nobody may look at yet.
    MemorySegment unverified(int block) {
        return content.asSlice(starts[block], starts[block + 1] - starts[block]);
    }

    /// The object, if bytes of it may still have to be asked for.
    Optional<MappedObject> incomplete() {
        return object.whole() ? Optional.empty() : Optional.of(object);
    }

    /// The error for content that cannot be.
    public StorageException corrupt(long offset, String why) {
        return corrupt(name, offset, why);
    }

    private static void checkHeader(String name, MemorySegment content, FileKind kind) {
        if (content.byteSize() < Envelope.HEADER_BYTES + Envelope.TRAILER_BYTES) {
            throw corrupt(name, content.byteSize(), "it ends within its header");
        }
        if (content.get(INT64, 0) != Envelope.MAGIC) {
            throw corrupt(name, 0, "it does not start with the magic number");
        }
        if (Envelope.crc(content.asSlice(0, Envelope.HEADER_CRC_AT)) != content.get(INT32, Envelope.HEADER_CRC_AT)) {
            throw corrupt(name, 0, "the checksum of its header does not match");
        }
        int version = content.get(INT16, 8) & 0xFFFF;
        if (version > Envelope.VERSION) {
            throw new StorageException(
                    ErrorCode.FORMAT_TOO_NEW,
                    "Object [%s] has format version [%d], this build reads up to [%d]. Start a newer build."
                            .formatted(name, version, Envelope.VERSION));
        }
        int code = content.get(INT16, 10) & 0xFFFF;
        if (code != kind.code()) {
            throw corrupt(name, 10, "it is of kind [%d], not %s".formatted(code, kind));
        }
    }

    private static FileFooter readFooter(String name, MappedObject object) {
        MemorySegment content = object.memory();
        long trailer = content.byteSize() - Envelope.TRAILER_BYTES;
        object.need(trailer, Envelope.TRAILER_BYTES);
        if (content.get(INT64, trailer + 16) != Envelope.MAGIC || content.get(INT64, trailer) != content.byteSize()) {
            throw corrupt(name, trailer, "its end is missing or damaged");
        }
        int length = content.get(INT32, trailer + 8);
        if (length < 0 || length > trailer - Envelope.HEADER_BYTES) {
            throw corrupt(name, trailer + 8, "its footer cannot be [%d] bytes long".formatted(length));
        }
        object.need(trailer - length, length);
        MemorySegment checked = content.asSlice(trailer - length, length + 12L);
        if (Envelope.crc(checked) != content.get(INT32, trailer + 12)) {
            throw corrupt(name, trailer - length, "the checksum of its footer does not match");
        }
        try {
            return FileFooter.parseFrom(checked.asSlice(0, length).asByteBuffer());
        } catch (InvalidProtocolBufferException e) {
            throw corrupt(name, trailer - length, "its footer does not parse: " + e.getMessage());
        }
    }

    private static long[] blockStarts(String name, MemorySegment content, FileFooter footer) {
        long[] starts = new long[footer.getBlockBytesCount() + 1];
        starts[0] = Envelope.HEADER_BYTES;
        for (int i = 0; i < footer.getBlockBytesCount(); i++) {
            starts[i + 1] = starts[i] + footer.getBlockBytes(i);
            if (starts[i + 1] < starts[i]) {
                throw corrupt(name, starts[i], "block [%d] has a negative length".formatted(i));
            }
        }
        long footerStart = content.byteSize() - Envelope.TRAILER_BYTES - footer.getSerializedSize();
        if (starts[starts.length - 1] != footerStart || footer.getBlockCrc32CCount() != starts.length - 1) {
            throw corrupt(name, footerStart, "its blocks do not add up to its length");
        }
        return starts;
    }

    private static StorageException corrupt(String name, long offset, String why) {
        return new StorageException(
                ErrorCode.CORRUPT,
                "Object [%s] is damaged at byte [%d]: %s. Restore it from a copy.".formatted(name, offset, why));
    }
}
