package io.elanus.cluster.querynode;

import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/// Runs asynchronous steps one after the other, in the order they were asked for. Lives on a loop.
final class Turns {
    private final Executor loop;
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private boolean busy;

    Turns(Executor loop) {
        this.loop = loop;
    }

    /// Starts the step when those before it have ended, at once if there are none; its outcome completes the future
    /// on the loop.
    <T> CompletableFuture<T> take(Supplier<CompletableFuture<T>> step) {
        var outcome = new CompletableFuture<T>();
        waiting.addLast(() -> start(step, outcome));
        advance();
        return outcome;
    }

    private <T> void start(Supplier<CompletableFuture<T>> step, CompletableFuture<T> outcome) {
        CompletableFuture<T> running = begin(step);
        if (running.isDone()) {
            end(running, outcome);
        } else {
            var _ = running.whenCompleteAsync((_, _) -> end(running, outcome), loop);
        }
    }

    private static <T> CompletableFuture<T> begin(Supplier<CompletableFuture<T>> step) {
        try {
            return step.get();
        } catch (RuntimeException e) { // a step that throws has failed like one whose future fails
            return CompletableFuture.failedFuture(e);
        }
    }

    private <T> void end(CompletableFuture<T> ended, CompletableFuture<T> outcome) {
        busy = false;
        var _ = ended.whenComplete((value, error) -> {
            if (error != null) {
                outcome.completeExceptionally(error);
            } else {
                outcome.complete(value);
            }
        });
        advance();
    }

    private void advance() {
        while (!busy && !waiting.isEmpty()) {
            busy = true;
            waiting.removeFirst().run();
        }
    }
}
