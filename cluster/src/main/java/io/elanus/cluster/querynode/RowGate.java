package io.elanus.cluster.querynode;

import io.elanus.cluster.runtime.EventLoop;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.arrow.memory.BufferAllocator;

/// Lets the log in while there is memory for its rows. Beyond that the log waits, and reads of it, until stored
/// segments replace growing ones and give their memory back. Nothing that gives memory back passes the gate, and
/// whoever has waited long goes on anyway: what does not fit then fails as it would have. Lives on the loop.
///
/// @param rows      what the rows are in; an eighth of its limit is kept for files that are being loaded
/// @param look      time between looks
/// @param looksMost how many before it goes on anyway
record RowGate(EventLoop loop, BufferAllocator rows, Duration look, int looksMost) {
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final int LOOKS_MOST = 200;

    RowGate(EventLoop loop, BufferAllocator rows) {
        this(loop, rows, LOOK, LOOKS_MOST);
    }

    /// Completes on the loop.
    ///
    /// @param bytes of the rows as they are in the log
    CompletableFuture<Void> enter(long bytes) {
        if (hasRoom(bytes)) {
            return CompletableFuture.completedFuture(null);
        }
        var turn = new CompletableFuture<Void>();
        wait(turn, bytes, looksMost);
        return turn;
    }

    private void wait(CompletableFuture<Void> turn, long bytes, int looks) {
        loop.schedule(look, () -> {
            if (looks <= 1 || hasRoom(bytes)) {
                turn.complete(null);
            } else {
                wait(turn, bytes, looks - 1);
            }
        });
    }

    /// Rows are decoded and then copied, so for a moment they are there twice.
    private boolean hasRoom(long bytes) {
        return rows.getHeadroom() >= rows.getLimit() / 8 + 2 * bytes;
    }
}
