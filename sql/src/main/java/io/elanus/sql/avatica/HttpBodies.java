package io.elanus.sql.avatica;

import io.elanus.storage.setting.DataSize;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Bodies of requests, up to the limit.
final class HttpBodies {
    /// Attribute of a request: what was read of its body.
    private static final String READ = "elanus.read";
    static final int READ_BYTES = 16 * 1024;

    private final DataSize most;

    HttpBodies(DataSize most) {
        this.most = most;
    }

    /// The body, if all of it has arrived; else what was read of it is kept for [#read].
    static Optional<byte[]> ifHere(Request request, int length) {
        byte[] body = new byte[length];
        int read = 0;
        while (read < length) {
            Content.Chunk chunk = request.read();
            if (chunk == null || Content.Chunk.isFailure(chunk)) {
                break;
            }
            int bytes = Math.min(chunk.remaining(), length - read);
            chunk.getByteBuffer().get(body, read, bytes);
            chunk.release();
            read += bytes;
            if (chunk.isLast()) {
                break;
            }
        }
        request.setAttribute(READ, read == length ? body : Arrays.copyOf(body, read));
        return read == length ? Optional.of(body) : Optional.empty();
    }

    /// Empty: too large. Looks at the declared length before it reads, and stops reading at the limit.
    Optional<byte[]> read(Request request) throws IOException {
        int limit = most.toIntBytes();
        long declared = request.getLength();
        if (declared > limit) {
            return Optional.empty();
        }
        // Not closed: that would keep #refuse from reading on.
        InputStream in = Content.Source.asInputStream(request);
        if (request.getAttribute(READ) instanceof byte[] start) {
            byte[] whole = Arrays.copyOf(start, (int) declared);
            int rest = in.readNBytes(whole, start.length, whole.length - start.length);
            return Optional.of(start.length + rest == whole.length ? whole : Arrays.copyOf(whole, start.length + rest));
        }
        byte[] body = in.readNBytes(declared >= 0 ? (int) declared : READ_BYTES);
        if (declared >= 0 || body.length < READ_BYTES) {
            return Optional.of(body);
        }
        byte[] rest = in.readNBytes(limit - body.length + 1);
        if (body.length + rest.length > limit) {
            return Optional.empty();
        }
        return Optional.of(ByteBuffer.allocate(body.length + rest.length)
                .put(body)
                .put(rest)
                .array());
    }

    /// The start of a body that nobody will read on.
    static byte[] start(Request request) throws IOException {
        return Content.Source.asInputStream(request).readNBytes(READ_BYTES);
    }

    /// Answers that a request is too large, then reads on for a while: a socket that is closed with unread bytes is
    /// reset, and a client that still sends might never see the answer.
    void refuse(Request request, Response response, Callback callback, byte[] answer) {
        response.setStatus(HttpStatus.PAYLOAD_TOO_LARGE_413);
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, answer.length);
        try {
            Content.Sink.write(response, true, ByteBuffer.wrap(answer));
            skip(Content.Source.asInputStream(request), most.bytes());
        } catch (IOException | UncheckedIOException e) {
            callback.failed(e); // the client has gone
            return;
        }
        callback.succeeded();
    }

    private static void skip(InputStream in, long most) throws IOException {
        byte[] bytes = new byte[READ_BYTES];
        long left = most;
        for (int read = 0; left > 0 && read >= 0; left -= read) {
            read = in.read(bytes, 0, (int) Math.min(bytes.length, left));
        }
    }
}
