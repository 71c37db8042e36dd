package io.elanus.sql.flight;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.session.Running;
import io.elanus.storage.ErrorCode;
import org.jspecify.annotations.Nullable;

/// The switch of one call's statement: a cancel counts whether it comes before, while or after the statement is
/// handed its thread. [#cancel] from any thread; the rest on the statement's.
final class Work {
    private @Nullable Thread thread;
    private @Nullable Running running;
    private boolean cancelled;

    /// The statement is about to start on this thread; until [#started] or [#ended] a cancel interrupts it.
    synchronized void starting() {
        if (cancelled) {
            throw cancelledBefore();
        }
        thread = Thread.currentThread();
    }

    synchronized void started(Running statement) {
        thread = null;
        running = statement;
        if (cancelled) {
            statement.cancel();
        }
    }

    /// What is cancelled from now on has ended already.
    synchronized void ended() {
        thread = null;
        running = null;
        boolean _ = Thread.interrupted(); // meant for the statement
    }

    synchronized void cancel() {
        cancelled = true;
        if (running != null) {
            running.cancel();
        } else if (thread != null) {
            thread.interrupt();
        }
    }

    synchronized boolean cancelled() {
        return cancelled;
    }

    static QueryException cancelledBefore() {
        return new QueryException(ErrorCode.CANCELLED, "The statement was cancelled before it ran.");
    }
}
