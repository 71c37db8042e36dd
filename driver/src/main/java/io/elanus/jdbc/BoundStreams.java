package io.elanus.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.charset.Charset;
import java.sql.SQLException;

/// Reads streams that were bound as parameters.
final class BoundStreams {
    private BoundStreams() {}

    static byte[] bytes(InputStream stream, long length) throws SQLException {
        try {
            return stream.readNBytes((int) Math.min(length, Integer.MAX_VALUE));
        } catch (IOException e) {
            throw new SQLException("The bound stream cannot be read", "22000", e);
        }
    }

    static String text(InputStream stream, long length, Charset charset) throws SQLException {
        return new String(bytes(stream, length), charset);
    }

    static String text(Reader reader, long length) throws SQLException {
        var writer = new StringWriter();
        try {
            char[] buffer = new char[8192];
            long left = length;
            int read = 0;
            while (left > 0 && read >= 0) {
                read = reader.read(buffer, 0, (int) Math.min(left, buffer.length));
                if (read > 0) {
                    writer.write(buffer, 0, read);
                    left -= read;
                }
            }
        } catch (IOException e) {
            throw new SQLException("The bound reader cannot be read", "22000", e);
        }
        return writer.toString();
    }
}
