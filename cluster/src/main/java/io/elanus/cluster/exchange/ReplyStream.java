package io.elanus.cluster.exchange;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// A reply as gRPC carries it. Encodes itself when a transport reads it; a receiver in the same process takes the
/// reply instead. Closing it frees a batch that nobody took.
final class ReplyStream extends InputStream {
    private final Reply reply;
    private @Nullable InputStream encoded;
    private boolean handedOver;

    ReplyStream(Reply reply) {
        this.reply = reply;
    }

    /// Hands the reply to the receiver, who owns it from now on.
    Reply takeReply() {
        handedOver = true;
        return reply;
    }

    @Override
    public int read() throws IOException {
        return bytes().read();
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        return bytes().read(target, offset, length);
    }

    @Override
    public int available() throws IOException {
        return bytes().available();
    }

    @Override
    public void close() {
        if (reply instanceof Reply.Batch(BatchMessage message) && !handedOver) {
            message.release();
        }
    }

    private InputStream bytes() {
        if (encoded == null) {
            encoded = new ByteArrayInputStream(ReplyCodec.encode(reply));
        }
        return encoded;
    }
}
