package io.elanus.storage.segment;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/// Bytes in memory as the channels that Arrow asks for. Those of the JDK close themselves under a thread that is
/// interrupted, which is how a statement is cancelled: what it was about to say would be lost in a fault. These do not.
/// One thread's.
public final class MemoryChannel {
    private MemoryChannel() {}

    /// Appends to the bytes.
    public static WritableByteChannel to(ByteArrayOutputStream bytes) {
        return new Writing(bytes);
    }

    /// Reads the bytes from the buffer's position on, which stays where it is.
    public static ReadableByteChannel of(ByteBuffer bytes) {
        return new Reading(bytes.duplicate());
    }

    public static ReadableByteChannel of(byte[] bytes) {
        return new Reading(ByteBuffer.wrap(bytes));
    }

    private record Writing(ByteArrayOutputStream bytes) implements WritableByteChannel {
        @Override
        public int write(ByteBuffer source) {
            int count = source.remaining();
            if (source.hasArray()) {
                bytes.write(source.array(), source.arrayOffset() + source.position(), count);
                source.position(source.limit());
            } else {
                byte[] copy = new byte[count];
                source.get(copy);
                bytes.write(copy, 0, count);
            }
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    private record Reading(ByteBuffer bytes) implements ReadableByteChannel {
        @Override
        public int read(ByteBuffer target) {
            int count = Math.min(target.remaining(), bytes.remaining());
            if (count == 0 && target.hasRemaining()) {
                return -1;
            }
            target.put(bytes.slice(bytes.position(), count));
            bytes.position(bytes.position() + count);
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
