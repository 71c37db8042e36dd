package io.elanus.storage.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.storage.index.VectorIndexFormat.BuildMonitor;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// The threads of a build: nobody still works in its memory once it has ended, however it ends.
class BuildPoolTest {
    private static final int ROWS = 1_000;

    @Test
    void anExecutorThatTakesNoMoreHelpersEndsNoBuild() {
        var asked = new AtomicInteger();
        Executor takesOne = task -> {
            if (asked.getAndIncrement() > 0) {
                throw new RejectedExecutionException("It takes no more");
            }
            Thread.ofPlatform().start(task);
        };
        var done = new AtomicInteger();
        new BuildPool(takesOne, 4)
                .forEachBlock(ROWS, 10, BuildMonitor.NONE, (_, from, to) -> done.addAndGet(to - from));
        assertThat(asked).hasValue(2);
        assertThat(done).hasValue(ROWS);
    }

    @Test
    void anErrorIsThrownWhenTheOthersHaveEnded() {
        var helperHasBegun = new CountDownLatch(1);
        var callerFails = new CountDownLatch(1);
        var helperHasEnded = new AtomicBoolean();
        var pool = new BuildPool(task -> Thread.ofPlatform().start(task), 2);
        assertThatThrownBy(() -> pool.forEachBlock(2, 1, BuildMonitor.NONE, (worker, _, _) -> {
                    if (worker == 0) {
                        awaitQuietly(helperHasBegun);
                        callerFails.countDown();
                        throw new OutOfMemoryError("Direct buffer memory");
                    }
                    helperHasBegun.countDown();
                    awaitQuietly(callerFails);
                    helperHasEnded.set(true);
                }))
                .isInstanceOf(OutOfMemoryError.class);
        assertThat(helperHasEnded).isTrue();
    }

    @Test
    void anErrorOfAHelperEndsTheBuild() {
        var helperHasBegun = new CountDownLatch(1);
        var pool = new BuildPool(task -> Thread.ofPlatform().start(task), 2);
        assertThatThrownBy(() -> pool.forEachBlock(ROWS, 1, BuildMonitor.NONE, (worker, _, _) -> {
                    if (worker > 0) {
                        helperHasBegun.countDown();
                        throw new OutOfMemoryError("Direct buffer memory");
                    }
                    awaitQuietly(helperHasBegun);
                }))
                .isInstanceOf(OutOfMemoryError.class);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
