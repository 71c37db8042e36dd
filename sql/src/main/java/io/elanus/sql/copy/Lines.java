package io.elanus.sql.copy;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/// The lines of a stream as bytes, in a buffer that the next line overwrites.
final class Lines {
    private static final int FIRST_BUFFER = 1 << 18;
    private static final int MAX_LINE = 64 << 20;

    private final InputStream in;
    private byte[] buffer = new byte[FIRST_BUFFER];
    private int from;
    private int to;
    private int next;
    private int filled;
    private long consumed;
    private boolean ended;

    Lines(InputStream in) {
        this.in = in;
    }

    /// Goes to the next line; false at the end.
    boolean next() throws IOException {
        from = next;
        int at = from;
        while (true) {
            while (at < filled && buffer[at] != '\n') {
                at++;
            }
            if (at < filled) {
                to = at > from && buffer[at - 1] == '\r' ? at - 1 : at;
                next = at + 1;
                return true;
            }
            int shift = from;
            if (!fill()) {
                to = filled;
                next = filled;
                return to > from;
            }
            at -= shift;
        }
    }

    /// Reads more behind the line, which moves to the buffer's start.
    private boolean fill() throws IOException {
        if (ended) {
            return false;
        }
        System.arraycopy(buffer, from, buffer, 0, filled - from);
        filled -= from;
        consumed += from;
        from = 0;
        if (filled == buffer.length) {
            if (filled >= MAX_LINE) {
                throw CopyErrors.bad("A line is longer than [%d] bytes.".formatted(MAX_LINE));
            }
            buffer = Arrays.copyOf(buffer, buffer.length * 2);
        }
        int read = in.read(buffer, filled, buffer.length - filled);
        if (read < 0) {
            ended = true;
            // What is left may be a last line without an end.
            return true;
        }
        filled += read;
        return true;
    }

    byte[] buffer() {
        return buffer;
    }

    int from() {
        return from;
    }

    int length() {
        return to - from;
    }

    boolean blank() {
        for (int i = from; i < to; i++) {
            if (buffer[i] < 0 || buffer[i] > ' ') {
                return false;
            }
        }
        return true;
    }

    /// Bytes up to the end of the line.
    long position() {
        return consumed + next;
    }
}
