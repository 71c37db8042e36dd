package io.elanus.sql.copy.export;

import io.elanus.sql.copy.InOrder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Text, of which several batches are encoded at the same time.
final class TextRows implements RowWriter {
    private static final int PARALLEL = 3;

    private final WritableByteChannel channel;
    private final Encoder encoder;
    private final InOrder<TextBuffer> encoding = new InOrder<>("copy-write", _ -> {});

    /// Any thread.
    @FunctionalInterface
    interface Encoder {
        /// The rows of a batch, which stays with its owner, each with its end.
        TextBuffer encode(VectorSchemaRoot batch);
    }

    TextRows(WritableByteChannel channel, Encoder encoder) {
        this.channel = channel;
        this.encoder = encoder;
    }

    @Override
    public void write(VectorSchemaRoot batch) throws IOException {
        encoding.give(() -> {
            try (batch) {
                return encoder.encode(batch);
            }
        });
        writeUntil(PARALLEL - 1);
    }

    private void writeUntil(int left) throws IOException {
        while (encoding.size() > left) {
            write(channel, encoding.take().content());
        }
    }

    static void write(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    @Override
    public void finish() throws IOException {
        writeUntil(0);
    }

    @Override
    public void close() {
        encoding.close();
    }
}
