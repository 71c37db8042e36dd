package io.elanus.jdbc;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// One socket to a server, and HTTP/1.1 on it as far as this driver needs it: a request with a body, an answer that
/// is short enough for an array. The thread that asks writes and reads itself, so a request costs no change of
/// threads. For one thread at a time; interrupting it closes the socket.
final class HttpSocket implements AutoCloseable {
    private static final int BUFFER = 16 * 1024;
    private static final int LONGEST_LINE = 64 * 1024;
    private static final int CHUNK = 64 * 1024;
    /// A server that reset or closed the socket in the meantime shows only when it is asked.
    private static final long FRESH_NANOS = Duration.ofMillis(100).toNanos();

    private static final byte[] CRLF = {'\r', '\n'};
    private static final byte[] LAST_CHUNK = {'0', '\r', '\n', '\r', '\n'};

    private final String host;
    private final SocketChannel channel;
    /// Null: what is sent goes to the channel as it is.
    private final @Nullable SSLSocket encrypted;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER];
    private int position;
    private int limit;
    private boolean reusable = true;
    private long usedNanos = System.nanoTime();

    /// What the server answered.
    static final class Reply {
        final int status;
        final byte[] body;
        /// Timestamp of the session behind the connection; 0: the answer has none.
        final long sessionTimestamp;
        /// Settings of the session that differ from the connection's; null: the answer does not say.
        final @Nullable String settings;
        /// Stands for a login from now on; null: the answer has none.
        final @Nullable String token;

        Reply(int status, byte[] body, long sessionTimestamp, @Nullable String settings, @Nullable String token) {
            this.status = status;
            this.body = body;
            this.sessionTimestamp = sessionTimestamp;
            this.settings = settings;
            this.token = token;
        }
    }

    /// The server took no more of a request.
    private static final class BrokenWrite extends IOException {
        private static final long serialVersionUID = 1;

        BrokenWrite(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    private HttpSocket(String host, SocketChannel channel, @Nullable SSLSocket encrypted) throws IOException {
        this.host = host;
        this.channel = channel;
        this.encrypted = encrypted;
        this.in = encrypted == null ? channel.socket().getInputStream() : encrypted.getInputStream();
    }

    /// @param host `name:port`, `[address]:port`
    /// @param encryption null: none
    static HttpSocket open(String host, Duration connectTimeout, @Nullable Encryption encryption) throws IOException {
        int colon = host.lastIndexOf(':');
        String name = host.startsWith("[") ? host.substring(1, colon - 1) : host.substring(0, colon);
        SocketChannel channel = SocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            int port = Integer.parseInt(host.substring(colon + 1));
            int timeout = Math.toIntExact(connectTimeout.toMillis());
            channel.socket().connect(new InetSocketAddress(name, port), timeout);
            if (encryption == null) {
                return new HttpSocket(host, channel, null);
            }
            channel.socket().setSoTimeout(timeout);
            return new HttpSocket(host, channel, encryption.over(channel.socket(), name, port));
        } catch (IOException | RuntimeException e) { // an address may be unresolved or unsupported
            channel.close();
            throw e;
        }
    }

    String host() {
        return host;
    }

    /// Can another request be sent? Looks whether the server has closed the socket, unless it was used just now.
    boolean isOpen() {
        if (!reusable || !channel.isOpen()) {
            return false;
        }
        if (System.nanoTime() - usedNanos < FRESH_NANOS) {
            return true;
        }
        if (encrypted != null) {
            return isSilent(encrypted);
        }
        try {
            channel.configureBlocking(false);
            int read = channel.read(ByteBuffer.allocate(1));
            channel.configureBlocking(true);
            return read == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /// Between requests a server says nothing, but it may end the connection.
    private boolean isSilent(SSLSocket socket) {
        try {
            socket.setSoTimeout(1);
            in.read();
            return false;
        } catch (SocketTimeoutException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /// @param head request line and headers, each line ended, without a length
    /// @param timeout zero: waits for ever
    Reply exchange(String head, byte[] body, Duration timeout) throws IOException {
        byte[] start = (head + "Content-Length: " + body.length + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
        byte[] request = Arrays.copyOf(start, start.length + body.length);
        System.arraycopy(body, 0, request, start.length, body.length);
        begin(timeout);
        try {
            write(request, request.length);
        } catch (BrokenWrite e) {
            return earlyReply(e);
        }
        return reply();
    }

    /// Sends a body of unknown length as it is read.
    Reply exchange(String head, InputStream body, Duration timeout) throws IOException {
        begin(timeout);
        byte[] start = (head + "Transfer-Encoding: chunked\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
        byte[] bytes = new byte[CHUNK];
        try {
            write(start, start.length);
            for (int read = body.read(bytes); read >= 0; read = body.read(bytes)) {
                writeChunk(bytes, read);
            }
            write(LAST_CHUNK, LAST_CHUNK.length);
        } catch (BrokenWrite e) {
            return earlyReply(e);
        }
        return reply();
    }

    private void writeChunk(byte[] bytes, int length) throws IOException {
        if (length > 0) {
            byte[] size = (Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
            write(size, size.length);
            write(bytes, length);
            write(CRLF, CRLF.length);
        }
    }

    /// A server that refuses a request may answer and close before it has read all of it. Its answer says more than
    /// the write that it broke off.
    private Reply earlyReply(BrokenWrite broken) throws IOException {
        try {
            Reply reply = reply();
            reusable = false;
            return reply;
        } catch (IOException e) {
            broken.addSuppressed(e);
            throw broken;
        }
    }

    private void begin(Duration timeout) throws IOException {
        reusable = false;
        int millis = Math.toIntExact(Math.min(timeout.toMillis(), Integer.MAX_VALUE));
        channel.socket().setSoTimeout(millis);
        if (encrypted != null) {
            encrypted.setSoTimeout(millis);
        }
    }

    private void write(byte[] bytes, int length) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(bytes, 0, length);
        try {
            if (encrypted != null) {
                encrypted.getOutputStream().write(bytes, 0, length);
                return;
            }
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
        } catch (IOException e) {
            throw new BrokenWrite(e);
        }
    }

    private Reply reply() throws IOException {
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
        reusable = !close && (chunked || length >= 0 || !hasBody(status));
        usedNanos = System.nanoTime();
        return new Reply(status, body, timestamp, settings, token);
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

    @Override
    public void close() {
        reusable = false;
        try {
            channel.close();
        } catch (IOException e) {
            // It is gone either way.
            return;
        }
    }
}
