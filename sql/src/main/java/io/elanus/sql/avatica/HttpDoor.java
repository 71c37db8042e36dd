package io.elanus.sql.avatica;

import io.elanus.cluster.proxy.Catalog;
import io.elanus.sql.console.BrowserGuard;
import io.elanus.sql.console.ConsoleDoor;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.login.Entrance;
import io.elanus.sql.login.Login;
import io.elanus.sql.metrics.Metrics;
import io.elanus.sql.session.Running;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.tls.ReloadingKeys;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The HTTP server: the JDBC door, health and metrics, and the console before them. Owns the connections of its
/// clients.
public final class HttpDoor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpDoor.class);
    private static final Duration IDLE_CHECK = Duration.ofSeconds(10);
    private static final Duration SOCKET_IDLE = Duration.ofSeconds(60);
    private static final int HEADER_BYTES = 16 * 1024;
    private static final int SPARE_THREADS = 8;
    /// A request that may be answered on the thread that reads it is no longer.
    private static final int QUICK_BYTES = 64 * 1024;
    /// Attribute of a request: what was read of its body.
    private static final String READ = "elanus.read";
    private static final Set<String> PATHS = Set.of("/", "/avatica", "/avatica/");
    private static final int READ_BYTES = 16 * 1024;
    private static final int MAX_DIGITS = 18;

    private final JdbcConfig config;
    private final ConsoleDoor console;
    private final Connections connections;
    private final HttpLogins logins;
    private final JdbcService service;
    private final Supplier<List<String>> problems;
    private final LongSupplier nanos;
    private final Metrics metrics;
    private final Codec protobuf = new ProtobufCodec();
    private final Codec json;
    private final Executor waiting = VirtualThreads.getNamedVirtualThreadsExecutor("http-");
    private final Server server;
    private final FairConnector connector;
    private final Metrics.Counter requests;
    private final Metrics.Counter failures;
    private final Metrics.Counter quick;
    private final Metrics.Histogram seconds;

    /// What the door stands in front of.
    ///
    /// @param version of the product
    /// @param problems why the server does not answer queries; empty: it does
    /// @param nanos the monotonic clock
    /// @param random numbers that differ from start to start
    public record Behind(
            Entrance entrance,
            Supplier<Catalog> catalog,
            String version,
            Supplier<List<String>> problems,
            LongSupplier nanos,
            RandomGenerator random,
            Metrics metrics) {}

    /// Where the door is.
    ///
    /// @param port 0: any free one
    /// @param keys for TLS; empty: nothing is encrypted
    public record At(String host, int port, Optional<ReloadingKeys> keys) {}

    /// @param console answers what is its own, before anything here does
    public HttpDoor(At at, JdbcConfig config, Behind behind, ConsoleDoor console) {
        this.config = config;
        this.console = console;
        this.problems = behind.problems();
        this.nanos = behind.nanos();
        this.metrics = behind.metrics();
        connections = new Connections(
                config,
                behind.entrance()::open,
                behind.nanos(),
                () -> behind.random().nextInt(1 << 29));
        logins = new HttpLogins(behind.entrance().logins());
        service = new JdbcService(config, connections, new JdbcMetadata(behind.catalog(), behind.version()));
        json = new JsonCodec(config.maxBody().toIntBytes());
        requests = metrics.counter("elanus_http_requests_total", "Requests at the JDBC door");
        quick = metrics.counter("elanus_http_quick_total", "Requests answered by the thread that read them");
        failures = metrics.counter("elanus_http_failures_total", "Requests at the JDBC door answered with an error");
        seconds = metrics.histogram("elanus_http_request_seconds", "Time to answer a request at the JDBC door");
        metrics.gauge("elanus_jdbc_connections", "Open JDBC connections", connections::count);

        int selectors = Runtime.getRuntime().availableProcessors();
        var threads = new QueuedThreadPool(selectors + SPARE_THREADS, selectors + 2);
        threads.setName("http");
        threads.setVirtualThreadsExecutor(waiting);
        server = new Server(threads);
        var http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendDateHeader(false);
        http.setRequestHeaderSize(HEADER_BYTES);
        connector = at.keys()
                .map(keys -> encrypted(server, http, keys, selectors))
                .orElseGet(() -> new FairConnector(server, selectors, new HttpConnectionFactory(http)));
        connector.setHost(at.host());
        connector.setPort(at.port());
        connector.setIdleTimeout(SOCKET_IDLE.toMillis());
        server.addConnector(connector);
        server.addBean(new ScheduledExecutorScheduler("http-timer", true));
        server.setHandler(new QuickFirst(new Handler.Sequence(console, new Router())));
    }

    private static FairConnector encrypted(Server server, HttpConfiguration http, ReloadingKeys keys, int selectors) {
        http.addCustomizer(new SecureRequestCustomizer(false));
        var context = new SslContextFactory.Server();
        context.setSslContext(keys.context());
        context.setIncludeProtocols(ReloadingKeys.PROTOCOL);
        return new FairConnector(
                server,
                selectors,
                new SslConnectionFactory(context, HttpVersion.HTTP_1_1.asString()),
                new HttpConnectionFactory(http));
    }

    public void start() {
        try {
            server.start();
        } catch (IOException e) {
            throw new QueryException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "HTTP port [%d] on [%s] cannot be opened. Another server may use it; choose another with listen.http-port."
                            .formatted(connector.getPort(), connector.getHost()),
                    0,
                    null,
                    e);
        } catch (Exception e) {
            // Jetty's start declares Exception.
            throw new IllegalStateException("The HTTP server did not start", e);
        }
        scheduleIdleCheck(server.getBean(Scheduler.class));
    }

    private void scheduleIdleCheck(Scheduler scheduler) {
        scheduler.schedule(
                () -> {
                    Thread.ofVirtual().name("idle-connections").start(() -> {
                        connections.closeIdle();
                        console.closeIdle();
                    });
                    if (server.isRunning()) {
                        scheduleIdleCheck(scheduler);
                    }
                },
                IDLE_CHECK.toMillis(),
                java.util.concurrent.TimeUnit.MILLISECONDS);
    }

    public int port() {
        return connector.getLocalPort();
    }

    /// Closes every connection, as an expired lease does.
    void forgetConnections() {
        connections.close();
    }

    /// Ends running statements and stops listening.
    @Override
    public void close() {
        connector.shutdown();
        console.close();
        connections.close();
        try {
            server.stop();
        } catch (Exception e) {
            // Jetty's stop declares Exception; nothing can be done about it here.
            LOG.atWarn().setCause(e).log("The HTTP server did not stop in order");
        }
    }

    /// Called on the thread that reads from sockets, for which all others of its sockets wait: answers there what
    /// takes no longer than handing it to another thread, and hands all else to a virtual thread.
    private final class QuickFirst extends Handler.Wrapper {
        QuickFirst(Handler all) {
            super(all);
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            if (!answersQuickly(request, response, callback)) {
                apart(request, response, callback, () -> {
                    if (!super.handle(request, response, callback)) {
                        Response.writeError(request, response, callback, HttpStatus.NOT_FOUND_404);
                    }
                });
            }
            return true;
        }
    }

    private interface Work {
        @SuppressWarnings("checkstyle:IllegalThrows")
        void run() throws Exception;
    }

    private void apart(Request request, Response response, Callback callback, Work work) {
        waiting.execute(() -> {
            try {
                work.run();
            } catch (Exception | Error e) { // as the server does with what a handler throws
                Response.writeError(request, response, callback, e);
            }
        });
    }

    /// False: not, and the request is as it was but for the start of its body.
    private boolean answersQuickly(Request request, Response response, Callback callback) {
        long length = request.getLength();
        if (length <= 0
                || length > QUICK_BYTES
                || !HttpMethod.POST.is(request.getMethod())
                || !PATHS.contains(Request.getPathInContext(request))
                || BrowserGuard.refusesOrigin(request).isPresent()
                || HttpLogins.sentPassword(request)) {
            return false;
        }
        long started = nanos.getAsLong();
        JdbcService.Context context;
        Call call;
        try {
            context = context(logins.of(request).user(), request);
            Optional<byte[]> body = bodyThatIsHere(request, (int) length);
            if (body.isEmpty() || isJson(request, body.get())) {
                return false;
            }
            call = protobuf.read(body.get());
        } catch (RuntimeException e) { // told in the usual way
            return false;
        }
        if (!(call instanceof Call.Execute) || !FairConnector.takeTurn(request)) {
            return false;
        }
        requests.increment();
        request.addIdleTimeoutListener(_ -> false);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, protobuf.contentType());
        try {
            switch (service.begin(call, context, protobuf)) {
                case JdbcService.Begun.Answered(Answer answer) -> {
                    quick.increment();
                    conclude(started, reply(call, context, protobuf, () -> answer, response), response, callback);
                }
                case JdbcService.Begun.Waits(Supplier<Answer> rest) ->
                    apart(
                            request,
                            response,
                            callback,
                            () -> conclude(
                                    started, reply(call, context, protobuf, rest, response), response, callback));
            }
        } catch (RuntimeException | Error e) { // as in #answer
            QueryException told = Failures.asQueryException(e);
            conclude(
                    started, Reply.of(service.failure(told, context, call.connection()), protobuf), response, callback);
        }
        return true;
    }

    /// The body, if all of it has arrived; else what was read of it is kept for [#body].
    private static Optional<byte[]> bodyThatIsHere(Request request, int length) {
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

    /// Called on a virtual thread for each request.
    private final class Router extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            String path = Request.getPathInContext(request);
            boolean post = HttpMethod.POST.is(request.getMethod());
            Optional<String> refused = BrowserGuard.refusesOrigin(request);
            if (refused.isPresent()) {
                response.getHeaders().put(HttpHeader.CONNECTION, "close");
                text(response, callback, HttpStatus.FORBIDDEN_403, refused.get() + "\n");
                return true;
            }
            switch (path) {
                case "/", "/avatica", "/avatica/", "/cancel", "/copy", "/login" -> {
                    if (post) {
                        jdbc(path, request, response, callback);
                    } else {
                        text(response, callback, HttpStatus.METHOD_NOT_ALLOWED_405, "Requests of JDBC are POST.\n");
                    }
                }
                case "/progress" -> jdbc(path, request, response, callback);
                case "/health", "/healthz" -> {
                    List<String> found = problems.get();
                    int status = found.isEmpty() ? HttpStatus.OK_200 : HttpStatus.SERVICE_UNAVAILABLE_503;
                    text(response, callback, status, found.isEmpty() ? "ok\n" : String.join("\n", found) + "\n");
                }
                case "/metrics" -> {
                    response.getHeaders().put(HttpHeader.CONTENT_TYPE, Metrics.CONTENT_TYPE);
                    write(response, callback, HttpStatus.OK_200, metrics.text().getBytes(StandardCharsets.UTF_8));
                }
                default -> text(response, callback, HttpStatus.NOT_FOUND_404, "There is nothing here.\n");
            }
            return true;
        }
    }

    /// A request of JDBC: whose it is, then what it wants.
    private void jdbc(String path, Request request, Response response, Callback callback) throws IOException {
        Login login;
        try {
            if (path.equals("/login")) {
                text(response, callback, HttpStatus.OK_200, logins.exchange(request, response));
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
                text(response, callback, cancelled ? HttpStatus.NO_CONTENT_204 : HttpStatus.NOT_FOUND_404, "");
            }
            case "/copy" -> copy(principal, request, response, callback);
            case "/progress" -> progress(principal, request, response, callback);
            default -> avatica(principal, request, response, callback);
        }
    }

    /// Answers somebody who did not get in. The stock client shows what is wrong only in an answer of status 500.
    private void turnAway(QueryException why, Request request, Response response, Callback callback)
            throws IOException {
        requests.increment();
        failures.increment();
        byte[] start = Content.Source.asInputStream(request).readNBytes(READ_BYTES);
        Codec codec = isJson(request, start) ? json : protobuf;
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, codec.contentType());
        if (start.length == READ_BYTES) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
        }
        boolean told = HttpLogins.sentPassword(request);
        if (!told) {
            response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Basic realm=\"Elanus\", charset=\"UTF-8\"");
        }
        int status = told ? HttpStatus.INTERNAL_SERVER_ERROR_500 : HttpStatus.UNAUTHORIZED_401;
        write(response, callback, status, codec.write(Failures.of(why, !told)));
    }

    private void avatica(String principal, Request request, Response response, Callback callback) throws IOException {
        // A statement may run for longer than a socket may be silent; the rest of a refused request may not take long.
        var refused = new AtomicBoolean();
        request.addIdleTimeoutListener(_ -> refused.get());
        long started = nanos.getAsLong();
        requests.increment();
        Optional<byte[]> body = body(request);
        Codec codec = isJson(request, body.orElse(new byte[0])) ? json : protobuf;
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, codec.contentType());
        if (body.isEmpty()) {
            failures.increment();
            refused.set(true);
            var problem = new QueryException(
                    ErrorCode.STATEMENT_TOO_LONG,
                    "The request is larger than [%s], the limit.".formatted(config.maxBody()),
                    "Send fewer rows at a time, load with COPY, or raise jdbc.max-body.");
            refuse(request, response, callback, codec.write(Failures.of(problem, false)));
            return;
        }
        conclude(started, answer(body.get(), context(principal, request), codec, response), response, callback);
    }

    private void conclude(long started, Reply reply, Response response, Callback callback) {
        seconds.record((nanos.getAsLong() - started) * 1e-9);
        if (reply.failed()) {
            failures.increment();
        }
        // Avatica's clients read the error of a 500, and repeat a 503 for ever.
        int status = reply.failed() ? HttpStatus.INTERNAL_SERVER_ERROR_500 : HttpStatus.OK_200;
        write(response, callback, status, reply.body());
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record Reply(boolean failed, byte[] body) {
        static Reply of(Answer answer, Codec codec) {
            return new Reply(answer instanceof Answer.Failed, codec.write(answer));
        }
    }

    private Reply answer(byte[] body, JdbcService.Context context, Codec codec, Response response) {
        Call call;
        try {
            call = codec.read(body);
        } catch (RuntimeException | Error e) {
            return Reply.of(service.failure(Failures.asQueryException(e), context, ""), codec);
        }
        return reply(call, context, codec, () -> service.handle(call, context, codec), response);
    }

    private Reply reply(Call call, JdbcService.Context context, Codec codec, Supplier<Answer> work, Response response) {
        Reply reply = answer(call.connection(), context, codec, work);
        carry(call.connection(), context, response);
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

    /// COPY … FROM STDIN: the body is the rows. They are loaded as they come, so their number has no limit.
    private void copy(String principal, Request request, Response response, Callback callback) throws IOException {
        request.addIdleTimeoutListener(_ -> false);
        requests.increment();
        Fields query = Request.extractQueryParameters(request);
        String sql = Objects.requireNonNullElse(query.getValue("sql"), "");
        JdbcService.Context context = context(principal, request);
        Reply reply;
        try (InputStream rows = Content.Source.asInputStream(request)) {
            reply = answer(
                    connection(query),
                    context,
                    protobuf,
                    () -> service.copyIn(context, connection(query), statement(query), sql, unclosed(rows)));
            // A client reads the answer only when it has sent everything.
            rows.transferTo(OutputStream.nullOutputStream());
        }
        if (reply.failed()) {
            failures.increment();
        }
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, protobuf.contentType());
        int status = reply.failed() ? HttpStatus.INTERNAL_SERVER_ERROR_500 : HttpStatus.OK_200;
        write(response, callback, status, reply.body());
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

    private Reply answer(String connection, JdbcService.Context context, Codec codec, Supplier<Answer> work) {
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
    private static boolean isJson(Request request, byte[] body) {
        String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        return (type != null && type.toLowerCase(Locale.ROOT).contains("json")) || (body.length > 0 && body[0] == '{');
    }

    /// Empty: too large. Looks at the declared length before it reads, and stops reading at the limit.
    private Optional<byte[]> body(Request request) throws IOException {
        int limit = config.maxBody().toIntBytes();
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

    /// Answers that a request is too large, then reads on for a while: a socket that is closed with unread bytes is
    /// reset, and a client that still sends might never see the answer.
    private void refuse(Request request, Response response, Callback callback, byte[] answer) {
        response.setStatus(HttpStatus.PAYLOAD_TOO_LARGE_413);
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, answer.length);
        try {
            Content.Sink.write(response, true, ByteBuffer.wrap(answer));
            skip(Content.Source.asInputStream(request), config.maxBody().bytes());
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

    private static JdbcService.Context context(String principal, Request request) {
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

    private boolean cancel(String principal, Request request) {
        Fields query = Request.extractQueryParameters(request);
        return service.cancel(context(principal, request), connection(query), statement(query));
    }

    private void progress(String principal, Request request, Response response, Callback callback) throws IOException {
        Fields query = Request.extractQueryParameters(request);
        Optional<Running.Progress> progress =
                service.progress(context(principal, request), connection(query), statement(query));
        String line = progress.map(found -> found.done() + " " + found.total()).orElse("");
        text(response, callback, progress.isPresent() ? HttpStatus.OK_200 : HttpStatus.NOT_FOUND_404, line);
    }

    private static String connection(Fields query) {
        String id = query.getValue("connection");
        return id == null ? "" : id;
    }

    private static int statement(Fields query) {
        String id = query.getValue("statement");
        return id == null || !id.matches("\\d{1,10}") ? -1 : (int) Long.parseLong(id);
    }

    private static void text(Response response, Callback callback, int status, String text) {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain;charset=utf-8");
        write(response, callback, status, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void write(Response response, Callback callback, int status, byte[] body) {
        response.setStatus(status);
        if (status != HttpStatus.NO_CONTENT_204) {
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        }
        response.write(true, ByteBuffer.wrap(body), callback);
    }
}
