package io.elanus.storage.object.s3;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/// Buffers as one stream, which may be opened again for another attempt.
record BufferStreams(List<ByteBuffer> buffers) {
    long length() {
        return buffers.stream().mapToLong(ByteBuffer::remaining).sum();
    }

    /// A part of them, not copied.
    BufferStreams slice(long from, long length) {
        var slices = new ArrayList<ByteBuffer>();
        long skip = from;
        long left = length;
        for (ByteBuffer buffer : buffers) {
            int start = (int) Math.min(skip, buffer.remaining());
            int count = (int) Math.min(left, buffer.remaining() - start);
            if (count > 0) {
                slices.add(buffer.slice(buffer.position() + start, count));
            }
            skip -= start;
            left -= count;
        }
        return new BufferStreams(slices);
    }

    InputStream open() {
        return new Chained(buffers.stream().map(ByteBuffer::duplicate).iterator());
    }

    private static final class Chained extends InputStream {
        private final Iterator<ByteBuffer> rest;
        private ByteBuffer current = ByteBuffer.allocate(0);

        Chained(Iterator<ByteBuffer> rest) {
            this.rest = rest;
        }

        private boolean atEnd() {
            while (!current.hasRemaining() && rest.hasNext()) {
                current = rest.next();
            }
            return !current.hasRemaining();
        }

        @Override
        public int read() {
            return atEnd() ? -1 : current.get() & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (length == 0) {
                return 0;
            }
            if (atEnd()) {
                return -1;
            }
            int count = Math.min(length, current.remaining());
            current.get(target, offset, count);
            return count;
        }
    }
}
