package io.elanus.sql.avatica;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Answers of the door, as HTTP has them.
final class HttpAnswers {
    private HttpAnswers() {}

    static void text(Response response, Callback callback, int status, String text) {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain;charset=utf-8");
        write(response, callback, status, text.getBytes(StandardCharsets.UTF_8));
    }

    static void write(Response response, Callback callback, int status, byte[] body) {
        response.setStatus(status);
        if (status != HttpStatus.NO_CONTENT_204) {
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        }
        response.write(true, ByteBuffer.wrap(body), callback);
    }
}
