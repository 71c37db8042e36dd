package io.elanus.cluster.datanode;

import java.util.concurrent.atomic.AtomicLong;

/// Memory that all [ChannelKeys] of a node may take. Any thread.
final class KeyBudget {
    private final long limitBytes;
    private final AtomicLong used = new AtomicLong();

    KeyBudget(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    boolean take(long bytes) {
        if (used.addAndGet(bytes) <= limitBytes) {
            return true;
        }
        used.addAndGet(-bytes);
        return false;
    }

    void giveBack(long bytes) {
        used.addAndGet(-bytes);
    }
}
