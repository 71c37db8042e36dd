package io.elanus.sql.console;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.elanus.sql.catalog.Functions;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.login.Entrance;
import io.elanus.sql.login.Login;
import io.elanus.sql.metrics.Metrics;
import io.elanus.sql.session.Running;
import io.elanus.storage.ErrorCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// The console's part of the HTTP server: its routes, and the headers of their answers. Owns its sessions; the
/// server closes it. See the package.
public final class ConsoleDoor extends Handler.Abstract implements AutoCloseable {
    private static final String API = "/api/v1/";
    private static final String FILES = "/console/";
    private static final String SESSION = "Elanus-Session";
    private static final String JSON_LINES = "application/x-ndjson";
    private static final String JSON = "application/json";
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
            + "img-src 'self' data:; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final ConsoleConfig config;
    private final Behind behind;
    private final BrowserGuard guard;
    private final BrowserLogins logins;
    private final TabSessions tabs;
    private final JsonMapper mapper;
    private final PageFiles files = new PageFiles();
    private final Metrics.Counter requests;
    private final Metrics.Counter failures;

    /// What the console stands in front of.
    ///
    /// @param version of the product
    /// @param nanos the monotonic clock
    /// @param random numbers that nobody can guess
    public record Behind(
            Entrance entrance, String version, LongSupplier nanos, RandomGenerator random, Metrics metrics) {}

    public ConsoleDoor(ConsoleConfig config, Behind behind) {
        this.config = config;
        this.behind = behind;
        guard = new BrowserGuard(config.names());
        Entrance entrance = behind.entrance();
        logins = new BrowserLogins(entrance.logins());
        tabs = new TabSessions(
                config,
                user -> entrance.opening().open(user, Map.of("application_name", "console")),
                behind.nanos(),
                behind.random());
        mapper = QueryRequest.mapper(config.maxBody().toIntBytes());
        requests = behind.metrics().counter("elanus_api_requests_total", "Requests at the console's HTTP API");
        failures = behind.metrics()
                .counter("elanus_api_failures_total", "Requests at the console's HTTP API answered with an error");
        behind.metrics().gauge("elanus_api_sessions", "Open sessions of the console and the HTTP API", tabs::count);
    }

    /// Closes sessions whose clients have gone; whoever owns the server's timer calls it now and then.
    public void closeIdle() {
        tabs.closeIdle();
    }

    /// Ends every session of the console, and what they run.
    @Override
    public void close() {
        tabs.close();
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String path = Request.getPathInContext(request);
        boolean reads = request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
        if (path.startsWith(API)) {
            requests.increment();
            secure(response);
            api(path.substring(API.length()), new Exchange(request, response, callback));
            return true;
        }
        boolean page = path.equals("/") || path.startsWith(FILES);
        if (!reads || !page) {
            return false;
        }
        secure(response);
        var exchange = new Exchange(request, response, callback);
        Optional<String> refused = guard.refusesHost(request);
        if (refused.isPresent()) {
            exchange.refuse(HttpStatus.MISDIRECTED_REQUEST_421, refused.get());
        } else {
            file(path.equals("/") ? "index.html" : path.substring(FILES.length()), exchange);
        }
        return true;
    }

    private static void secure(Response response) {
        response.getHeaders()
                .put("Content-Security-Policy", POLICY)
                .put("X-Content-Type-Options", "nosniff")
                .put("X-Frame-Options", "DENY")
                .put("Referrer-Policy", "no-referrer")
                .put("Cross-Origin-Opener-Policy", "same-origin")
                .put("Cross-Origin-Resource-Policy", "same-origin")
                .put(HttpHeader.CACHE_CONTROL, "no-store");
    }

    private void file(String name, Exchange exchange) throws IOException {
        Optional<PageFiles.PageFile> found = files.find(name);
        if (found.isEmpty()) {
            exchange.refuse(HttpStatus.NOT_FOUND_404, "The console has no such file.");
            return;
        }
        PageFiles.PageFile file = found.get();
        var headers = exchange.response().getHeaders();
        headers.put(HttpHeader.CACHE_CONTROL, "no-cache").put(HttpHeader.ETAG, file.tag());
        if (file.tag().equals(exchange.header(HttpHeader.IF_NONE_MATCH.asString()))) {
            exchange.send(HttpStatus.NOT_MODIFIED_304, file.contentType(), new byte[0]);
            return;
        }
        boolean zipped = exchange.header(HttpHeader.ACCEPT_ENCODING.asString()).contains("gzip");
        headers.put(HttpHeader.VARY, HttpHeader.ACCEPT_ENCODING.asString());
        if (zipped) {
            headers.put(HttpHeader.CONTENT_ENCODING, "gzip");
        }
        exchange.send(HttpStatus.OK_200, file.contentType(), zipped ? file.zipped() : file.plain());
    }

    private void api(String route, Exchange exchange) throws IOException {
        Optional<String> refused = guard.refusesHost(exchange.request());
        if (refused.isPresent()) {
            failures.increment();
            exchange.refuse(HttpStatus.FORBIDDEN_403, refused.get());
            return;
        }
        try {
            String wanted = exchange.request().getMethod() + " " + route;
            switch (wanted) {
                case "POST login", "POST token" -> login(route, exchange);
                case "POST logout" -> {
                    requireOurs(exchange, false);
                    logins.logout(exchange.request(), exchange.response());
                    exchange.send(HttpStatus.NO_CONTENT_204, JSON, new byte[0]);
                }
                default -> api(wanted, logins.of(exchange.request()).user(), exchange);
            }
        } catch (Refused e) {
            failures.increment();
            exchange.refuse(e.status, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) { // whatever went wrong before an answer began
            failures.increment();
            QueryException problem = QueryAnswer.told(e);
            if (QueryAnswer.status(problem) == HttpStatus.UNAUTHORIZED_401) {
                // Not Basic: a browser would ask in a window of its own.
                exchange.response().getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer realm=\"Elanus\"");
            }
            exchange.error(problem);
        }
    }

    private void login(String route, Exchange exchange) throws IOException {
        requireOurs(exchange, true);
        Login login = logins.login(mapper, body(exchange.request()), exchange.request());
        if (route.equals("token")) {
            exchange.json(HttpStatus.OK_200, json -> json.writeStringField("token", logins.issue(login)));
        } else {
            logins.setCookie(login, exchange.request(), exchange.response());
            exchange.json(HttpStatus.OK_200, json -> json.writeStringField("user", login.user()));
        }
    }

    private void api(String wanted, String user, Exchange exchange) throws IOException {
        switch (wanted) {
            case "GET info" -> info(user, exchange);
            case "GET progress" -> progress(user, exchange);
            case "POST sessions" -> {
                requireOurs(exchange, false);
                exchange.json(HttpStatus.CREATED_201, json -> json.writeStringField("session", tabs.open(user)));
            }
            case "DELETE session" -> {
                requireOurs(exchange, false);
                tabs.close(user, exchange.header(SESSION));
                exchange.send(HttpStatus.NO_CONTENT_204, JSON, new byte[0]);
            }
            case "POST cancel" -> {
                requireOurs(exchange, false);
                boolean ended = tabs.tab(user, exchange.header(SESSION)).cancel();
                exchange.send(ended ? HttpStatus.NO_CONTENT_204 : HttpStatus.NOT_FOUND_404, JSON, new byte[0]);
            }
            case "POST query" -> {
                requireOurs(exchange, true);
                query(user, exchange);
            }
            default -> {
                failures.increment();
                exchange.refuse(HttpStatus.NOT_FOUND_404, "The API has no such request; see docs/console.md.");
            }
        }
    }

    /// A request that is answered with a status of HTTP's own.
    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final int status;

        Refused(int status, String message) {
            super(message, null, false, false);
            this.status = status;
        }
    }

    private void requireOurs(Exchange exchange, boolean hasBody) {
        guard.refusesChange(exchange.request(), hasBody).ifPresent(why -> {
            throw new Refused(hasBody ? HttpStatus.UNSUPPORTED_MEDIA_TYPE_415 : HttpStatus.FORBIDDEN_403, why);
        });
    }

    private void info(String user, Exchange exchange) throws IOException {
        exchange.json(HttpStatus.OK_200, json -> {
            json.writeStringField("product", "Elanus");
            json.writeStringField("version", behind.version());
            json.writeStringField("user", user);
            json.writeBooleanField("login", logins.required());
            json.writeArrayFieldStart("functions");
            for (String name : Functions.INSTANCE.names()) {
                json.writeString(name);
            }
            json.writeEndArray();
        });
    }

    private void progress(String user, Exchange exchange) throws IOException {
        Optional<Running.Progress> progress =
                tabs.tab(user, exchange.header(SESSION)).progress();
        exchange.json(HttpStatus.OK_200, json -> {
            json.writeBooleanField("running", progress.isPresent());
            json.writeNumberField("done", progress.map(Running.Progress::done).orElse(0L));
            json.writeNumberField("total", progress.map(Running.Progress::total).orElse(0L));
        });
    }

    private void query(String user, Exchange exchange) throws IOException {
        // A statement may run for longer than a socket may be silent.
        exchange.request().addIdleTimeoutListener(_ -> false);
        QueryRequest wanted = QueryRequest.parse(mapper, body(exchange.request()));
        String token = exchange.header(SESSION);
        if (!token.isEmpty()) {
            run(tabs.tab(user, token), wanted, exchange);
            return;
        }
        try (Tab once = tabs.once(user)) {
            run(once, wanted, exchange);
        }
    }

    private void run(Tab tab, QueryRequest wanted, Exchange exchange) throws IOException {
        tab.enter();
        try {
            boolean ok = new QueryAnswer(tab, wanted, config.maxRows(), behind.nanos()).write(exchange::begin);
            if (!ok) {
                failures.increment();
            }
        } finally {
            tab.leave();
            tab.used(behind.nanos().getAsLong());
        }
        exchange.end();
    }

    /// Looks at the declared length before it reads, and stops reading at the limit.
    private byte[] body(Request request) throws IOException {
        int limit = config.maxBody().toIntBytes();
        if (request.getLength() <= limit) {
            InputStream in = Content.Source.asInputStream(request);
            byte[] body = in.readNBytes(limit + 1);
            if (body.length <= limit) {
                return body;
            }
        }
        throw new Refused(
                HttpStatus.PAYLOAD_TOO_LARGE_413,
                "The request is larger than [%s], the limit (listen.console.max-body).".formatted(config.maxBody()));
    }

    /// Fields of a JSON object.
    @FunctionalInterface
    private interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    /// One request and its answer.
    private record Exchange(Request request, Response response, Callback callback) {
        String header(String name) {
            return Objects.requireNonNullElse(request.getHeaders().get(name), "");
        }

        OutputStream begin(int status) {
            response.setStatus(status);
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, JSON_LINES);
            return Content.Sink.asOutputStream(response);
        }

        void end() throws IOException {
            Content.Sink.write(response, true, ByteBuffer.allocate(0));
            callback.succeeded();
        }

        void json(int status, Fields fields) throws IOException {
            var out = new ByteArrayOutputStream();
            try (JsonGenerator json = new com.fasterxml.jackson.core.JsonFactory().createGenerator(out)) {
                json.writeStartObject();
                fields.write(json);
                json.writeEndObject();
            }
            send(status, JSON, out.toByteArray());
        }

        void error(QueryException problem) throws IOException {
            var out = new ByteArrayOutputStream();
            new QueryAnswer.Lines(out).error(problem, "", 0);
            send(QueryAnswer.status(problem), JSON, out.toByteArray());
        }

        void refuse(int status, String why) throws IOException {
            // The rest of the body is not read.
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
            var out = new ByteArrayOutputStream();
            new QueryAnswer.Lines(out).error(new QueryException(ErrorCode.PROTOCOL_VIOLATION, why), "", 0);
            send(status, JSON, out.toByteArray());
        }

        void send(int status, String contentType, byte[] body) throws IOException {
            response.setStatus(status);
            if (body.length > 0) {
                response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
                response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
            }
            try {
                Content.Sink.write(response, true, ByteBuffer.wrap(body));
            } catch (IOException | UncheckedIOException e) { // the client has gone
                callback.failed(e);
                return;
            }
            callback.succeeded();
        }
    }
}
