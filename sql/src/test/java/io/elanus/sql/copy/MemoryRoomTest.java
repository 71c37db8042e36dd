package io.elanus.sql.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.exec.QueryContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;

class MemoryRoomTest {
    private static final long PROCESS = 1 << 20;
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private static QueryContext context(BufferAllocator own, LongSupplier nanos, long deadline) {
        return new QueryContext("q1", List.of(), new QueryContext.ReadPoint(0, 0, Map.of()), own, nanos, deadline);
    }

    @Test
    void aLoadWaitsUntilOthersGiveMemoryBack() {
        try (BufferAllocator process = new RootAllocator(PROCESS);
                BufferAllocator own = process.newChildAllocator("query", 0, PROCESS)) {
            ArrowBuf held = process.buffer(PROCESS);
            var looks = new AtomicLong();
            LongSupplier clock = () -> {
                if (looks.incrementAndGet() == 4) {
                    held.close();
                }
                return looks.get();
            };
            var room = new MemoryRoom(context(own, clock, Long.MAX_VALUE));
            assertThat(room.isFor(1 << 10)).isFalse();
            room.await(1 << 10);
            assertThat(room.isFor(1 << 10)).isTrue();
            assertThat(looks.get()).isGreaterThanOrEqualTo(4);
        }
    }

    @Test
    void itGoesOnAfterAWhileAndEndsWithItsStatement() {
        try (BufferAllocator process = new RootAllocator(PROCESS);
                BufferAllocator own = process.newChildAllocator("query", 0, PROCESS);
                ArrowBuf held = process.buffer(PROCESS)) {
            var now = new AtomicLong();
            LongSupplier clock = () -> now.addAndGet(SECOND);
            new MemoryRoom(context(own, clock, Long.MAX_VALUE)).await(1 << 10);
            assertThat(now.get()).isBetween(30 * SECOND, 35 * SECOND);

            var late = new MemoryRoom(context(own, clock, now.get() + 2 * SECOND));
            assertThatThrownBy(() -> late.await(1 << 10))
                    .isInstanceOf(QueryException.class)
                    .hasMessageContaining("timeout");
            assertThat(held.capacity()).isEqualTo(PROCESS);
        }
    }
}
