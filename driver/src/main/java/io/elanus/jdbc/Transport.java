package io.elanus.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// HTTP to one of the hosts of the URL. Stays with a host until it cannot be reached, then tries the others; a
/// request that broke on its way is sent again under its id, which the server recognises. Another server does
/// not: whether the request may be carried out there is for [Protocol] to judge. Carries the session's
/// timestamp along, so that a connection that moves to another host reads its own writes there. Any thread.
final class Transport implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final int MOST_IDLE = 4;
    /// A server that is killed may take one more connection before its port is closed.
    private static final int MOST_BREAKS = 3;

    private static final Duration PAUSE = Duration.ofMillis(10);
    private static final int OK = 200;
    private static final int UNAUTHORIZED = 401;
    private static final byte[] NOTHING = new byte[0];
    private static final String UNREACHABLE = "08001";
    private static final String BROKEN = "08006";
    /// A statement may have been carried out.
    static final String OUTCOME_UNKNOWN = "40003";

    private final List<String> given;
    private final Hosts hosts;
    private final ArrayDeque<HttpSocket> idle = new ArrayDeque<>();
    private final AtomicLong sessionTimestamp = new AtomicLong();
    /// The server tells the requests of a connection apart by them.
    private final AtomicLong requests = new AtomicLong();
    private final Account account;
    private final @Nullable Encryption encryption;
    /// Stands for the login at the host that was spoken to last; empty: nobody asked for one yet.
    private volatile String token = "";

    private volatile String settings = "";
    private volatile String current;
    private volatile Duration networkTimeout = Duration.ZERO;

    /// What goes with a request beside its body.
    static final class Options {
        /// Of a request that changes nothing but the session.
        static final Options NONE = new Options(0, 0, GeneratedKeys.NOTHING, () -> true);
        final long timeoutMillis;
        final long maxRows;
        final String keys;
        final BooleanSupplier repeatable;

        /// @param timeoutMillis 0: the server's default
        /// @param maxRows 0: all
        /// @param keys to tell of changed rows, see [GeneratedKeys]
        /// @param repeatable may another server carry it out, though one that is gone may have done so?
        Options(long timeoutMillis, long maxRows, String keys, BooleanSupplier repeatable) {
            this.timeoutMillis = timeoutMillis;
            this.maxRows = maxRows;
            this.keys = keys;
            this.repeatable = repeatable;
        }
    }

    /// What came of a request.
    static final class Answer {
        final byte[] body;
        /// The request had been sent before, and no answer came.
        final boolean repeated;

        Answer(byte[] body, boolean repeated) {
            this.body = body;
            this.repeated = repeated;
        }
    }

    /// A request on a socket.
    private interface Exchange {
        HttpResponse on(HttpSocket socket) throws IOException;
    }

    /// Nothing of the request has left.
    private static final class Unreachable extends IOException {
        private static final long serialVersionUID = 1L;

        Unreachable(Exception cause) {
            super(cause);
        }
    }

    /// @param list `host:port,host:port…`
    /// @param account to log in with when a server asks
    /// @param encryption null: none
    Transport(String list, Hosts hosts, Account account, @Nullable Encryption encryption) {
        this.given = List.of(list.split(","));
        this.hosts = hosts;
        this.account = account;
        this.encryption = encryption;
        this.current = hosts.order(given).get(0);
    }

    void setNetworkTimeout(Duration timeout) {
        networkTimeout = timeout;
    }

    Duration networkTimeout() {
        return networkTimeout;
    }

    /// The host that was spoken to last.
    String host() {
        return current;
    }

    /// What was SET in the session since it was opened, as the server told it last.
    Map<String, String> settings() {
        var map = new HashMap<String, String>();
        for (String pair : settings.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                map.put(
                        pair.substring(0, equals),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return map;
    }

    Answer post(byte[] body, Options options) {
        String id = Long.toString(requests.incrementAndGet());
        int breaks = 0;
        while (true) {
            String host = current;
            try {
                HttpResponse reply =
                        asking(host, socket -> socket.exchange(head("/", host, id, options), body, networkTimeout));
                return new Answer(reply.body, breaks > 0);
            } catch (Unreachable e) {
                failOver(host, breaks > 0 && !options.repeatable.getAsBoolean(), e);
            } catch (SocketTimeoutException e) {
                throw broken("The server did not answer within the network timeout", e);
            } catch (IOException e) {
                if (++breaks > MOST_BREAKS) {
                    throw broken("The connection to " + host + " broke", e);
                }
                close(); // the other sockets to a server that has ended are as dead
                LockSupport.parkNanos(breaks * PAUSE.toNanos());
            }
        }
    }

    /// Finds a host that takes a connection.
    ///
    /// @param unknown may the request have been carried out?
    private void failOver(String from, boolean unknown, Unreachable cause) {
        hosts.failed(from);
        for (String host : hosts.order(given)) {
            if (!host.equals(from)) {
                try {
                    giveBack(open(host));
                    current = host;
                    return;
                } catch (Unreachable e) {
                    hosts.failed(host);
                    cause.addSuppressed(e);
                }
            }
        }
        throw new ServerError(
                "No server answers at " + String.join(", ", given) + ".",
                unknown ? OUTCOME_UNKNOWN : UNREACHABLE,
                "Start one with ./elanus server, or correct the URL.",
                cause);
    }

    /// Sends rows as they are read; never twice.
    byte[] copyIn(String connection, int statement, String sql, InputStream rows, Options options) {
        String path = path("/copy", connection, statement) + "&sql=" + URLEncoder.encode(sql, StandardCharsets.UTF_8);
        String host = current;
        try {
            // What was read of the rows cannot be sent again after a login that is missing or has ended.
            progress(connection, statement);
            return send(host, socket -> socket.exchange(head(path, host, "", options), rows, networkTimeout)).body;
        } catch (IOException e) {
            throw broken("The connection to " + host + " broke", e);
        }
    }

    private static ServerError broken(String message, IOException cause) {
        return new ServerError(message + "; whether the statement was carried out is not known.", BROKEN, null, cause);
    }

    private String head(String path, String host, String id, Options options) {
        var head = new StringBuilder(256)
                .append("POST ")
                .append(path)
                .append(" HTTP/1.1\r\nHost: ")
                .append(host)
                .append("\r\nContent-Type: application/x-google-protobuf\r\n");
        head.append(authorization());
        if (!id.isEmpty()) {
            head.append("Elanus-Request: ").append(id).append("\r\n");
        }
        if (sessionTimestamp.get() > 0) {
            head.append("Elanus-Session: ").append(sessionTimestamp.get()).append("\r\n");
        }
        if (options.timeoutMillis > 0) {
            head.append("Elanus-Timeout: ").append(options.timeoutMillis).append("\r\n");
        }
        if (options.maxRows > 0) {
            head.append("Elanus-Max-Rows: ").append(options.maxRows).append("\r\n");
        }
        if (!options.keys.isEmpty()) {
            head.append("Elanus-Returning: ").append(options.keys).append("\r\n");
        }
        return head.toString();
    }

    /// False: nothing ran under this statement.
    boolean cancel(String connection, int statement) {
        String host = current;
        String path = path("/cancel", connection, statement);
        try {
            HttpResponse reply = asking(
                    host, socket -> socket.exchange(head(path, host, "", Options.NONE), NOTHING, CONNECT_TIMEOUT));
            return reply.status == 204;
        } catch (IOException e) {
            throw broken("The cancel request was not answered", e);
        }
    }

    /// Rows done and rows in all (0: unknown) of what the statement runs.
    Optional<long[]> progress(String connection, int statement) {
        String host = current;
        String head = "GET " + path("/progress", connection, statement) + " HTTP/1.1\r\nHost: " + host + "\r\n";
        try {
            HttpResponse reply =
                    asking(host, socket -> socket.exchange(head + authorization(), NOTHING, CONNECT_TIMEOUT));
            if (reply.status != OK) {
                return Optional.empty();
            }
            String[] numbers = new String(reply.body, StandardCharsets.UTF_8).split(" ");
            return Optional.of(new long[] {Long.parseLong(numbers[0]), Long.parseLong(numbers[1])});
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String path(String path, String connection, int statement) {
        return path + "?connection=" + connection + "&statement=" + statement;
    }

    private String authorization() {
        String shown = token;
        return shown.isEmpty() ? "" : "Authorization: Bearer " + shown + "\r\n";
    }

    /// Sends a request; when the server wants to know who asks, logs in and sends it once more. The server has done
    /// nothing of a request that it refused so.
    private HttpResponse asking(String host, Exchange exchange) throws IOException {
        HttpResponse reply = send(host, exchange);
        if (reply.status != UNAUTHORIZED || !account.isGiven()) {
            return reply;
        }
        login(host);
        return send(host, exchange);
    }

    private void login(String host) throws IOException {
        token = "";
        Account.Exchange login = account.exchange();
        String challenge = text(say(host, login.firstMessage()));
        HttpResponse last = say(host, login.lastMessage(challenge));
        login.check(text(last));
        if (last.token == null) {
            throw new ProtocolException("A login ended without a token");
        }
        token = last.token;
    }

    private HttpResponse say(String host, String message) throws IOException {
        byte[] body = message.getBytes(StandardCharsets.UTF_8);
        HttpResponse reply =
                send(host, socket -> socket.exchange(head("/login", host, "", Options.NONE), body, CONNECT_TIMEOUT));
        if (reply.status != OK) {
            throw Protocol.error(reply.body);
        }
        return reply;
    }

    private static String text(HttpResponse reply) {
        return new String(reply.body, StandardCharsets.UTF_8);
    }

    private HttpResponse send(String host, Exchange exchange) throws IOException {
        HttpSocket socket = take(host);
        try {
            HttpResponse reply = exchange.on(socket);
            giveBack(socket);
            sessionTimestamp.accumulateAndGet(reply.sessionTimestamp, Math::max);
            if (reply.settings != null) {
                settings = reply.settings;
            }
            return reply;
        } catch (ProtocolException e) {
            socket.close();
            throw new ServerError("What answers at " + host + " is not an Elanus server.", "08P01", null, e);
        } catch (IOException | RuntimeException e) { // what was sent or read of it is not known
            socket.close();
            if (Thread.currentThread().isInterrupted()) {
                throw interrupted(e);
            }
            throw e;
        }
    }

    /// The thread stays interrupted.
    private static ServerError interrupted(Exception cause) {
        return new ServerError("The thread was interrupted while it waited for the server.", "57014", null, cause);
    }

    private HttpSocket take(String host) throws Unreachable {
        while (true) {
            HttpSocket socket;
            synchronized (idle) {
                socket = idle.pollLast();
            }
            if (socket == null) {
                HttpSocket opened = open(host);
                hosts.answered(host);
                return opened;
            }
            if (socket.host().equals(host) && socket.isOpen()) {
                return socket;
            }
            socket.close();
        }
    }

    private HttpSocket open(String host) throws Unreachable {
        try {
            return HttpSocket.open(host, CONNECT_TIMEOUT, encryption);
        } catch (SSLException e) {
            throw new ServerError(
                    "No encrypted connection to " + host + " came about: " + e.getMessage() + ".",
                    UNREACHABLE,
                    "Check sslRootCert and the name of the host, and that the server speaks TLS (security.tls).",
                    e);
        } catch (IOException | UnresolvedAddressException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw interrupted(e);
            }
            throw new Unreachable(e);
        }
    }

    private void giveBack(HttpSocket socket) {
        synchronized (idle) {
            if (idle.size() < MOST_IDLE) {
                idle.addLast(socket);
                return;
            }
        }
        socket.close();
    }

    /// Closes the sockets that nobody uses; a later request opens another.
    @Override
    public void close() {
        synchronized (idle) {
            idle.forEach(HttpSocket::close);
            idle.clear();
        }
    }
}
