package io.elanus.cluster.querynode.fragment;

import io.elanus.cluster.ClusterException;
import io.elanus.cluster.runtime.Clock;
import io.elanus.storage.ErrorCode;

/// Says when a fragment must stop: it was cancelled, or its time is over. Any thread.
public final class Guard {
    private final Clock clock;
    private final long deadlineNanos;
    private volatile boolean cancelled;

    public Guard(Clock clock, long deadlineNanos) {
        this.clock = clock;
        this.deadlineNanos = deadlineNanos;
    }

    public void cancel() {
        cancelled = true;
    }

    /// Called between chunks.
    void check() {
        if (cancelled) {
            throw new ClusterException(ErrorCode.CANCELLED, "The query was cancelled.");
        }
        if (clock.monotonicNanos() - deadlineNanos > 0) {
            throw new ClusterException(
                    ErrorCode.CANCELLED,
                    "The query did not end within its time limit. Raise the limit or ask for less.");
        }
    }

    long nanos() {
        return clock.monotonicNanos();
    }
}
