package io.elanus.sql.avatica;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.session.Running;
import io.elanus.storage.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// A statement that runs on a virtual thread of its own, one batch ahead of the client. So the client may be
/// answered before the first row exists, and a cancel finds the statement whatever it is doing.
///
/// Owns the [Running] and every batch it took from it. [#fill] and [#awaitCount] are for one thread at a time;
/// [#cancel], [#progress] and [#close] for any.
final class ResultCursor implements AutoCloseable {
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(10);
    /// A frame that has rows waits this long for more before it is sent.
    private static final Duration MORE_WAIT = Duration.ofMillis(5);

    private final List<ReportedColumn> columns;
    private final Wire wire;
    private final long maxRows;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable Running running;
    private @Nullable VectorSchemaRoot ready;
    private @Nullable Throwable failure;
    private long updateCount;
    private boolean ended;
    private boolean cancelled;
    private boolean closed;

    // The batch being encoded.
    private @Nullable VectorSchemaRoot batch;
    private List<Cell> cells = List.of();
    private int row;
    private long sent;

    private ResultCursor(List<ReportedColumn> columns, Wire wire, long maxRows, Supplier<Running> start) {
        this.columns = columns;
        this.wire = wire;
        this.maxRows = maxRows <= 0 ? Long.MAX_VALUE : maxRows;
        this.thread = Thread.ofVirtual().name("statement").unstarted(() -> pump(start));
    }

    /// @param maxRows 0 or less: all
    /// @param start called on the cursor's thread
    static ResultCursor start(List<ReportedColumn> columns, Wire wire, long maxRows, Supplier<Running> start) {
        var cursor = new ResultCursor(columns, wire, maxRows, start);
        cursor.thread.start();
        return cursor;
    }

    private void pump(Supplier<Running> start) {
        Throwable problem = null;
        long count = 0;
        try (Running statement = start.get()) {
            if (begin(statement)) {
                VectorSchemaRoot next = statement.next();
                count = statement.updateCount();
                counted(count);
                while (next != null && offer(next)) {
                    next = statement.next();
                }
            }
        } catch (RuntimeException | Error e) {
            // Whatever it is belongs to the client that waits: it is thrown again in its thread.
            problem = e;
        }
        lock.lock();
        try {
            running = null;
            updateCount = count;
            failure = problem;
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// A change knows its count before its first row is sent.
    private void counted(long count) {
        lock.lock();
        try {
            updateCount = count;
        } finally {
            lock.unlock();
        }
    }

    private boolean begin(Running statement) {
        lock.lock();
        try {
            running = statement;
            if (cancelled && !closed) {
                statement.cancel();
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    /// Waits until the client has taken the batch before. False: nobody will take this one.
    private boolean offer(VectorSchemaRoot next) {
        lock.lock();
        try {
            while (ready != null && !closed && !cancelled) {
                changed.awaitUninterruptibly();
            }
            if (cancelled && !closed) {
                // The client may be slow, or gone: a cancel does not wait for it.
                next.close();
                throw new QueryException(ErrorCode.CANCELLED, "The statement was cancelled.");
            }
            if (closed) {
                next.close();
                return false;
            }
            ready = next;
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Encodes rows until the frame is full, the statement ends, or nothing came for `patience` while the frame is
    /// still empty.
    ///
    /// @param rows 0 or less: as many as fit @return the statement has no more rows
    boolean fill(FrameWriter frame, int rows, int frameBytes, Duration patience) {
        int limit = rows <= 0 ? Integer.MAX_VALUE : rows;
        while (sent < maxRows && frame.rows() < limit && frame.size() < frameBytes) {
            if (batch == null || row == batch.getRowCount()) {
                Duration wait = frame.rows() == 0 ? patience : MORE_WAIT;
                if (!nextBatch(wait)) {
                    return batch == null && finished();
                }
            } else {
                encode(frame);
            }
        }
        return sent >= maxRows || ((batch == null || row == batch.getRowCount()) && !hasMore());
    }

    private void encode(FrameWriter frame) {
        frame.beginRow();
        for (Cell cell : cells) {
            cell.write(row, frame);
        }
        frame.endRow();
        row++;
        sent++;
    }

    /// Moves to the next batch that is there within `wait`.
    private boolean nextBatch(Duration wait) {
        releaseBatch();
        VectorSchemaRoot next = take(wait);
        if (next == null) {
            return false;
        }
        batch = next;
        row = 0;
        var readers = new ArrayList<Cell>(columns.size());
        for (int i = 0; i < columns.size(); i++) {
            readers.add(Cell.of(columns.get(i).type(), next.getFieldVectors().get(i), wire));
        }
        cells = readers;
        return true;
    }

    private @Nullable VectorSchemaRoot take(Duration wait) {
        lock.lock();
        try {
            long nanos = wait.toNanos();
            while (ready == null && !ended && !closed && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
            VectorSchemaRoot next = ready;
            ready = null;
            changed.signalAll();
            if (next == null) {
                throwFailure();
            }
            return next;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new QueryException(ErrorCode.CANCELLED, "The server is stopping");
        } finally {
            lock.unlock();
        }
    }

    private boolean hasMore() {
        lock.lock();
        try {
            return ready != null || !ended || failure != null;
        } finally {
            lock.unlock();
        }
    }

    private boolean finished() {
        return !hasMore();
    }

    /// The number of rows a statement without a result changed; waits until it has ended.
    long awaitCount() {
        while (true) {
            VectorSchemaRoot unexpected = take(Duration.ofHours(1));
            if (unexpected != null) {
                unexpected.close();
                continue;
            }
            lock.lock();
            try {
                if (closed && !ended) {
                    throw new QueryException(ErrorCode.CANCELLED, "The statement was closed while it ran");
                }
                if (ended) {
                    return Math.max(0, updateCount);
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /// The number of rows that a change with rows in its answer changed; waits until it is known.
    long awaitChange() {
        lock.lock();
        try {
            while (ready == null && !ended && !closed) {
                changed.awaitUninterruptibly();
            }
            throwFailure();
            return Math.max(0, updateCount);
        } finally {
            lock.unlock();
        }
    }

    private void throwFailure() {
        switch (failure) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new IllegalStateException(e);
        }
    }

    /// False when the statement had already ended.
    boolean cancel() {
        lock.lock();
        try {
            if (ended || closed) {
                return false;
            }
            cancelled = true;
            if (running == null) {
                thread.interrupt();
            } else {
                running.cancel();
            }
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    Running.Progress progress() {
        lock.lock();
        try {
            return running == null ? new Running.Progress(0, 0) : running.progress();
        } finally {
            lock.unlock();
        }
    }

    private void releaseBatch() {
        if (batch != null) {
            batch.close();
            batch = null;
        }
    }

    /// Ends the statement if it still runs and frees its batches.
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            if (!ended) {
                if (running == null) {
                    thread.interrupt();
                } else {
                    running.cancel();
                }
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        releaseBatch();
        try {
            thread.join(CLOSE_WAIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        lock.lock();
        try {
            if (ready != null) {
                ready.close();
                ready = null;
            }
        } finally {
            lock.unlock();
        }
    }
}
