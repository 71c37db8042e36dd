package io.elanus.sql.avatica;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.session.Session;
import io.elanus.storage.ErrorCode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/// A connection of a client: its session, its statements, and how values travel on it. Any thread.
final class ClientConnection implements AutoCloseable {
    private final String id;
    private final Session session;
    private final Wire wire;
    private final int maxStatements;
    private final RecentReplies replies = new RecentReplies();
    private final Map<Integer, ClientStatement> statements = new ConcurrentHashMap<>();
    private final AtomicInteger lastStatement;
    /// The session is entered by one thread at a time.
    final ReentrantLock sessionLock = new ReentrantLock();

    /// Settings as the client gave them when it connected.
    private final Map<String, String> givenSettings;
    private volatile String changedSettings = "";
    private volatile long usedNanos;
    private volatile boolean readOnly;
    private volatile boolean autoCommit = true;

    /// Our driver numbers plain statements itself, from here on; it creates and frees them without a request.
    static final int CLIENT_NUMBERS = 1 << 30;

    /// @param firstStatement statements are numbered from here on. Not the same after every start: a client that
    ///     comes back after a restart must not find another statement under an old number
    ClientConnection(String id, Session session, Wire wire, int maxStatements, int firstStatement, long nowNanos) {
        this.id = id;
        this.session = session;
        this.wire = wire;
        this.maxStatements = maxStatements;
        this.lastStatement = new AtomicInteger(firstStatement);
        this.usedNanos = nowNanos;
        this.givenSettings = session.settings();
    }

    /// After a statement that may set something, and by its thread.
    void settingsMayHaveChanged() {
        var changed = new StringJoiner("&");
        session.settings().forEach((name, value) -> {
            if (!value.equals(givenSettings.get(name))) {
                changed.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8));
            }
        });
        changedSettings = changed.toString();
    }

    /// Those that were set since, `name=value&…` with the values encoded as in a URL.
    String changedSettings() {
        return changedSettings;
    }

    String id() {
        return id;
    }

    Session session() {
        return session;
    }

    Wire wire() {
        return wire;
    }

    RecentReplies replies() {
        return replies;
    }

    boolean readOnly() {
        return readOnly;
    }

    void setReadOnly(boolean on) {
        readOnly = on;
    }

    boolean autoCommit() {
        return autoCommit;
    }

    void setAutoCommit(boolean on) {
        autoCommit = on;
    }

    void used(long nowNanos) {
        usedNanos = nowNanos;
    }

    long usedNanos() {
        return usedNanos;
    }

    /// Does a statement run?
    boolean busy() {
        return statements.values().stream().anyMatch(statement -> statement.lock.isLocked());
    }

    /// Does its client still read a result?
    boolean hasRowsToCome() {
        return statements.values().stream().anyMatch(ClientStatement::hasRowsToCome);
    }

    int newStatement() {
        checkRoom();
        int number = lastStatement.incrementAndGet();
        statements.put(number, new ClientStatement());
        return number;
    }

    private void checkRoom() {
        if (statements.size() >= maxStatements) {
            throw new QueryException(
                    ErrorCode.LIMIT_EXCEEDED,
                    "The connection has [%d] open statements, the limit.".formatted(maxStatements),
                    "Close statements that are no longer used, or raise jdbc.max-statements.");
        }
    }

    Optional<ClientStatement> findStatement(int number) {
        return Optional.ofNullable(statements.get(number));
    }

    /// The statement to execute: known, or one that our driver numbered.
    Optional<ClientStatement> startStatement(int number) {
        if (!wire.exact() || number < CLIENT_NUMBERS || statements.containsKey(number)) {
            return findStatement(number);
        }
        checkRoom();
        return Optional.of(statements.computeIfAbsent(number, _ -> new ClientStatement()));
    }

    void closeStatement(int number) {
        ClientStatement statement = statements.remove(number);
        if (statement != null) {
            statement.close();
        }
    }

    @Override
    public void close() {
        statements.keySet().forEach(this::closeStatement);
        session.close();
    }
}
