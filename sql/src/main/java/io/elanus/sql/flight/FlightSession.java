package io.elanus.sql.flight;

import com.google.protobuf.ByteString;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.login.Login;
import io.elanus.sql.session.PreparedQuery;
import io.elanus.sql.session.Session;
import io.elanus.storage.ErrorCode;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A client's session at this door, with its prepared statements. Any thread.
final class FlightSession implements AutoCloseable {
    /// A statement that a client prepared.
    static final class Prepared {
        final PreparedQuery query;
        private volatile ParameterRows parameters = ParameterRows.NONE;

        Prepared(PreparedQuery query) {
            this.query = query;
        }

        void bind(ParameterRows rows) {
            parameters = rows;
        }

        ParameterRows parameters() {
            return parameters;
        }
    }

    private final String token;
    private final Login login;
    private final Session session;
    private final int maxStatements;
    private final Map<ByteString, Prepared> prepared = new ConcurrentHashMap<>();
    /// The session is entered by one thread at a time.
    private final Semaphore entered = new Semaphore(1);
    private final AtomicInteger busy = new AtomicInteger();
    private final Set<Object> connections = new HashSet<>();

    private volatile long usedNanos;
    private volatile boolean known;

    FlightSession(String token, Login login, Session session, int maxStatements, long nowNanos) {
        this.token = token;
        this.login = login;
        this.session = session;
        this.maxStatements = maxStatements;
        this.usedNanos = nowNanos;
    }

    /// The word by which a client names the session.
    String token() {
        return token;
    }

    /// Whom it belongs to.
    Login login() {
        return login;
    }

    boolean isOf(String user) {
        return login.user().equals(user);
    }

    Session session() {
        return session;
    }

    /// Does something that enters the session: planning, starting a statement, settings. A cancel of the statement
    /// ends the wait for others too.
    <T> T enter(Supplier<T> work) {
        try {
            entered.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new QueryException(ErrorCode.CANCELLED, "The statement was cancelled before it ran.");
        }
        try {
            return work.get();
        } finally {
            entered.release();
        }
    }

    PreparedQuery prepare(String sql) {
        return enter(() -> session.prepare(sql));
    }

    void keep(ByteString handle, PreparedQuery query) {
        if (prepared.size() >= maxStatements) {
            query.close();
            throw new QueryException(
                    ErrorCode.LIMIT_EXCEEDED,
                    "The session has [%d] prepared statements, the limit.".formatted(maxStatements),
                    "Close statements that are no longer used, or raise listen.flight.max-statements.");
        }
        prepared.put(handle, new Prepared(query));
    }

    Prepared prepared(ByteString handle) {
        return Optional.ofNullable(prepared.get(handle))
                .orElseThrow(() -> new QueryException(
                        ErrorCode.INVALID_STATEMENT_ID,
                        "The session has no prepared statement with this handle.",
                        "Prepare the statement again; it ends with its session, and serves only that."));
    }

    void forget(ByteString handle) {
        Prepared closed = prepared.remove(handle);
        if (closed != null) {
            closed.query.close();
        }
    }

    void used(long nowNanos) {
        usedNanos = nowNanos;
    }

    long usedNanos() {
        return usedNanos;
    }

    /// A stream of the session runs until what this returns is closed; the session stays open meanwhile.
    Busy busy() {
        busy.incrementAndGet();
        return busy::decrementAndGet;
    }

    interface Busy extends AutoCloseable {
        @Override
        void close();
    }

    boolean isBusy() {
        return busy.get() > 0;
    }

    /// The client has shown the session's word: it may come back over another connection.
    void known() {
        known = true;
    }

    boolean isKnown() {
        return known;
    }

    synchronized void join(Object connection) {
        connections.add(connection);
    }

    /// True: nobody is connected any more.
    synchronized boolean leave(@Nullable Object connection) {
        connections.remove(connection);
        return connections.isEmpty();
    }

    synchronized boolean isLeft() {
        return connections.isEmpty();
    }

    @Override
    public void close() {
        prepared.keySet().forEach(this::forget);
        session.close();
    }
}
