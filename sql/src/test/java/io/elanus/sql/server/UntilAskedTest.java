package io.elanus.sql.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class UntilAskedTest {
    @Test
    void waitsForWhatCloses() {
        var closed = new AtomicBoolean();
        assertThat(UntilAsked.closeWithin(() -> closed.set(true), UntilAsked.LIMIT))
                .isTrue();
        assertThat(closed).isTrue();
    }

    @Test
    void doesNotWaitForeverForWhatHangs() {
        var never = new CountDownLatch(1);
        assertThat(UntilAsked.closeWithin(never::await, Duration.ofMillis(50))).isFalse();
        never.countDown();
    }

    @Test
    void failuresCountAsClosed() {
        assertThat(UntilAsked.closeWithin(
                        () -> {
                            throw new IllegalStateException("on purpose");
                        },
                        UntilAsked.LIMIT))
                .isTrue();
    }
}
