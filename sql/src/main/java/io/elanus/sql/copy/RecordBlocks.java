package io.elanus.sql.copy;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/// Cuts a stream of text into blocks of whole records. Belongs to one thread; owns the stream.
final class RecordBlocks implements AutoCloseable {
    private static final int FIRST_BUFFER = 1 << 18;
    private static final int BLOCK = 4 << 20;
    private static final int MAX_RECORD = 64 << 20;

    private final String name;
    private final TextFormat format;
    private final InputStream in;
    private byte[] rest = new byte[0];
    private long position;
    private boolean ended;

    /// Whole records.
    ///
    /// @param start in the stream
    record Block(byte[] bytes, int length, long start) {}

    /// @param name for messages
    RecordBlocks(String name, TextFormat format, InputStream in) {
        this.name = name;
        this.format = format;
        this.in = in;
    }

    /// Bytes of all blocks so far.
    long position() {
        return position;
    }

    /// The next whole records; empty at the end.
    Block next() {
        byte[] buffer = Arrays.copyOf(rest, Math.max(rest.length, position == 0 ? FIRST_BUFFER : BLOCK));
        int filled = rest.length;
        while (true) {
            filled = fill(buffer, filled);
            if (ended) {
                rest = new byte[0];
                position += filled;
                return new Block(buffer, filled, position - filled);
            }
            int end = buffer.length < BLOCK ? 0 : format.end(buffer, filled);
            if (end > 0) {
                rest = Arrays.copyOfRange(buffer, end, filled);
                position += end;
                return new Block(buffer, end, position - end);
            }
            if (filled >= MAX_RECORD) {
                throw CopyErrors.bad("A row is longer than [%d] bytes; a quote may be missing.".formatted(MAX_RECORD));
            }
            buffer = Arrays.copyOf(buffer, buffer.length * 2);
        }
    }

    private int fill(byte[] buffer, int from) {
        int filled = from;
        try {
            while (filled < buffer.length) {
                int read = in.read(buffer, filled, buffer.length - filled);
                if (read < 0) {
                    ended = true;
                    break;
                }
                filled += read;
            }
            return filled;
        } catch (IOException e) {
            throw CopyErrors.unreadable(name, e);
        }
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw CopyErrors.unclosable(name, e);
        }
    }
}
