package io.elanus.sql.copy;

import io.elanus.sql.exec.QueryContext;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.apache.arrow.memory.BufferAllocator;

/// Whether the process has memory for one more batch of a load. Without it a load waits for what was written before
/// to leave memory, which needs nothing from the load: buffers are written out, stored segments replace growing
/// ones. After half a minute it goes on anyway, and fails if there is still too little.
///
/// The statement's own limit is another matter: waiting does not raise it.
record MemoryRoom(QueryContext context) {
    /// A batch is made, cut by shard and encoded, and whoever follows the log decodes it: it is there so many
    /// times.
    private static final int COPIES = 4;

    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final long LOOK_NANOS = Duration.ofMillis(10).toNanos();

    boolean isFor(long bytes) {
        BufferAllocator process = context.allocator().getParentAllocator();
        return process == null || process.getHeadroom() >= Math.min(COPIES * bytes, process.getLimit() / COPIES);
    }

    /// On a virtual thread.
    void await(long bytes) {
        if (isFor(bytes)) {
            return;
        }
        long end = context.nanos() + LONGEST.toNanos();
        while (!isFor(bytes) && context.nanos() - end < 0) {
            context.check();
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }
}
