package io.elanus.sql.console;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.session.Session;
import io.elanus.storage.ErrorCode;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Open sessions by their tokens, one per tab of a browser or per program, and the sessions of single requests.
/// Owns them. Any thread.
final class TabSessions implements AutoCloseable {
    private static final int TOKEN_BYTES = 16;

    private final ConsoleConfig config;
    private final Function<String, Session> sessions;
    private final LongSupplier nanos;
    private final RandomGenerator random;
    private final Map<String, Tab> tabs = new ConcurrentHashMap<>();
    private final AtomicInteger open = new AtomicInteger();

    /// @param sessions opens one for a user
    /// @param random numbers that nobody can guess
    TabSessions(ConsoleConfig config, Function<String, Session> sessions, LongSupplier nanos, RandomGenerator random) {
        this.config = config;
        this.sessions = sessions;
        this.nanos = nanos;
        this.random = random;
    }

    /// Opens a session that lives until it is closed or idle, and returns its token.
    String open(String user) {
        byte[] bytes = new byte[TOKEN_BYTES];
        synchronized (random) {
            random.nextBytes(bytes);
        }
        String token = HexFormat.of().formatHex(bytes);
        tabs.put(token, make(user));
        return token;
    }

    /// The session of a token; it is the user's own.
    Tab tab(String user, String token) {
        Tab tab = tabs.get(token);
        if (tab == null || !tab.user().equals(user)) {
            throw new QueryException(
                    ErrorCode.INVALID_CONNECTION,
                    "The session does not exist; it may have been idle for too long.",
                    "Open another with POST /api/v1/sessions.");
        }
        tab.used(nanos.getAsLong());
        return tab;
    }

    /// A session for one request; the caller closes it.
    Tab once(String user) {
        return make(user);
    }

    private Tab make(String user) {
        if (open.incrementAndGet() > config.maxSessions()) {
            open.decrementAndGet();
            throw new QueryException(
                    ErrorCode.TOO_MANY_CONNECTIONS,
                    "The console has [%d] sessions, the limit.".formatted(config.maxSessions()),
                    "Close idle tabs, or raise listen.console.max-sessions.");
        }
        try {
            return new Tab(user, sessions.apply(user), open::decrementAndGet, nanos.getAsLong());
        } catch (RuntimeException e) { // no session came to be
            open.decrementAndGet();
            throw e;
        }
    }

    /// Closes the session of this token; nothing happens when there is none.
    void close(String user, String token) {
        @Nullable Tab tab = tabs.get(token);
        if (tab != null && tab.user().equals(user) && tabs.remove(token, tab)) {
            tab.close();
        }
    }

    /// Closes sessions whose clients have gone.
    void closeIdle() {
        long limit = nanos.getAsLong() - config.idleTimeout().toNanos();
        tabs.forEach((token, tab) -> {
            if (tab.idleSince(limit) && tabs.remove(token, tab)) {
                tab.close();
            }
        });
    }

    int count() {
        return open.get();
    }

    @Override
    public void close() {
        tabs.forEach((token, tab) -> {
            if (tabs.remove(token, tab)) {
                tab.close();
            }
        });
    }
}
