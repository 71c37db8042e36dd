package io.elanus.sql.console;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.session.Running;
import io.elanus.sql.session.Session;
import io.elanus.storage.ErrorCode;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A session that clients enter through the console, one statement at a time. Closing it ends what runs.
final class Tab implements AutoCloseable {
    private final String user;
    private final Session session;
    private final Runnable closed;
    private final ReentrantLock entered = new ReentrantLock();
    private volatile long usedNanos;
    private volatile @Nullable Running running;
    private boolean isClosed;

    /// @param closed is told once
    Tab(String user, Session session, Runnable closed, long nowNanos) {
        this.user = user;
        this.session = session;
        this.closed = closed;
        this.usedNanos = nowNanos;
    }

    String user() {
        return user;
    }

    Session session() {
        return session;
    }

    void used(long nowNanos) {
        usedNanos = nowNanos;
    }

    boolean idleSince(long limitNanos) {
        return usedNanos - limitNanos < 0 && !entered.isLocked();
    }

    /// Enters the session; refused while another request is inside. [#leave] must follow on this thread.
    void enter() {
        if (!entered.tryLock()) {
            throw new QueryException(
                    ErrorCode.PROTOCOL_VIOLATION,
                    "The session runs another statement.",
                    "Wait for it, cancel it with POST /api/v1/cancel, or open another session.");
        }
    }

    void leave() {
        running = null;
        entered.unlock();
    }

    void runs(Running now) {
        running = now;
    }

    /// How far the statement is that runs; empty when none does.
    Optional<Running.Progress> progress() {
        if (!entered.isLocked()) {
            return Optional.empty();
        }
        Running now = running;
        return Optional.of(now == null ? new Running.Progress(0, 0) : now.progress());
    }

    /// Ends what runs; false when nothing did.
    boolean cancel() {
        boolean busy = entered.isLocked();
        session.cancelPlanning();
        session.cancel();
        return busy;
    }

    @Override
    public void close() {
        synchronized (this) {
            if (isClosed) {
                return;
            }
            isClosed = true;
        }
        session.close();
        closed.run();
    }
}
