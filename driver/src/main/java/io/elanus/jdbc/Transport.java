package io.elanus.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/// HTTP to one of the hosts of the URL. Stays with a host until it cannot be reached, then tries the next; a
/// request that broke on its way is sent once more under its id, which the server recognises. Any thread.
final class Transport {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final String UNREACHABLE = "08001";
    private static final String BROKEN = "08006";
    private static final String OUTCOME_UNKNOWN = "40003";

    /// One pool of sockets for all connections of the process.
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();

    private final List<String> hosts;
    private final AtomicInteger current = new AtomicInteger();
    private volatile Duration networkTimeout = Duration.ZERO;

    /// What goes with a request beside its body.
    static final class Options {
        static final Options NONE = new Options(0, 0, GeneratedKeys.NOTHING);
        final long timeoutMillis;
        final long maxRows;
        final String keys;

        /// @param timeoutMillis 0: the server's default
        /// @param maxRows 0: all
        /// @param keys to tell of changed rows, see [GeneratedKeys]
        Options(long timeoutMillis, long maxRows, String keys) {
            this.timeoutMillis = timeoutMillis;
            this.maxRows = maxRows;
            this.keys = keys;
        }
    }

    /// @param hosts `host:port,host:port…`
    Transport(String hosts) {
        this.hosts = List.of(hosts.split(","));
    }

    void setNetworkTimeout(Duration timeout) {
        networkTimeout = timeout;
    }

    Duration networkTimeout() {
        return networkTimeout;
    }

    byte[] post(byte[] body, Options options) {
        String id = UUID.randomUUID().toString();
        int unreachable = 0;
        boolean repeated = false;
        while (true) {
            int host = current.get();
            try {
                return send(request(host, "/", body, id, options)).body();
            } catch (ConnectException | HttpConnectTimeoutException e) {
                current.compareAndSet(host, (host + 1) % hosts.size());
                unreachable++;
                if (unreachable >= hosts.size()) {
                    throw new ServerError(
                            "No server answers at " + String.join(", ", hosts) + ".",
                            repeated ? OUTCOME_UNKNOWN : UNREACHABLE,
                            "Start one with ./elanus server, or correct the URL.",
                            e);
                }
            } catch (HttpTimeoutException e) {
                throw broken("The server did not answer within the network timeout", e);
            } catch (IOException e) {
                if (repeated) {
                    throw broken("The connection to " + hosts.get(host) + " broke", e);
                }
                repeated = true;
            }
        }
    }

    /// Sends rows as they are read; never twice.
    byte[] copyIn(String connection, int statement, String sql, InputStream rows, Options options) {
        URI uri = URI.create(
                uri("/copy", connection, statement) + "&sql=" + URLEncoder.encode(sql, StandardCharsets.UTF_8));
        try {
            return send(request(uri, HttpRequest.BodyPublishers.ofInputStream(() -> rows), options)
                            .build())
                    .body();
        } catch (IOException e) {
            throw broken("The connection to " + hosts.get(current.get()) + " broke", e);
        }
    }

    private static ServerError broken(String message, IOException cause) {
        return new ServerError(message + "; whether the statement was carried out is not known.", BROKEN, null, cause);
    }

    private HttpRequest request(int host, String path, byte[] body, String id, Options options) {
        URI uri = URI.create("http://" + hosts.get(host) + path);
        return request(uri, HttpRequest.BodyPublishers.ofByteArray(body), options)
                .header("Content-Type", "application/x-google-protobuf")
                .header("Elanus-Request", id)
                .build();
    }

    private HttpRequest.Builder request(URI uri, HttpRequest.BodyPublisher body, Options options) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).POST(body);
        if (options.timeoutMillis > 0) {
            request.header("Elanus-Timeout", Long.toString(options.timeoutMillis));
        }
        if (options.maxRows > 0) {
            request.header("Elanus-Max-Rows", Long.toString(options.maxRows));
        }
        if (!options.keys.isEmpty()) {
            request.header("Elanus-Returning", options.keys);
        }
        if (!networkTimeout.isZero()) {
            request.timeout(networkTimeout);
        }
        return request;
    }

    /// False: nothing ran under this statement.
    boolean cancel(String connection, int statement) {
        try {
            HttpRequest request = HttpRequest.newBuilder(uri("/cancel", connection, statement))
                    .timeout(CONNECT_TIMEOUT)
                    .POST(HttpRequest.BodyPublishers.noBody())
                    .build();
            return send(request).statusCode() == 204;
        } catch (IOException e) {
            throw broken("The cancel request was not answered", e);
        }
    }

    /// Rows done and rows in all (0: unknown) of what the statement runs.
    Optional<long[]> progress(String connection, int statement) {
        try {
            HttpRequest request = HttpRequest.newBuilder(uri("/progress", connection, statement))
                    .timeout(CONNECT_TIMEOUT)
                    .build();
            HttpResponse<byte[]> response = send(request);
            if (response.statusCode() != 200) {
                return Optional.empty();
            }
            String[] numbers = new String(response.body(), StandardCharsets.UTF_8).split(" ");
            return Optional.of(new long[] {Long.parseLong(numbers[0]), Long.parseLong(numbers[1])});
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private URI uri(String path, String connection, int statement) {
        return URI.create(
                "http://" + hosts.get(current.get()) + path + "?connection=" + connection + "&statement=" + statement);
    }

    private static HttpResponse<byte[]> send(HttpRequest request) throws IOException {
        try {
            return CLIENT.send(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerError("The thread was interrupted while it waited for the server.", "57014", null, e);
        }
    }
}
