package io.elanus.sql.fuzz.doors;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// HTTP on one socket that is kept as long as the server keeps it: sends bytes, reads an answer. For one thread.
final class HttpWire implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 60_000;

    private final String host;
    private final int port;
    private @Nullable Socket socket;
    private @Nullable InputStream in;

    /// @param address `host:port`
    HttpWire(String address) {
        int colon = address.lastIndexOf(':');
        host = address.substring(0, colon);
        port = Integer.parseInt(address.substring(colon + 1));
    }

    /// @param body in ISO-8859-1
    record Reply(int status, String head, String body) {}

    /// The answer; a server may also end the connection over bytes that are no request.
    ///
    /// @param whole the request is well-formed as HTTP, so it must be answered
    Reply send(byte[] request, boolean whole) {
        boolean fresh = socket == null;
        try {
            Socket to = open();
            to.getOutputStream().write(request);
            to.getOutputStream().flush();
            if (!whole) {
                to.shutdownOutput();
            }
            return read(Objects.requireNonNull(in));
        } catch (SocketTimeoutException e) {
            close();
            throw new Target.Finding("No answer within a minute", e);
        } catch (IOException e) {
            close();
            if (whole && !fresh) {
                return send(request, true); // the server had closed a socket that was idle
            }
            if (whole) {
                throw new Target.Finding("The server broke off", e);
            }
            return new Reply(0, "", "");
        } finally {
            if (!whole) {
                close();
            }
        }
    }

    private Socket open() throws IOException {
        Socket open = socket;
        if (open == null) {
            open = new Socket(host, port);
            open.setTcpNoDelay(true);
            open.setSoTimeout(PATIENCE_MILLIS);
            in = new BufferedInputStream(open.getInputStream());
            socket = open;
        }
        return open;
    }

    private Reply read(InputStream from) throws IOException {
        var head = new StringBuilder();
        String line = line(from);
        int status = line.length() > 12 ? Integer.parseInt(line.substring(9, 12)) : 0;
        long length = status == 204 || status == 304 ? 0 : -1;
        boolean chunked = false;
        boolean last = false;
        for (; !line.isEmpty(); line = line(from)) {
            head.append(line).append('\n');
            String lower = line.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Long.parseLong(lower.substring(15).strip());
            }
            chunked |= lower.equals("transfer-encoding: chunked");
            last |= lower.equals("connection: close");
        }
        byte[] body = chunked ? chunks(from) : length < 0 ? from.readAllBytes() : from.readNBytes((int) length);
        if (last || (!chunked && length < 0)) {
            close();
        }
        return new Reply(status, head.toString(), new String(body, StandardCharsets.ISO_8859_1));
    }

    private static byte[] chunks(InputStream from) throws IOException {
        var all = new ByteArrayOutputStream();
        while (true) {
            int size = Integer.parseInt(line(from), 16);
            all.write(from.readNBytes(size));
            line(from);
            if (size == 0) {
                return all.toByteArray();
            }
        }
    }

    private static String line(InputStream from) throws IOException {
        var line = new StringBuilder();
        for (int c = from.read(); c != '\n'; c = from.read()) {
            if (c < 0) {
                throw new EOFException("The answer ends within its head");
            }
            line.append((char) c);
        }
        return line.toString().strip();
    }

    @Override
    public void close() {
        try (Socket open = socket) {
            in = null;
            socket = null;
        } catch (IOException e) {
            // It is gone either way.
            socket = null;
        }
    }

    /// A request with this body.
    static byte[] post(String path, String headers, byte[] body) {
        byte[] head = ("POST " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "Content-Length: " + body.length
                        + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = java.util.Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        return all;
    }

    /// Finds in an answer what must be in none.
    static void check(Reply reply, String input) {
        if (reply.body().contains("XX000") || reply.body().contains("\tat ") || reply.status() == 0) {
            throw new Target.Finding("Answer %d [%s] to %s".formatted(reply.status(), reply.body(), input));
        }
    }
}
