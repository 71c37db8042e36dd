package io.elanus.jdbc;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.sql.Blob;
import java.sql.SQLException;
import java.util.Arrays;

/// A BLOB held in memory. For one thread.
final class MemoryBlob implements Blob {
    private byte[] bytes;

    MemoryBlob(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    byte[] toBytes() {
        return bytes.clone();
    }

    @Override
    public long length() {
        return bytes.length;
    }

    @Override
    public byte[] getBytes(long position, int length) throws SQLException {
        int from = offset(position);
        return Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + length));
    }

    @Override
    public InputStream getBinaryStream() {
        return new ByteArrayInputStream(bytes);
    }

    @Override
    public InputStream getBinaryStream(long position, long length) throws SQLException {
        return new ByteArrayInputStream(getBytes(position, Math.toIntExact(length)));
    }

    @Override
    public long position(byte[] pattern, long start) throws SQLException {
        for (int i = offset(start); i + pattern.length <= bytes.length; i++) {
            if (Arrays.equals(bytes, i, i + pattern.length, pattern, 0, pattern.length)) {
                return i + 1L;
            }
        }
        return -1;
    }

    @Override
    public long position(Blob pattern, long start) throws SQLException {
        return position(pattern.getBytes(1, Math.toIntExact(pattern.length())), start);
    }

    @Override
    public int setBytes(long position, byte[] written) throws SQLException {
        return setBytes(position, written, 0, written.length);
    }

    @Override
    public int setBytes(long position, byte[] written, int offset, int length) throws SQLException {
        int to = offset(position);
        if (to + length > bytes.length) {
            bytes = Arrays.copyOf(bytes, to + length);
        }
        System.arraycopy(written, offset, bytes, to, length);
        return length;
    }

    @Override
    public OutputStream setBinaryStream(long position) throws SQLException {
        int to = offset(position);
        return new ByteArrayOutputStream() {
            @Override
            public void close() {
                byte[] written = toByteArray();
                bytes = Arrays.copyOf(bytes, Math.max(bytes.length, to + written.length));
                System.arraycopy(written, 0, bytes, to, written.length);
            }
        };
    }

    @Override
    public void truncate(long length) throws SQLException {
        bytes = Arrays.copyOf(bytes, offset(length + 1));
    }

    @Override
    public void free() {
        bytes = new byte[0];
    }

    private int offset(long position) throws SQLException {
        if (position < 1 || position > bytes.length + 1L) {
            throw new SQLException("Position " + position + " is outside the BLOB", "22011");
        }
        return (int) position - 1;
    }
}
