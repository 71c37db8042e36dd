package io.elanus.jdbc;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.sql.Clob;
import java.sql.NClob;
import java.sql.SQLException;

/// A CLOB held in memory. For one thread.
final class MemoryClob implements NClob {
    private final StringBuilder text;

    MemoryClob(String text) {
        this.text = new StringBuilder(text);
    }

    @Override
    public long length() {
        return text.length();
    }

    @Override
    public String getSubString(long position, int length) throws SQLException {
        int from = offset(position);
        return text.substring(from, Math.min(text.length(), from + length));
    }

    @Override
    public Reader getCharacterStream() {
        return new StringReader(text.toString());
    }

    @Override
    public Reader getCharacterStream(long position, long length) throws SQLException {
        return new StringReader(getSubString(position, Math.toIntExact(length)));
    }

    @Override
    public InputStream getAsciiStream() {
        return new ByteArrayInputStream(text.toString().getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public long position(String pattern, long start) throws SQLException {
        int found = text.indexOf(pattern, offset(start));
        return found < 0 ? -1 : found + 1L;
    }

    @Override
    public long position(Clob pattern, long start) throws SQLException {
        return position(pattern.getSubString(1, Math.toIntExact(pattern.length())), start);
    }

    @Override
    public int setString(long position, String written) throws SQLException {
        int from = offset(position);
        text.replace(from, Math.min(text.length(), from + written.length()), written);
        return written.length();
    }

    @Override
    public int setString(long position, String written, int offset, int length) throws SQLException {
        return setString(position, written.substring(offset, offset + length));
    }

    @Override
    public OutputStream setAsciiStream(long position) throws SQLException {
        int from = offset(position);
        return new ByteArrayOutputStream() {
            @Override
            public void close() {
                String written = toString(StandardCharsets.US_ASCII);
                text.replace(from, Math.min(text.length(), from + written.length()), written);
            }
        };
    }

    @Override
    public Writer setCharacterStream(long position) throws SQLException {
        int from = offset(position);
        return new StringWriter() {
            @Override
            public void close() {
                String written = toString();
                text.replace(from, Math.min(text.length(), from + written.length()), written);
            }
        };
    }

    @Override
    public void truncate(long length) throws SQLException {
        text.setLength(offset(length + 1));
    }

    @Override
    public void free() {
        text.setLength(0);
    }

    @Override
    public String toString() {
        return text.toString();
    }

    private int offset(long position) throws SQLException {
        if (position < 1 || position > text.length() + 1L) {
            throw new SQLException("Position " + position + " is outside the CLOB", "22011");
        }
        return (int) position - 1;
    }
}
