package io.elanus.cluster.runtime;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An event loop on one platform thread.
///
/// The queue is bounded: [#execute] refuses a task when it is full, and when the loop is closed. Timers stand
/// beside the queue and are limited by whoever sets them. A task that throws is a bug: it is logged, and the loop
/// goes on.
///
/// Thread rule: all methods may be called from any thread. [#close] waits for tasks that were queued before it,
/// unless it is called on the loop.
public final class ThreadEventLoop implements EventLoop, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ThreadEventLoop.class);

    private final Clock clock;
    private final int capacity;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition wake = lock.newCondition();
    private final ArrayDeque<Runnable> queue = new ArrayDeque<>();
    private final TreeSet<Alarm> alarms =
            new TreeSet<>(Comparator.comparingLong((Alarm a) -> a.dueNanos).thenComparingLong(a -> a.sequence));
    private long sequence;
    private boolean closed;

    public ThreadEventLoop(String name, int capacity, Clock clock) {
        if (capacity < 1) {
            throw new IllegalArgumentException("An event loop needs room for a task, given " + capacity);
        }
        this.clock = clock;
        this.capacity = capacity;
        this.thread = Thread.ofPlatform().name(name).daemon(true).unstarted(this::run);
    }

    public ThreadEventLoop start() {
        thread.start();
        return this;
    }

    @Override
    public void execute(Runnable task) {
        lock.lock();
        try {
            if (closed) {
                throw new RejectedExecutionException("Event loop [%s] is closed".formatted(thread.getName()));
            }
            if (queue.size() >= capacity) {
                throw new RejectedExecutionException(
                        "Event loop [%s] has [%d] tasks waiting, its limit".formatted(thread.getName(), capacity));
            }
            queue.add(Trace.carried(task));
            if (queue.size() == 1) {
                wake.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        return set(new Alarm(task, null), delay);
    }

    @Override
    public Timer repeat(Duration interval, Runnable task) {
        return set(new Alarm(task, interval), interval);
    }

    @Override
    public boolean inLoop() {
        return Thread.currentThread().equals(thread);
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            alarms.clear();
            wake.signal();
        } finally {
            lock.unlock();
        }
        if (!inLoop() && thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Alarm set(Alarm alarm, Duration delay) {
        lock.lock();
        try {
            if (!closed && !alarm.cancelled) {
                alarm.dueNanos = clock.monotonicNanos() + delay.toNanos();
                alarm.sequence = sequence++;
                alarms.add(alarm);
                if (alarms.first().sequence == alarm.sequence) {
                    wake.signal();
                }
            }
        } finally {
            lock.unlock();
        }
        return alarm;
    }

    private void run() {
        List<Runnable> batch = new ArrayList<>();
        while (takeInto(batch)) {
            batch.forEach(ThreadEventLoop::runGuarded);
            batch.clear();
        }
    }

    /// Waits for work; false once the loop is closed and its queue is empty.
    private boolean takeInto(List<Runnable> batch) {
        lock.lock();
        try {
            while (true) {
                long now = clock.monotonicNanos();
                while (!alarms.isEmpty() && alarms.first().dueNanos - now <= 0) {
                    batch.add(alarms.removeFirst());
                }
                batch.addAll(queue);
                queue.clear();
                if (!batch.isEmpty()) {
                    return true;
                }
                if (closed) {
                    return false;
                }
                if (alarms.isEmpty()) {
                    wake.awaitUninterruptibly();
                } else {
                    long left = wake.awaitNanos(alarms.first().dueNanos - now);
                    LOG.trace("Woke with [{}] ns left", left);
                }
            }
        } catch (InterruptedException e) {
            LOG.warn("The loop was interrupted; it goes on, since only close ends it", e);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private static void runGuarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) { // the loop must outlive every bug of a task
            LOG.error("A task of the event loop failed; this is a bug", e);
        }
    }

    /// A timer; runs on the loop's thread.
    private final class Alarm implements Timer, Runnable {
        private final Runnable task;
        private final @Nullable Duration interval;
        private volatile boolean cancelled;
        private long dueNanos;
        private long sequence;

        Alarm(Runnable task, @Nullable Duration interval) {
            this.task = task;
            this.interval = interval;
        }

        @Override
        public void run() {
            if (cancelled) {
                return;
            }
            try {
                task.run();
            } finally {
                if (interval != null) {
                    set(this, interval);
                }
            }
        }

        @Override
        public void cancel() {
            cancelled = true;
            lock.lock();
            try {
                alarms.remove(this);
            } finally {
                lock.unlock();
            }
        }
    }
}
