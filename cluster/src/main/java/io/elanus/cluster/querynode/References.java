package io.elanus.cluster.querynode;

import java.util.concurrent.atomic.AtomicInteger;

/// Counts who uses a thing and frees it with the last one. Starts with its owner. Any thread.
final class References {
    private final AtomicInteger count = new AtomicInteger(1);
    private final Runnable free;

    References(Runnable free) {
        this.free = free;
    }

    /// Only for who knows that the owner, or another user, still holds it.
    void retain() {
        if (count.getAndIncrement() < 1) {
            throw new IllegalStateException("A freed segment or index was used again");
        }
    }

    /// False when it was freed.
    boolean tryRetain() {
        int users = count.get();
        while (users > 0 && !count.compareAndSet(users, users + 1)) {
            users = count.get();
        }
        return users > 0;
    }

    void release() {
        int left = count.decrementAndGet();
        if (left == 0) {
            free.run();
        } else if (left < 0) {
            throw new IllegalStateException("A segment or index was freed twice");
        }
    }
}
