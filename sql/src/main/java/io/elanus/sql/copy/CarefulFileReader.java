package io.elanus.sql.copy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.util.List;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.SeekableReadChannel;
import org.apache.arrow.vector.ipc.message.ArrowBlock;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;

/// Reads the batches of an Arrow file as its parent does, but frees a batch that turns out damaged half way, which
/// the parent loses.
final class CarefulFileReader extends ArrowFileReader {
    /// Before the length of a message's metadata, in files of today.
    private static final int CONTINUES = -1;

    private final SeekableReadChannel in;
    private int nextBatch;

    CarefulFileReader(SeekableByteChannel channel, BufferAllocator allocator) {
        this(new SeekableReadChannel(channel), allocator);
    }

    private CarefulFileReader(SeekableReadChannel in, BufferAllocator allocator) {
        super(in, allocator);
        this.in = in;
    }

    @Override
    public boolean loadNextBatch() throws IOException {
        prepareLoadNextBatch();
        List<ArrowBlock> blocks = getRecordBlocks();
        if (nextBatch >= blocks.size()) {
            return false;
        }
        loadRecordBatch(read(blocks.get(nextBatch++)));
        return true;
    }

    private ArrowRecordBatch read(ArrowBlock block) throws IOException {
        long length = Math.addExact(block.getMetadataLength(), block.getBodyLength());
        boolean within = block.getOffset() >= 0
                && block.getMetadataLength() >= 2 * Integer.BYTES
                && block.getBodyLength() >= 0
                && Math.addExact(block.getOffset(), length) <= in.size();
        if (!within) {
            throw new IOException("The file ends within a batch");
        }
        in.setPosition(block.getOffset());
        try (ArrowBuf content = allocator.buffer(length)) {
            if (in.readFully(content, length) != length) {
                throw new IOException("The file ends within a batch");
            }
            ByteBuffer metadata =
                    content.nioBuffer(0, block.getMetadataLength()).order(ByteOrder.LITTLE_ENDIAN);
            metadata.position(metadata.getInt(0) == CONTINUES ? 2 * Integer.BYTES : Integer.BYTES);
            RecordBatch described =
                    (RecordBatch) Message.getRootAsMessage(metadata.slice().order(ByteOrder.LITTLE_ENDIAN))
                            .header(new RecordBatch());
            if (described == null) {
                throw new IOException("A batch has no description");
            }
            ArrowBuf body = content.slice(block.getMetadataLength(), block.getBodyLength());
            body.getReferenceManager().retain();
            boolean taken = false;
            try {
                ArrowRecordBatch batch = MessageSerializer.deserializeRecordBatch(described, body);
                taken = true;
                return batch;
            } finally {
                if (!taken) {
                    body.getReferenceManager().release();
                }
            }
        }
    }
}
