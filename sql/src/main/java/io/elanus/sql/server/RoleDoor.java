package io.elanus.sql.server;

import io.elanus.sql.metrics.Metrics;
import io.elanus.storage.tls.ReloadingKeys;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/// What a role that is no proxy tells of itself over HTTP: `/health` and `/metrics`. Any thread.
final class RoleDoor implements AutoCloseable {
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final int THREADS = 6;

    private final Server server;
    private final ServerConnector connector;

    /// Opens the port.
    ///
    /// @param port 0: any free one
    /// @param keys for TLS; empty: nothing is encrypted
    /// @param problems why the role does not serve; empty: it does
    RoleDoor(String host, int port, Optional<ReloadingKeys> keys, Metrics metrics, Supplier<List<String>> problems) {
        var threads = new QueuedThreadPool(THREADS, 1);
        threads.setName("role-http");
        threads.setDaemon(true);
        server = new Server(threads);
        var http = new HttpConnectionFactory(quiet());
        connector = keys.map(own -> new ServerConnector(server, 1, 1, encryption(own, http), http))
                .orElseGet(() -> new ServerConnector(server, 1, 1, http));
        connector.setHost(host);
        connector.setPort(port);
        server.addConnector(connector);
        server.setHandler(new Answers(metrics, problems));
        try {
            server.start();
        } catch (Exception e) { // Jetty's start declares no less
            close();
            throw new IllegalStateException("Cannot listen on %s:%d".formatted(host, port), e);
        }
    }

    private static HttpConfiguration quiet() {
        var configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        return configuration;
    }

    private static SslConnectionFactory encryption(ReloadingKeys keys, HttpConnectionFactory http) {
        var context = new SslContextFactory.Server();
        context.setSslContext(keys.context());
        context.setIncludeProtocols(ReloadingKeys.PROTOCOL);
        return new SslConnectionFactory(context, http.getProtocol());
    }

    int port() {
        return connector.getLocalPort();
    }

    private static final class Answers extends Handler.Abstract {
        private final Metrics metrics;
        private final Supplier<List<String>> problems;

        Answers(Metrics metrics, Supplier<List<String>> problems) {
            this.metrics = metrics;
            this.problems = problems;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            switch (Request.getPathInContext(request)) {
                case "/health", "/healthz" -> {
                    List<String> found = problems.get();
                    int status = found.isEmpty() ? HttpStatus.OK_200 : HttpStatus.SERVICE_UNAVAILABLE_503;
                    write(response, callback, status, TEXT, found.isEmpty() ? "ok" : String.join("\n", found));
                }
                case "/metrics" -> write(response, callback, HttpStatus.OK_200, Metrics.CONTENT_TYPE, metrics.text());
                default -> write(response, callback, HttpStatus.NOT_FOUND_404, TEXT, "There is nothing here.");
            }
            return true;
        }

        private static void write(Response response, Callback callback, int status, String type, String text) {
            response.setStatus(status);
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
            String lines = text.endsWith("\n") ? text : text + "\n";
            response.write(true, ByteBuffer.wrap(lines.getBytes(StandardCharsets.UTF_8)), callback);
        }
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) { // Jetty's stop declares no less
            throw new IllegalStateException("The port of the role does not close", e);
        }
    }
}
