package io.elanus.cluster.rootcoord;

import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/// Numbers that only rise, over restarts too: they are handed out below a bound that is saved before it is used,
/// and a restart goes on from the saved bound. Used for timestamps and for ids. Lives on the loop.
final class SavedCounter {
    /// Most requests that wait for a bound to be saved.
    static final int MAX_WAITING = 10_000;

    private record Waiting(long floor, int count, CompletableFuture<Long> first) {}

    private final LongUnaryOperator ahead;
    private final LongFunction<CompletableFuture<Void>> save;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private long last;
    private long bound;
    private boolean saving;

    /// @param saved the bound found in the store: everything up to it may have been handed out
    /// @param ahead the bound to save when the given number is reached
    /// @param save  makes a bound durable, and completes on the loop; does not fail but ends the term
    SavedCounter(long saved, LongUnaryOperator ahead, LongFunction<CompletableFuture<Void>> save) {
        this.last = saved;
        this.bound = saved;
        this.ahead = ahead;
        this.save = save;
    }

    /// The newest number handed out.
    long last() {
        return last;
    }

    /// Takes `count` consecutive numbers, all at or above `floor` and above every number before. Completes on the
    /// loop, in the order of the calls, and at once when the saved bound allows it.
    CompletableFuture<Long> take(long floor, int count) {
        var first = new CompletableFuture<Long>();
        if (waiting.size() >= MAX_WAITING) {
            throw new IllegalStateException("[%d] requests wait for numbers".formatted(MAX_WAITING));
        }
        waiting.add(new Waiting(floor, count, first));
        serve();
        return first;
    }

    private void serve() {
        for (Waiting next = waiting.peek(); next != null; next = waiting.peek()) {
            long first = Math.max(last + 1, next.floor);
            long end = first + next.count - 1;
            if (end > bound) {
                saveAhead(end);
                return;
            }
            waiting.remove();
            last = end;
            next.first.complete(first);
        }
        long target = ahead.applyAsLong(last);
        if (bound - last < (target - last) / 2) {
            saveAhead(last);
        }
    }

    private void saveAhead(long reached) {
        if (saving) {
            return;
        }
        saving = true;
        long target = Math.max(bound, ahead.applyAsLong(reached));
        var _ = save.apply(target).whenComplete((_, error) -> saved(target, error));
    }

    private void saved(long target, @Nullable Throwable error) {
        saving = false;
        if (error == null) {
            bound = target;
            serve();
        } else {
            waiting.forEach(request -> request.first.completeExceptionally(error));
            waiting.clear();
        }
    }
}
