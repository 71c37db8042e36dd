package io.elanus.sql.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.setting.DataSize;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GovernorTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final RootAllocator memory = new RootAllocator();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void holdsNothing() {
        threads.shutdownNow();
        memory.close();
    }

    private Governor governor(int statements, int ofUser, int waiting, Duration wait) {
        return new Governor(new GovernorConfig(statements, ofUser, waiting, wait, new DataSize(1 << 20)), memory);
    }

    /// The place that a thread gets when it gets one.
    private Future<Governor.Place> enter(Governor governor, String user, String session, int thenWaiting) {
        Future<Governor.Place> place = threads.submit(() -> governor.enter(user, session));
        while (governor.waiting() < thenWaiting) {
            Thread.onSpinWait();
        }
        return place;
    }

    @Test
    void letsTheNextInWhenOneLeaves() throws Exception {
        try (Governor governor = governor(1, 1, 2, LONG)) {
            Governor.Place first = governor.enter("ann", "s1");
            Future<Governor.Place> second = enter(governor, "bob", "s2", 1);
            Future<Governor.Place> third = enter(governor, "ann", "s3", 2);
            assertThatThrownBy(() -> governor.enter("eve", "s4"))
                    .isInstanceOfSatisfying(
                            QueryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TOO_MANY_STATEMENTS))
                    .hasMessage("The server runs [1] statements, and [2] wait.");
            first.close();
            first.close();
            Governor.Place now = second.get(30, TimeUnit.SECONDS);
            assertThat(third).isNotDone();
            now.close();
            third.get(30, TimeUnit.SECONDS).close();
        }
    }

    @Test
    void aBusyUserDoesNotHoldUpTheOthers() throws Exception {
        try (Governor governor = governor(3, 1, 5, LONG)) {
            Governor.Place first = governor.enter("ann", "s1");
            Future<Governor.Place> annsNext = enter(governor, "ann", "s2", 1);
            Governor.Place bobs =
                    threads.submit(() -> governor.enter("bob", "s3")).get(30, TimeUnit.SECONDS);
            assertThat(annsNext).isNotDone();
            first.close();
            annsNext.get(30, TimeUnit.SECONDS).close();
            bobs.close();
        }
    }

    @Test
    void waitsSoLongAndNoLonger() {
        try (Governor governor = governor(1, 1, 5, Duration.ofMillis(5))) {
            Governor.Place first = governor.enter("ann", "s1");
            assertThatThrownBy(() -> governor.enter("bob", "s2")).hasMessageContaining("waited for [5 ms]");
            assertThat(governor.waiting()).isZero();
            first.close();
            governor.enter("bob", "s2").close();
        }
    }

    @Test
    void aCancelEndsTheWait() throws Exception {
        try (Governor governor = governor(1, 1, 5, LONG)) {
            Governor.Place first = governor.enter("ann", "s1");
            var ended = new CountDownLatch(1);
            Thread waiting = Thread.ofVirtual().start(() -> {
                try {
                    governor.enter("bob", "s2").close();
                } catch (QueryException e) {
                    if (e.code() == ErrorCode.CANCELLED) {
                        ended.countDown();
                    }
                }
            });
            while (governor.waiting() < 1) {
                Thread.onSpinWait();
            }
            waiting.interrupt();
            assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(governor.waiting()).isZero();
            first.close();
        }
    }

    @Test
    void aSessionThatRunsOneIsLetThroughWithTheNext() {
        try (Governor governor = governor(1, 1, 0, LONG)) {
            Governor.Place outer = governor.enter("ann", "s1");
            governor.enter("ann", "s1").close();
            assertThatThrownBy(() -> governor.enter("ann", "s2")).hasMessageContaining("[0] wait");
            outer.close();
            governor.enter("ann", "s2").close();
        }
    }

    @Test
    void allStatementsOfAUserShareItsMemory() {
        try (Governor governor = governor(5, 5, 0, LONG);
                Governor.Place one = governor.enter("ann", "s1");
                Governor.Place two = governor.enter("ann", "s2");
                Governor.Place bobs = governor.enter("bob", "s3");
                BufferAllocator first = one.memory().newChildAllocator("q-1", 0, Long.MAX_VALUE);
                BufferAllocator second = two.memory().newChildAllocator("q-2", 0, Long.MAX_VALUE);
                BufferAllocator other = bobs.memory().newChildAllocator("q-3", 0, Long.MAX_VALUE);
                var _ = first.buffer(700_000 / 2)) {
            assertThatThrownBy(() -> second.buffer(1 << 20).close()).isInstanceOf(OutOfMemoryException.class);
            other.buffer(1 << 19).close();
        }
    }
}
