package io.elanus.jdbc;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Reads the answers of a server from one socket, one after another: HTTP/1.1 with bodies of a known length, in
/// chunks, or up to the end of the connection. For one thread at a time, as its socket.
final class HttpResponseReader {
    private static final int BUFFER = 16 * 1024;
    private static final int LONGEST_LINE = 64 * 1024;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER];
    private int position;
    private int limit;

    HttpResponseReader(InputStream in) {
        this.in = in;
    }

    /// The next answer, whole.
    HttpResponse read() throws IOException {
        int status = status();
        while (status / 100 == 1) {
            skipHeaders();
            status = status();
        }
        long length = -1;
        boolean chunked = false;
        boolean close = false;
        long timestamp = 0;
        String settings = null;
        String token = null;
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            String name = line.substring(0, Math.max(0, colon)).toLowerCase(Locale.ROOT);
            String value = line.substring(colon + 1).trim();
            switch (name) {
                case "content-length":
                    length = number(value, 10);
                    break;
                case "transfer-encoding":
                    chunked = value.equalsIgnoreCase("chunked");
                    break;
                case "connection":
                    close = value.equalsIgnoreCase("close");
                    break;
                case "elanus-session":
                    timestamp = number(value, 10);
                    break;
                case "elanus-settings":
                    settings = value;
                    break;
                case "elanus-token":
                    token = value;
                    break;
                default:
                    break;
            }
        }
        byte[] body = body(status, length, chunked);
        // Without a length the body ends with the connection.
        boolean keepsSocket = !close && (chunked || length >= 0 || !hasBody(status));
        return new HttpResponse(status, body, keepsSocket, timestamp, settings, token);
    }

    private int status() throws IOException {
        String line = line();
        if (!line.startsWith("HTTP/1.") || line.length() < 12) {
            throw new ProtocolException("[" + line + "] is no answer of an HTTP server");
        }
        return (int) number(line.substring(9, 12), 10);
    }

    private void skipHeaders() throws IOException {
        String line = line();
        while (!line.isEmpty()) {
            line = line();
        }
    }

    private static boolean hasBody(int status) {
        return status != 204 && status != 304;
    }

    private byte[] body(int status, long length, boolean chunked) throws IOException {
        if (!hasBody(status)) {
            return new byte[0];
        }
        if (chunked) {
            return chunks();
        }
        if (length > Integer.MAX_VALUE - 8) {
            throw new ProtocolException("An answer of " + length + " bytes is too long");
        }
        return length >= 0 ? bytes((int) length) : rest();
    }

    private byte[] chunks() throws IOException {
        var all = new ByteArrayOutputStream();
        while (true) {
            String size = line();
            int semicolon = size.indexOf(';');
            int bytes = (int) number(semicolon < 0 ? size : size.substring(0, semicolon), 16);
            if (bytes == 0) {
                skipHeaders();
                return all.toByteArray();
            }
            all.write(bytes(bytes));
            skipHeaders();
        }
    }

    private byte[] bytes(int count) throws IOException {
        byte[] bytes = new byte[count];
        int done = Math.min(count, limit - position);
        System.arraycopy(buffer, position, bytes, 0, done);
        position += done;
        while (done < count) {
            int read = in.read(bytes, done, count - done);
            if (read < 0) {
                throw ended();
            }
            done += read;
        }
        return bytes;
    }

    private byte[] rest() throws IOException {
        var all = new ByteArrayOutputStream();
        all.write(buffer, position, limit - position);
        position = limit;
        in.transferTo(all);
        return all.toByteArray();
    }

    private String line() throws IOException {
        for (int i = position; i < limit; i++) {
            if (buffer[i] == '\n') { // mostly all of it is here
                int end = i > position && buffer[i - 1] == '\r' ? i - 1 : i;
                var line = new String(buffer, position, end - position, StandardCharsets.ISO_8859_1);
                position = i + 1;
                return line;
            }
        }
        return lineInPieces();
    }

    private String lineInPieces() throws IOException {
        var line = new StringBuilder(64);
        while (true) {
            if (position == limit) {
                position = 0;
                limit = Math.max(0, in.read(buffer));
                if (limit == 0) {
                    throw ended();
                }
            }
            int from = position;
            while (position < limit && buffer[position] != '\n') {
                position++;
            }
            line.append(new String(buffer, from, position - from, StandardCharsets.ISO_8859_1));
            if (line.length() > LONGEST_LINE) {
                throw new ProtocolException("An answer has a header that does not end");
            }
            if (position < limit) {
                position++;
                int end = line.length() - 1;
                return end >= 0 && line.charAt(end) == '\r' ? line.substring(0, end) : line.toString();
            }
        }
    }

    private static EOFException ended() {
        return new EOFException("The server closed the connection before it had answered");
    }

    private static long number(String text, int radix) throws ProtocolException {
        try {
            return Long.parseUnsignedLong(text.trim(), radix);
        } catch (NumberFormatException e) {
            throw new ProtocolException("[" + text + "] is no number, in an answer that should be HTTP");
        }
    }
}
