package io.elanus.sql.flight;

import io.elanus.sql.login.Login;
import io.elanus.sql.session.Session;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/// The open sessions of the door, by the words that name them, and the connections that use them. Any thread.
final class FlightSessions implements AutoCloseable {
    /// A client that keeps cookies may come back within this time.
    private static final Duration COME_BACK = Duration.ofMinutes(1);

    /// A gRPC connection, and the session of each user's calls that name none.
    static final class Connection {
        private final Set<FlightSession> joined = ConcurrentHashMap.newKeySet();
        private final Map<String, FlightSession> own = new HashMap<>();
        private boolean ended;
    }

    private final FlightConfig config;
    private final Function<String, Session> opening;
    private final LongSupplier nanos;
    private final RandomGenerator random;
    private final Consumer<FlightSession> onClose;
    private final Map<String, FlightSession> sessions = new ConcurrentHashMap<>();

    /// @param opening opens a session of the database for a user
    /// @param random unguessable
    /// @param onClose told of every session that has closed
    FlightSessions(
            FlightConfig config,
            Function<String, Session> opening,
            LongSupplier nanos,
            RandomGenerator random,
            Consumer<FlightSession> onClose) {
        this.config = config;
        this.opening = opening;
        this.nanos = nanos;
        this.random = random;
        this.onClose = onClose;
    }

    /// The session of this word, which its client has shown over the connection.
    Optional<FlightSession> find(String token, Connection connection) {
        FlightSession found = sessions.get(token);
        if (found == null) {
            return Optional.empty();
        }
        found.known();
        return Optional.of(joined(found, connection));
    }

    /// The session of a user's calls on a connection that name none; opened when there is none.
    FlightSession of(Login login, Connection connection) {
        synchronized (connection) {
            FlightSession own = connection.own.get(login.user());
            if (own == null || !sessions.containsKey(own.token())) {
                byte[] bits = new byte[16];
                random.nextBytes(bits);
                String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
                own = new FlightSession(
                        token, login, opening.apply(login.user()), config.maxStatements(), nanos.getAsLong());
                connection.own.put(login.user(), own);
                sessions.put(token, own);
            }
            return joined(own, connection);
        }
    }

    private FlightSession joined(FlightSession session, Connection connection) {
        session.used(nanos.getAsLong());
        synchronized (connection) {
            if (!connection.ended && connection.joined.add(session)) {
                session.join(connection);
            }
        }
        return session;
    }

    /// The connection has gone.
    void ended(Connection connection) {
        synchronized (connection) {
            connection.ended = true;
        }
        for (FlightSession session : connection.joined) {
            if (session.leave(connection)) {
                session.used(nanos.getAsLong());
                if (!session.isKnown()) {
                    close(session);
                }
            }
        }
    }

    void close(FlightSession session) {
        if (sessions.remove(session.token(), session)) {
            onClose.accept(session);
            session.close();
        }
    }

    /// Closes sessions whose clients have gone or are silent.
    void closeIdle() {
        long now = nanos.getAsLong();
        for (FlightSession session : List.copyOf(sessions.values())) {
            Duration limit = session.isLeft() ? COME_BACK : config.idleTimeout();
            if (now - session.usedNanos() > limit.toNanos() && !session.isBusy()) {
                close(session);
            }
        }
    }

    int count() {
        return sessions.size();
    }

    @Override
    public void close() {
        List.copyOf(sessions.values()).forEach(this::close);
    }
}
