package io.elanus.sql.avatica;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.session.Running;
import io.elanus.storage.ErrorCode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// A statement that runs, and its batches until they are taken. [#runHere] runs it on the calling thread for as
/// long as it waits for nobody, which for a short one is to its end: handing it over would take as long as it does.
/// From there on, and after [#runApart], a virtual thread of its own runs it, one batch ahead of the taker, so
/// that the client may be answered before there is a row. A cancel finds the statement whatever it is doing.
///
/// Owns the [Running] and every batch until it is taken. [#cancel], [#progress] and [#shut] are for any thread, the
/// rest for one at a time. One lock guards every field; it is not held while the statement starts or makes rows.
final class StatementRun {
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(10);

    private final Supplier<Running> start;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<VectorSchemaRoot> ready = new ArrayDeque<>();
    private @Nullable Running running;
    /// The thread that makes the statement run.
    private @Nullable Thread starting;
    /// The statement's own thread, once it has one.
    private @Nullable Thread apart;
    /// A thread that asks for rows is within the statement.
    private boolean within;
    private @Nullable Throwable failure;
    private long updateCount;
    private boolean ended;
    private boolean cancelled;
    private boolean closed;

    /// @param start makes the statement run
    StatementRun(Supplier<Running> start) {
        this.start = start;
    }

    void runApart() {
        goApart(() -> {
            if (begin()) {
                pump();
            } else {
                end(0, null);
            }
        });
    }

    /// What goes wrong is thrown by whatever asks for rows or counts then.
    void runHere() {
        try {
            if (begin()) {
                step();
            } else {
                end(0, null);
            }
        } catch (RuntimeException | Error e) {
            end(0, e);
        }
    }

    private void goApart(Runnable task) {
        Thread own = Thread.ofVirtual().name("statement").unstarted(() -> {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                // Whatever it is belongs to the client that waits: it is thrown again in its thread.
                end(0, e);
            }
        });
        lock.lock();
        try {
            apart = own;
            own.start();
        } finally {
            lock.unlock();
        }
    }

    /// Makes the statement run; false: it was closed meanwhile.
    private boolean begin() {
        lock.lock();
        try {
            starting = Thread.currentThread();
        } finally {
            lock.unlock();
        }
        Running statement;
        try {
            statement = start.get();
        } finally {
            begun();
        }
        lock.lock();
        try {
            if (!closed) {
                running = statement;
                if (cancelled) {
                    statement.cancel();
                }
                return true;
            }
        } finally {
            lock.unlock();
        }
        statement.close();
        return false;
    }

    /// The interrupt of a cancel is not for what the thread does next.
    private void begun() {
        lock.lock();
        try {
            starting = null;
            if (cancelled || closed) {
                Thread.interrupted();
            }
        } finally {
            lock.unlock();
        }
    }

    private void pump() {
        Throwable problem = null;
        long count = 0;
        Running begun = running();
        if (begun == null) {
            return;
        }
        try (Running statement = begun) {
            VectorSchemaRoot next = statement.next();
            count = statement.updateCount();
            counted(count);
            while (next != null && offer(next)) {
                next = statement.next();
            }
        } catch (RuntimeException | Error e) { // as in #goApart
            problem = e;
        }
        end(count, problem);
    }

    private @Nullable Running running() {
        lock.lock();
        try {
            return running;
        } finally {
            lock.unlock();
        }
    }

    /// Takes one more batch of a statement that runs here; if it would wait for that, it goes on apart.
    private void step() {
        Running statement = enter();
        if (statement == null) {
            return;
        }
        VectorSchemaRoot next = null;
        Throwable problem = null;
        boolean waits = false;
        long count = 0;
        try {
            waits = !statement.isReady();
            if (!waits) {
                next = statement.next();
                count = statement.updateCount();
            }
        } catch (RuntimeException | Error e) { // as in #goApart
            problem = e;
        }
        boolean wanted = leave(next, count);
        if (wanted && waits && problem == null) {
            goApart(this::pump);
        } else if (!wanted || next == null) {
            close(statement, count, problem);
        }
    }

    private void close(Running statement, long count, @Nullable Throwable problem) {
        Throwable failed = problem;
        try {
            statement.close();
        } catch (RuntimeException | Error e) { // as in #goApart
            failed = failed == null ? e : failed;
        }
        end(count, failed);
    }

    /// Null: it runs apart, or not any more.
    private @Nullable Running enter() {
        lock.lock();
        try {
            boolean here = apart == null && !ended && !closed;
            within = here && running != null;
            return within ? running : null;
        } finally {
            lock.unlock();
        }
    }

    /// False: it was closed meanwhile, and the batch with it.
    private boolean leave(@Nullable VectorSchemaRoot next, long count) {
        lock.lock();
        try {
            within = false;
            if (next != null && closed) {
                next.close();
            } else if (next != null) {
                ready.addLast(next);
                updateCount = count;
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private void end(long count, @Nullable Throwable problem) {
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

    /// Waits until the client has taken the batch before. False: nobody will take this one.
    private boolean offer(VectorSchemaRoot next) {
        lock.lock();
        try {
            while (!ready.isEmpty() && !closed && !cancelled) {
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
            ready.addLast(next);
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// After [#runHere]: is the whole result there, and small? Then nobody waits for a batch.
    boolean isWhole(int mostRows) {
        step();
        step();
        lock.lock();
        try {
            return ended
                    && ready.stream().mapToInt(VectorSchemaRoot::getRowCount).sum() <= mostRows;
        } finally {
            lock.unlock();
        }
    }

    /// The next batch, once it is there within `wait`; null: it is not, or there are no more. The caller owns it.
    @Nullable
    VectorSchemaRoot take(Duration wait) {
        stepIfEmpty();
        lock.lock();
        try {
            long nanos = wait.toNanos();
            while (ready.isEmpty() && !ended && !closed && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
            VectorSchemaRoot next = ready.poll();
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

    private void stepIfEmpty() {
        lock.lock();
        try {
            if (!ready.isEmpty()) {
                return;
            }
        } finally {
            lock.unlock();
        }
        step();
    }

    /// Is there, or may there be, another batch or a failure to tell of?
    boolean hasMore() {
        stepIfEmpty();
        lock.lock();
        try {
            return !ready.isEmpty() || !ended || failure != null;
        } finally {
            lock.unlock();
        }
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
            while (ready.isEmpty() && !ended && !closed) {
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
            stop();
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Within the lock.
    private void stop() {
        if (running != null) {
            running.cancel();
        } else if (starting != null) {
            starting.interrupt();
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

    /// Stops the statement if it still runs; who asks for more is told that there is none.
    ///
    /// @return the statement if it is the caller's to close, by [#free]
    @Nullable
    Running shut() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
            if (ended) {
                return null;
            }
            stop();
            // Else who is within, or runs it apart, closes it.
            return within || apart != null ? null : running;
        } finally {
            lock.unlock();
        }
    }

    /// After [#shut], and after every batch that was taken is closed: frees the rest.
    void free(@Nullable Running left) {
        if (left != null) {
            close(left, 0, null);
        }
        Thread own;
        lock.lock();
        try {
            own = apart;
            if (own == null) {
                freeReady();
                return;
            }
        } finally {
            lock.unlock();
        }
        join(own);
        lock.lock();
        try {
            freeReady();
        } finally {
            lock.unlock();
        }
    }

    /// Within the lock.
    private void freeReady() {
        ready.forEach(VectorSchemaRoot::close);
        ready.clear();
    }

    private static void join(Thread thread) {
        try {
            thread.join(CLOSE_WAIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
