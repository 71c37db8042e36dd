package io.elanus.sql.avatica;

import io.elanus.sql.console.BrowserGuard;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.login.Login;
import io.elanus.sql.metrics.Metrics;
import io.elanus.sql.session.Running;
import io.elanus.storage.ErrorCode;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;

/// What the paths of the door answer. Called on a virtual thread for each request.
final class JdbcRoutes extends Handler.Abstract {
    /// Where the protocol itself is spoken.
    static final Set<String> PATHS = Set.of("/", "/avatica", "/avatica/");

    private final HttpLogins logins;
    private final HttpCalls calls;
    private final HttpBodies bodies;
    private final JdbcConfig config;
    private final Supplier<List<String>> problems;
    private final Metrics metrics;

    /// @param problems why the server does not answer queries; empty: it does
    JdbcRoutes(
            HttpLogins logins, HttpCalls calls, JdbcConfig config, Supplier<List<String>> problems, Metrics metrics) {
        this.logins = logins;
        this.calls = calls;
        this.bodies = new HttpBodies(config.maxBody());
        this.config = config;
        this.problems = problems;
        this.metrics = metrics;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String path = Request.getPathInContext(request);
        boolean post = HttpMethod.POST.is(request.getMethod());
        Optional<String> refused = BrowserGuard.refusesOrigin(request);
        if (refused.isPresent()) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
            HttpAnswers.text(response, callback, HttpStatus.FORBIDDEN_403, refused.get() + "\n");
            return true;
        }
        switch (path) {
            case "/", "/avatica", "/avatica/", "/cancel", "/copy", "/login" -> {
                if (post) {
                    jdbc(path, request, response, callback);
                } else {
                    HttpAnswers.text(
                            response, callback, HttpStatus.METHOD_NOT_ALLOWED_405, "Requests of JDBC are POST.\n");
                }
            }
            case "/progress" -> jdbc(path, request, response, callback);
            case "/health", "/healthz" -> {
                List<String> found = problems.get();
                int status = found.isEmpty() ? HttpStatus.OK_200 : HttpStatus.SERVICE_UNAVAILABLE_503;
                HttpAnswers.text(
                        response, callback, status, found.isEmpty() ? "ok\n" : String.join("\n", found) + "\n");
            }
            case "/metrics" -> {
                response.getHeaders().put(HttpHeader.CONTENT_TYPE, Metrics.CONTENT_TYPE);
                HttpAnswers.write(
                        response, callback, HttpStatus.OK_200, metrics.text().getBytes(StandardCharsets.UTF_8));
            }
            default -> HttpAnswers.text(response, callback, HttpStatus.NOT_FOUND_404, "There is nothing here.\n");
        }
        return true;
    }

    /// A request of JDBC: whose it is, then what it wants.
    private void jdbc(String path, Request request, Response response, Callback callback) throws IOException {
        Login login;
        try {
            if (path.equals("/login")) {
                HttpAnswers.text(response, callback, HttpStatus.OK_200, logins.exchange(request, response));
                return;
            }
            login = logins.of(request);
        } catch (QueryException e) {
            turnAway(e, request, response, callback);
            return;
        }
        String principal = login.user();
        switch (path) {
            case "/cancel" -> {
                boolean cancelled = cancel(principal, request);
                HttpAnswers.text(
                        response, callback, cancelled ? HttpStatus.NO_CONTENT_204 : HttpStatus.NOT_FOUND_404, "");
            }
            case "/copy" -> copy(principal, request, response, callback);
            case "/progress" -> progress(principal, request, response, callback);
            default -> avatica(principal, request, response, callback);
        }
    }

    /// Answers somebody who did not get in. The stock client shows what is wrong only in an answer of status 500.
    private void turnAway(QueryException why, Request request, Response response, Callback callback)
            throws IOException {
        calls.begun();
        calls.failed();
        byte[] start = HttpBodies.start(request);
        Codec codec = calls.codec(request, start);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, codec.contentType());
        if (start.length == HttpBodies.READ_BYTES) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
        }
        boolean told = HttpLogins.sentPassword(request);
        if (!told) {
            response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Basic realm=\"Elanus\", charset=\"UTF-8\"");
        }
        int status = told ? HttpStatus.INTERNAL_SERVER_ERROR_500 : HttpStatus.UNAUTHORIZED_401;
        HttpAnswers.write(response, callback, status, codec.write(Failures.of(why, !told)));
    }

    private void avatica(String principal, Request request, Response response, Callback callback) throws IOException {
        // A statement may run for longer than a socket may be silent; the rest of a refused request may not take long.
        var refused = new AtomicBoolean();
        request.addIdleTimeoutListener(_ -> refused.get());
        long started = calls.now();
        calls.begun();
        Optional<byte[]> body = bodies.read(request);
        Codec codec = calls.codec(request, body.orElse(new byte[0]));
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, codec.contentType());
        if (body.isEmpty()) {
            calls.failed();
            refused.set(true);
            var problem = new QueryException(
                    ErrorCode.STATEMENT_TOO_LONG,
                    "The request is larger than [%s], the limit.".formatted(config.maxBody()),
                    "Send fewer rows at a time, load with COPY, or raise jdbc.max-body.");
            bodies.refuse(request, response, callback, codec.write(Failures.of(problem, false)));
            return;
        }
        calls.conclude(
                started,
                calls.answer(body.get(), HttpCalls.context(principal, request), codec, response),
                response,
                callback);
    }

    /// COPY … FROM STDIN: the body is the rows. They are loaded as they come, so their number has no limit.
    private void copy(String principal, Request request, Response response, Callback callback) throws IOException {
        request.addIdleTimeoutListener(_ -> false);
        calls.begun();
        Fields query = Request.extractQueryParameters(request);
        String sql = Objects.requireNonNullElse(query.getValue("sql"), "");
        JdbcService.Context context = HttpCalls.context(principal, request);
        HttpCalls.Reply reply;
        try (InputStream rows = Content.Source.asInputStream(request)) {
            reply = calls.answer(
                    connection(query),
                    context,
                    calls.protobuf,
                    () -> calls.service().copyIn(context, connection(query), statement(query), sql, unclosed(rows)));
            // A client reads the answer only when it has sent everything.
            rows.transferTo(OutputStream.nullOutputStream());
        }
        if (reply.failed()) {
            calls.failed();
        }
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, calls.protobuf.contentType());
        int status = reply.failed() ? HttpStatus.INTERNAL_SERVER_ERROR_500 : HttpStatus.OK_200;
        HttpAnswers.write(response, callback, status, reply.body());
    }

    /// What reads the rows may close them, and there may be more to read.
    private static InputStream unclosed(InputStream rows) {
        return new FilterInputStream(rows) {
            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return in.read(target, offset, length);
            }

            @Override
            public void close() {}
        };
    }

    private boolean cancel(String principal, Request request) {
        Fields query = Request.extractQueryParameters(request);
        return calls.service().cancel(HttpCalls.context(principal, request), connection(query), statement(query));
    }

    private void progress(String principal, Request request, Response response, Callback callback) throws IOException {
        Fields query = Request.extractQueryParameters(request);
        Optional<Running.Progress> progress =
                calls.service().progress(HttpCalls.context(principal, request), connection(query), statement(query));
        String line = progress.map(found -> found.done() + " " + found.total()).orElse("");
        HttpAnswers.text(response, callback, progress.isPresent() ? HttpStatus.OK_200 : HttpStatus.NOT_FOUND_404, line);
    }

    private static String connection(Fields query) {
        String id = query.getValue("connection");
        return id == null ? "" : id;
    }

    private static int statement(Fields query) {
        String id = query.getValue("statement");
        return id == null || !id.matches("\\d{1,10}") ? -1 : (int) Long.parseLong(id);
    }
}
