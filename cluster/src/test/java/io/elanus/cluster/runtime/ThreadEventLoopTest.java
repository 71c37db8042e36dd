package io.elanus.cluster.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class ThreadEventLoopTest {
    private static ThreadEventLoop loop(int capacity) {
        return new ThreadEventLoop("test-loop", capacity, new SystemClock()).start();
    }

    @Test
    void runsTasksInTheirOrderOnItsOwnThread() {
        List<Integer> ran = Collections.synchronizedList(new ArrayList<>());
        var loop = loop(10_000);
        for (int i = 0; i < 1_000; i++) {
            int task = i;
            loop.execute(() -> {
                assertThat(loop.inLoop()).isTrue();
                ran.add(task);
            });
        }
        loop.close();
        assertThat(ran).hasSize(1_000).isSorted();
        assertThat(loop.inLoop()).isFalse();
    }

    @Test
    void firesTimersInTheOrderOfTheirTimes() throws InterruptedException {
        List<String> fired = Collections.synchronizedList(new ArrayList<>());
        var last = new CountDownLatch(1);
        try (var loop = loop(100)) {
            loop.schedule(Duration.ofMillis(30), () -> {
                fired.add("late");
                last.countDown();
            });
            loop.schedule(Duration.ofMillis(1), () -> fired.add("early"));
            loop.schedule(Duration.ofMillis(5), () -> fired.add("cancelled")).cancel();
            last.await();
        }
        assertThat(fired).containsExactly("early", "late");
    }

    @Test
    void repeatsUntilCancelled() throws InterruptedException {
        var third = new CountDownLatch(3);
        try (var loop = loop(100)) {
            var timer = loop.repeat(Duration.ofMillis(1), third::countDown);
            third.await();
            timer.cancel();
        }
        assertThat(third.getCount()).isZero();
    }

    @Test
    void survivesATaskThatFails() throws InterruptedException {
        var after = new CountDownLatch(1);
        try (var loop = loop(100)) {
            loop.execute(() -> {
                throw new IllegalStateException("on purpose");
            });
            loop.execute(after::countDown);
            after.await();
        }
        assertThat(after.getCount()).isZero();
    }

    @Test
    void refusesTasksBeyondItsCapacityAndAfterItsEnd() throws InterruptedException {
        var busy = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        var loop = loop(2);
        loop.execute(() -> {
            busy.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        busy.await();
        loop.execute(() -> {});
        loop.execute(() -> {});
        assertThatThrownBy(() -> loop.execute(() -> {}))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("[2] tasks waiting");
        go.countDown();
        loop.close();
        assertThatThrownBy(() -> loop.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }
}
