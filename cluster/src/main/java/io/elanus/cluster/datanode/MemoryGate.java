package io.elanus.cluster.datanode;

import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/// Holds consumption back while the node's buffers are above their limit. Whoever waits asks for a write-out; each
/// write-out that ends lets one waiter through even above the limit, so that a node whose rows are all in
/// unfinished chunks goes on. Lives on the loop.
final class MemoryGate {
    private final long limitBytes;
    private final LongSupplier usedBytes;
    private final Runnable writeOut;
    private final ArrayDeque<CompletableFuture<Void>> waiting = new ArrayDeque<>();

    MemoryGate(long limitBytes, LongSupplier usedBytes, Runnable writeOut) {
        this.limitBytes = limitBytes;
        this.usedBytes = usedBytes;
        this.writeOut = writeOut;
    }

    CompletableFuture<Void> enter() {
        if (usedBytes.getAsLong() <= limitBytes) {
            return CompletableFuture.completedFuture(null);
        }
        var turn = new CompletableFuture<Void>();
        waiting.addLast(turn);
        writeOut.run();
        return turn;
    }

    /// A write-out has ended, or there was nothing to write.
    void written() {
        boolean first = true;
        while (!waiting.isEmpty() && (first || usedBytes.getAsLong() <= limitBytes)) {
            waiting.removeFirst().complete(null);
            first = false;
        }
        if (!waiting.isEmpty()) {
            writeOut.run();
        }
    }
}
