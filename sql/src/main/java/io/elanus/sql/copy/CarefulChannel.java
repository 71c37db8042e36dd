package io.elanus.sql.copy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/// What Arrow's stream reader reads from. The reader believes what a message says of the length of its metadata and
/// makes an array of that size: up to 2 GB for four damaged bytes. It reads that length, and nothing else, into a
/// buffer of four bytes on the heap; here a length that no schema or batch has ends the file.
///
/// @param source is closed with this
record CarefulChannel(ReadableByteChannel source) implements ReadableByteChannel {
    private static final int LONGEST_METADATA = 64 << 20;
    private static final int CONTINUES = -1;

    @Override
    public int read(ByteBuffer target) throws IOException {
        int count = source.read(target);
        boolean length = target.capacity() == Integer.BYTES && !target.isDirect();
        if (length && !target.hasRemaining()) {
            int said = Integer.reverseBytes(target.getInt(0));
            if (said != CONTINUES && (said < 0 || said > LONGEST_METADATA)) {
                throw new IOException("A message says that its metadata has [%d] bytes".formatted(said));
            }
        }
        return count;
    }

    @Override
    public boolean isOpen() {
        return source.isOpen();
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
