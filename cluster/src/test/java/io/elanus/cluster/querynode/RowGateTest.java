package io.elanus.cluster.querynode;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.cluster.runtime.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;

class RowGateTest {
    private static final int LOOKS = 5;

    /// Time passes when the test says so.
    private static final class Steps implements EventLoop {
        private final ArrayDeque<Runnable> later = new ArrayDeque<>();

        @Override
        public Timer schedule(Duration delay, Runnable task) {
            later.add(task);
            return () -> later.remove(task);
        }

        @Override
        public Timer repeat(Duration interval, Runnable task) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean inLoop() {
            return true;
        }

        @Override
        public void execute(Runnable task) {
            task.run();
        }

        boolean step() {
            Runnable next = later.poll();
            if (next != null) {
                next.run();
            }
            return next != null;
        }
    }

    @Test
    void theLogWaitsUntilRowsGiveTheirMemoryBack() {
        var loop = new Steps();
        try (BufferAllocator memory = new RootAllocator(1 << 20);
                ArrowBuf growing = memory.buffer(1 << 19)) {
            var gate = new RowGate(loop, memory, Duration.ofMillis(1), LOOKS);
            assertThat(gate.enter(1 << 10)).isCompleted();

            ArrowBuf more = memory.buffer(1 << 18);
            CompletableFuture<Void> turn = gate.enter(1 << 17);
            assertThat(loop.step()).isTrue();
            assertThat(turn).isNotDone();
            more.close();
            assertThat(loop.step()).isTrue();
            assertThat(turn).isCompleted();
            assertThat(growing.capacity()).isPositive();
        }
    }

    @Test
    void whoHasWaitedLongGoesOn() {
        var loop = new Steps();
        try (BufferAllocator memory = new RootAllocator(1 << 20);
                ArrowBuf growing = memory.buffer(1 << 20)) {
            CompletableFuture<Void> turn = new RowGate(loop, memory, Duration.ofMillis(1), LOOKS).enter(1);
            int steps = 0;
            while (loop.step()) {
                steps++;
            }
            assertThat(steps).isEqualTo(LOOKS);
            assertThat(turn).isCompleted();
            assertThat(growing.capacity()).isPositive();
        }
    }
}
