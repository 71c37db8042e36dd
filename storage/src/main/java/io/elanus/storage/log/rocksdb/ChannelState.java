package io.elanus.storage.log.rocksdb;

import io.elanus.storage.log.LogEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// What is known of one pchannel: its bounds, the tail of its records, and who waits for more. Guarded by its
/// monitor.
///
/// `start ≤ tail's first ≤ readable ≤ next`: positions below `readable` are written; those from there to `next` are
/// queued.
final class ChannelState {
    /// Records kept in memory for consumers that keep up.
    private static final int TAIL_BYTES = 16 << 20;

    private final ArrayDeque<LogEntry> tail = new ArrayDeque<>();
    private final List<Runnable> waiters = new ArrayList<>();
    private long tailBytes;
    private long start;
    private long readable;
    private long next;

    ChannelState(long start, long end) {
        this.start = start;
        this.readable = end;
        this.next = end;
    }

    synchronized long takePosition() {
        return next++;
    }

    synchronized long start() {
        return start;
    }

    synchronized long next() {
        return next;
    }

    synchronized long readable() {
        return readable;
    }

    synchronized void truncated(long position) {
        start = Math.max(start, position);
        while (!tail.isEmpty() && tail.getFirst().position() < start) {
            tailBytes -= tail.removeFirst().record().length;
        }
    }

    /// The entry is written: keeps it and returns who waited for it.
    synchronized List<Runnable> written(LogEntry entry) {
        readable = entry.position() + 1;
        tail.addLast(entry);
        tailBytes += entry.record().length;
        while (tailBytes > TAIL_BYTES && tail.size() > 1) {
            tailBytes -= tail.removeFirst().record().length;
        }
        List<Runnable> woken = List.copyOf(waiters);
        waiters.clear();
        return woken;
    }

    /// Calls back once a position at or above `position` is readable; false if it is already.
    synchronized boolean await(long position, Runnable waiter) {
        if (position < readable) {
            return false;
        }
        waiters.add(waiter);
        return true;
    }

    synchronized void forget(Runnable waiter) {
        waiters.remove(waiter);
    }

    synchronized List<Runnable> takeWaiters() {
        List<Runnable> all = List.copyOf(waiters);
        waiters.clear();
        return all;
    }

    /// Entries from `position` on out of the tail; empty when the tail starts later.
    synchronized List<LogEntry> fromTail(long position, int maxBytes) {
        if (tail.isEmpty() || tail.getFirst().position() > position) {
            return List.of();
        }
        long skip = position - tail.getFirst().position();
        var entries = new ArrayList<LogEntry>();
        long bytes = 0;
        var iterator = tail.iterator();
        while (iterator.hasNext() && bytes < maxBytes) {
            LogEntry entry = iterator.next();
            if (skip-- > 0) {
                continue;
            }
            entries.add(entry);
            bytes += entry.record().length;
        }
        return entries;
    }
}
