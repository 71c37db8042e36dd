package io.elanus.cluster.querynode;

import io.elanus.cluster.ClusterException;
import io.elanus.cluster.runtime.EventLoop;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.HybridTime;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;

/// The service timestamp of a leader, and the reads that wait for it. Lives on the loop, except [#ts].
final class ServiceTime {
    private static final class Waiter {
        private final long ts;
        private final CompletableFuture<Void> reached = new CompletableFuture<>();
        private EventLoop.Timer limit = () -> {};

        Waiter(long ts) {
            this.ts = ts;
        }
    }

    private final EventLoop loop;
    private final String vchannel;
    private final PriorityQueue<Waiter> waiting = new PriorityQueue<>(Comparator.comparingLong(waiter -> waiter.ts));
    private volatile long ts;

    ServiceTime(EventLoop loop, String vchannel, long ts) {
        this.loop = loop;
        this.vchannel = vchannel;
        this.ts = ts;
    }

    /// Everything at or below it is applied. Any thread.
    long ts() {
        return ts;
    }

    void advance(long tick) {
        ts = Math.max(ts, tick);
        while (!waiting.isEmpty() && waiting.peek().ts <= ts) {
            Waiter waiter = waiting.remove();
            waiter.limit.cancel();
            waiter.reached.complete(null);
        }
    }

    /// Completes on the loop once everything at or below `wanted` is applied.
    CompletableFuture<Void> reach(long wanted, Duration limit) {
        if (wanted <= ts) {
            return CompletableFuture.completedFuture(null);
        }
        var waiter = new Waiter(wanted);
        waiting.add(waiter);
        waiter.limit = loop.schedule(limit, () -> {
            if (waiting.remove(waiter)) {
                waiter.reached.completeExceptionally(lag(wanted, limit));
            }
        });
        return waiter.reached;
    }

    void failAll(ClusterException reason) {
        List<Waiter> all = List.copyOf(waiting);
        waiting.clear();
        all.forEach(waiter -> {
            waiter.limit.cancel();
            waiter.reached.completeExceptionally(reason);
        });
    }

    private ClusterException lag(long wanted, Duration limit) {
        return new ClusterException(
                ErrorCode.TIMESTAMP_LAG,
                "Channel [%s] has not caught up with the time of this read within [%d] ms: it stands [%d] ms before it. Try again, or read at a lower consistency level."
                        .formatted(vchannel, limit.toMillis(), HybridTime.millis(wanted) - HybridTime.millis(ts)));
    }
}
