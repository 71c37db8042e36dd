package io.elanus.storage.segment.file;

import io.elanus.proto.grpc.FileFooter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/// Puts a file together from buffers that are not copied: they must stay until the file is stored. Add the parts of
/// a block, end it, and so on; [#finish] gives the content in order. For one thread.
public final class SegmentFileWriter {
    private static final ByteBuffer ZEROS =
            ByteBuffer.allocate(Envelope.ALIGNMENT).asReadOnlyBuffer();

    private final List<ByteBuffer> content = new ArrayList<>();
    private final FileFooter.Builder footer = FileFooter.newBuilder();
    private CRC32C crc = new CRC32C();
    private long position = Envelope.HEADER_BYTES;
    private long blockStart = Envelope.HEADER_BYTES;

    public SegmentFileWriter(FileKind kind, long tableId, long partitionId, long segmentId) {
        ByteBuffer header = little(Envelope.HEADER_BYTES)
                .putLong(Envelope.MAGIC)
                .putShort((short) Envelope.VERSION)
                .putShort((short) kind.code())
                .putInt(Envelope.HEADER_BYTES)
                .putLong(tableId)
                .putLong(partitionId)
                .putLong(segmentId);
        int crc32c = Envelope.crc(header.duplicate().position(0).limit(Envelope.HEADER_CRC_AT));
        header.putInt(Envelope.HEADER_CRC_AT, crc32c);
        content.add(header.rewind());
    }

    /// The footer; set what is particular to the kind of file.
    public FileFooter.Builder footer() {
        return footer;
    }

    /// Bytes so far.
    public long position() {
        return position;
    }

    /// Adds the remaining bytes of a buffer to the block.
    public void add(ByteBuffer part) {
        ByteBuffer view = part.slice();
        crc.update(view.duplicate());
        content.add(view);
        position += view.remaining();
    }

    public void add(byte[] part) {
        add(ByteBuffer.wrap(part));
    }

    /// Adds zeros up to the next multiple of 64 bytes.
    public void align() {
        add(ZEROS.slice(0, Envelope.padding(position)));
    }

    public void endBlock() {
        footer.addBlockBytes(position - blockStart).addBlockCrc32C((int) crc.getValue());
        blockStart = position;
        crc = new CRC32C();
    }

    /// Ends the file.
    public List<ByteBuffer> finish() {
        byte[] last = footer.build().toByteArray();
        long bytes = position + last.length + Envelope.TRAILER_BYTES;
        ByteBuffer end = little(last.length + Envelope.TRAILER_BYTES)
                .put(last)
                .putLong(bytes)
                .putInt(last.length);
        int crc32c = Envelope.crc(end.duplicate().flip());
        end.putInt(crc32c).putLong(Envelope.MAGIC);
        content.add(end.flip());
        position = bytes;
        return content;
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
