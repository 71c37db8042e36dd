package io.elanus.sql.copy.export;

import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.ColumnType;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Bytes of text that grow. Belongs to one thread.
final class TextBuffer extends OutputStream {
    /// Of the shortest text of a float, with its sign, point and exponent.
    private static final int LONGEST_FLOAT = 24;
    /// More digits than this before the point are written with an exponent.
    private static final int WHOLE_DIGITS = 6;

    private byte[] bytes;
    private int length;

    TextBuffer(int capacity) {
        this.bytes = new byte[capacity];
    }

    private void reserve(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }

    @Override
    public void write(int value) {
        reserve(1);
        bytes[length++] = (byte) value;
    }

    @Override
    public void write(byte[] from, int offset, int count) {
        reserve(count);
        System.arraycopy(from, offset, bytes, length, count);
        length += count;
    }

    void text(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        write(encoded, 0, encoded.length);
    }

    /// The text that a cast to VARCHAR yields.
    @SuppressWarnings("deprecation") // the only way from a String to bytes without an array between; it is ASCII
    void number(float value) {
        String text = Float.toString(value);
        int end = text.length();
        if (text.endsWith(".0")) {
            end -= 2;
        }
        boolean exponent = text.indexOf('E') >= 0;
        if (exponent || (end < text.length() && end > WHOLE_DIGITS)) {
            text(Literals.text(Literals.of(value, ColumnType.Simple.REAL), ColumnType.Simple.REAL));
            return;
        }
        reserve(LONGEST_FLOAT);
        text.getBytes(0, end, bytes, length);
        length += end;
    }

    /// What was written; borrowed.
    ByteBuffer content() {
        return ByteBuffer.wrap(bytes, 0, length);
    }
}
