package io.elanus.sql.avatica;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.session.PreparedQuery;
import io.elanus.sql.session.Returning;
import io.elanus.storage.ErrorCode;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A statement id of a client, with what it prepared and the result it reads. Calls on it run one at a time under
/// [#lock]; the fields are guarded by it, except that [#cursor] is read by cancel.
final class ClientStatement implements AutoCloseable {
    final ReentrantLock lock = new ReentrantLock();
    private String sql = "";
    private @Nullable PreparedQuery query;
    private Answer.@Nullable Shape shape;
    /// Has the client been told this shape when it prepared?
    private boolean told;
    private long maxRows;
    private Returning wanted = Returning.NOTHING;
    private volatile @Nullable ResultCursor cursor;
    /// What a cancel ends while the statement is called but has no cursor yet, or never has one; null when idle.
    private @Nullable Runnable cancelled;
    private boolean cancelWanted;
    private long offset;
    private boolean done;
    private @Nullable LastFrame last;

    /// The frame sent last, for a client that asks for it again because the answer got lost.
    @SuppressWarnings("ArrayRecordComponent")
    record LastFrame(long offset, long nextOffset, boolean done, byte[] bytes) {}

    void prepared(String text, PreparedQuery prepared, Answer.Shape itsShape, long limit, Returning wantedOfChanges) {
        closeQuery();
        wanted = wantedOfChanges;
        sql = text;
        query = prepared;
        shape = itsShape;
        told = false;
        maxRows = limit;
    }

    /// A call begins: from here on a cancel is kept for it.
    ///
    /// @param onCancel ends what runs without a cursor
    synchronized void calling(Runnable onCancel) {
        cancelled = onCancel;
        cancelWanted = false;
    }

    synchronized void called() {
        cancelled = null;
        cancelWanted = false;
    }

    /// From any thread. False: nothing runs.
    synchronized boolean cancel() {
        ResultCursor open = cursor;
        if (open != null && open.cancel()) {
            return true;
        }
        if (cancelled == null) {
            return false;
        }
        cancelWanted = true;
        cancelled.run();
        return true;
    }

    /// Throws when the call was cancelled before it had anything to end.
    synchronized void checkCancelled() {
        if (cancelWanted) {
            throw new QueryException(ErrorCode.CANCELLED, "The statement was cancelled before it ran.");
        }
    }

    Optional<PreparedQuery> query() {
        return Optional.ofNullable(query);
    }

    Answer.Shape shape() {
        if (shape == null) {
            throw new IllegalStateException("Nothing was prepared");
        }
        return shape;
    }

    /// The client is told its shape now.
    void tell() {
        told = true;
    }

    boolean isTold() {
        return told;
    }

    /// Was this text prepared, for a client that wants to know this of changed rows?
    boolean isPrepared(String text, Returning wantedOfChanges) {
        return query != null && sql.equals(text) && wanted.equals(wantedOfChanges);
    }

    String sql() {
        return sql;
    }

    long maxRows() {
        return maxRows;
    }

    /// Owns the cursor from now on.
    void started(ResultCursor started) {
        closeCursor();
        synchronized (this) {
            cursor = started;
            if (cancelWanted) {
                started.cancel();
            }
        }
        offset = 0;
        done = false;
        last = null;
    }

    Optional<ResultCursor> cursor() {
        return Optional.ofNullable(cursor);
    }

    /// Does its client still read a result?
    boolean hasRowsToCome() {
        return cursor != null;
    }

    long offset() {
        return offset;
    }

    void skipped(long rows) {
        offset += rows;
    }

    boolean done() {
        return done;
    }

    Optional<LastFrame> last() {
        return Optional.ofNullable(last);
    }

    void sent(LastFrame frame) {
        last = frame;
        offset = frame.nextOffset();
        done = frame.done();
    }

    void closeCursor() {
        ResultCursor open = cursor;
        if (open != null) {
            cursor = null;
            open.close();
        }
    }

    private void closeQuery() {
        closeCursor();
        if (query != null) {
            query.close();
            query = null;
        }
    }

    @Override
    public void close() {
        closeCursor();
        lock.lock();
        try {
            closeQuery();
            last = null;
        } finally {
            lock.unlock();
        }
    }
}
