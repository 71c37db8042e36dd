package io.elanus.sql.avatica;

import io.elanus.sql.metrics.Metrics;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Calls that come over HTTP, by whichever thread: how they are read, carried out, counted and answered.
final class HttpCalls {
    private static final int MAX_DIGITS = 18;

    final Codec protobuf = new ProtobufCodec();
    private final Codec json;
    private final JdbcService service;
    private final LongSupplier nanos;
    private final Metrics.Counter requests;
    private final Metrics.Counter failures;
    private final Metrics.Histogram seconds;
    private volatile boolean leaving;

    /// @param nanos the monotonic clock
    HttpCalls(JdbcService service, JdbcConfig config, LongSupplier nanos, Metrics metrics) {
        this.service = service;
        this.nanos = nanos;
        json = new JsonCodec(config.maxBody().toIntBytes());
        requests = metrics.counter("elanus_http_requests_total", "Requests at the JDBC door");
        failures = metrics.counter("elanus_http_failures_total", "Requests at the JDBC door answered with an error");
        seconds = metrics.histogram("elanus_http_request_seconds", "Time to answer a request at the JDBC door");
    }

    JdbcService service() {
        return service;
    }

    /// From now on an answer ends its socket, so that the client's next statement goes to another host. A client that
    /// still reads a result keeps its socket until it has the last row.
    void leave() {
        leaving = true;
    }

    long now() {
        return nanos.getAsLong();
    }

    /// Counts a request that came.
    void begun() {
        requests.increment();
    }

    /// Counts a request that is answered with an error.
    void failed() {
        failures.increment();
    }

    Codec codec(Request request, byte[] body) {
        return isJson(request, body) ? json : protobuf;
    }

    /// @param started when the request came, by [#now]
    void conclude(long started, Reply reply, Response response, Callback callback) {
        seconds.record((nanos.getAsLong() - started) * 1e-9);
        if (reply.failed()) {
            failures.increment();
        }
        // Avatica's clients read the error of a 500, and repeat a 503 for ever.
        int status = reply.failed() ? HttpStatus.INTERNAL_SERVER_ERROR_500 : HttpStatus.OK_200;
        HttpAnswers.write(response, callback, status, reply.body());
    }

    @SuppressWarnings("ArrayRecordComponent")
    record Reply(boolean failed, byte[] body) {
        static Reply of(Answer answer, Codec codec) {
            return new Reply(answer instanceof Answer.Failed, codec.write(answer));
        }
    }

    Reply answer(byte[] body, JdbcService.Context context, Codec codec, Response response) {
        Call call;
        try {
            call = codec.read(body);
        } catch (RuntimeException | Error e) {
            return Reply.of(service.failure(Failures.asQueryException(e), context, ""), codec);
        }
        return reply(call, context, codec, () -> service.handle(call, context, codec), response);
    }

    Reply reply(Call call, JdbcService.Context context, Codec codec, Supplier<Answer> work, Response response) {
        Reply reply = answer(call.connection(), context, codec, work);
        carry(call.connection(), context, response);
        if (leaving && !service.hasRowsToCome(context, call.connection())) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
        }
        return reply;
    }

    /// Tells our driver what a session at another server needs to know to go on as this one.
    private void carry(String connection, JdbcService.Context context, Response response) {
        service.carried(context, connection).ifPresent(open -> {
            long timestamp = open.session().sessionTimestamp();
            if (timestamp > 0) {
                response.getHeaders().put("Elanus-Session", timestamp);
            }
            if (!open.changedSettings().isEmpty()) {
                response.getHeaders().put("Elanus-Settings", open.changedSettings());
            }
        });
    }

    Reply answer(String connection, JdbcService.Context context, Codec codec, Supplier<Answer> work) {
        try {
            return Reply.of(work.get(), codec);
        } catch (MissingConnection e) {
            return Reply.of(Failures.of(e), codec);
        } catch (RuntimeException | Error e) {
            // The client must learn of everything that can go wrong, bugs included.
            return Reply.of(service.failure(Failures.asQueryException(e), context, connection), codec);
        }
    }

    /// The stock client calls both encodings octets; a protobuf message of this protocol never starts with a brace.
    static boolean isJson(Request request, byte[] body) {
        String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        return (type != null && type.toLowerCase(Locale.ROOT).contains("json")) || (body.length > 0 && body[0] == '{');
    }

    static JdbcService.Context context(String principal, Request request) {
        String id = request.getHeaders().get("Elanus-Request");
        return new JdbcService.Context(
                principal,
                id == null || !Wire.ID.matcher(id).matches() ? "" : id,
                Duration.ofMillis(number(request, "Elanus-Timeout")),
                number(request, "Elanus-Max-Rows"),
                number(request, "Elanus-Session"),
                WantedKeys.of(request.getHeaders().get("Elanus-Returning")));
    }

    private static long number(Request request, String header) {
        String text = request.getHeaders().get(header);
        if (text == null || text.isEmpty() || text.length() > MAX_DIGITS) {
            return 0;
        }
        return text.chars().allMatch(c -> c >= '0' && c <= '9') ? Long.parseLong(text) : 0;
    }
}
