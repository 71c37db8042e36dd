package io.elanus.sql.exec;

import io.elanus.storage.segment.ArrowBatches;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.util.function.LongConsumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/// Batches on disk: first written, then read once in the same order. Closing it removes them. One thread.
final class SpilledRun implements AutoCloseable {
    private final FileChannel channel;
    private final WriteChannel out;
    private final LongConsumer written;
    private long bytes;
    private @Nullable ArrowStreamReader reader;

    /// @param written told how many bytes each write took; the channel is this object's from now on
    SpilledRun(FileChannel channel, Schema schema, LongConsumer written) throws IOException {
        this.channel = channel;
        this.out = new WriteChannel(channel);
        this.written = written;
        try {
            MessageSerializer.serialize(out, schema);
        } catch (IOException | RuntimeException e) { // nobody else knows the channel yet
            channel.close();
            throw e;
        }
        count();
    }

    /// Writes the batch, which stays with its owner.
    void write(VectorSchemaRoot batch) {
        try (ArrowRecordBatch message = new VectorUnloader(batch).getRecordBatch()) {
            MessageSerializer.serialize(out, message);
            count();
        } catch (IOException e) {
            throw SpillFolder.failed(e);
        }
    }

    private void count() {
        written.accept(out.getCurrentPosition() - bytes);
        bytes = out.getCurrentPosition();
    }

    /// Of the file.
    long bytes() {
        return bytes;
    }

    /// The next batch, the caller's; null at the end. Nothing can be written after the first call.
    @Nullable
    VectorSchemaRoot next(BufferAllocator allocator) {
        try {
            ArrowStreamReader in = reader;
            if (in == null) {
                ArrowStreamWriter.writeEndOfStream(out, IpcOption.DEFAULT);
                channel.position(0);
                in = new ArrowStreamReader(Channels.newInputStream(channel), allocator);
                reader = in;
            }
            return in.loadNextBatch() ? ArrowBatches.move(in.getVectorSchemaRoot(), allocator) : null;
        } catch (IOException e) {
            throw SpillFolder.failed(e);
        }
    }

    @Override
    public void close() {
        try (channel) {
            if (reader != null) {
                reader.close(false);
            }
        } catch (IOException e) {
            throw SpillFolder.failed(e);
        }
    }
}
