package io.elanus.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// One socket to a server, and HTTP/1.1 on it as far as this driver needs it: a request with a body, an answer that
/// is short enough for an array ([HttpResponseReader]). The thread that asks writes and reads itself, so a request
/// costs no change of threads. For one thread at a time; interrupting it closes the socket.
final class HttpSocket implements AutoCloseable {
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
    private final HttpResponseReader responses;
    private boolean reusable = true;
    private long usedNanos = System.nanoTime();

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
        this.responses = new HttpResponseReader(in);
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
    HttpResponse exchange(String head, byte[] body, Duration timeout) throws IOException {
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
    HttpResponse exchange(String head, InputStream body, Duration timeout) throws IOException {
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
    private HttpResponse earlyReply(BrokenWrite broken) throws IOException {
        try {
            HttpResponse reply = reply();
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

    private HttpResponse reply() throws IOException {
        HttpResponse reply = responses.read();
        reusable = reply.keepsSocket;
        usedNanos = System.nanoTime();
        return reply;
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
