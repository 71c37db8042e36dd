package io.elanus.cluster.datacoord;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RestingSegmentsTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    /// A monotonic clock may be about to wrap.
    private static final long START = Long.MAX_VALUE - SECOND;

    private final RestingSegments resting = new RestingSegments();

    @Test
    void aSegmentRestsTwiceAsLongAfterEachFailure() {
        resting.failed(List.of(1L), START);
        assertThat(resting.at(START + 9 * SECOND)).containsExactly(1L);
        assertThat(resting.at(START + 10 * SECOND)).isEmpty();

        resting.failed(List.of(1L, 2L), START + 10 * SECOND);
        assertThat(resting.at(START + 29 * SECOND)).containsExactly(1L);
        assertThat(resting.at(START + 30 * SECOND)).isEmpty();
    }

    @Test
    void noPauseIsLongerThanTenMinutes() {
        for (int i = 0; i < 100; i++) {
            resting.failed(List.of(1L), START);
        }
        assertThat(resting.at(START + 599 * SECOND)).containsExactly(1L);
        assertThat(resting.at(START + 600 * SECOND)).isEmpty();
    }

    @Test
    void whatWorkedIsNotHeldAgainstASegment() {
        resting.failed(List.of(1L), START);
        resting.forget(List.of(1L));
        assertThat(resting.at(START)).isEmpty();

        resting.failed(List.of(1L), START);
        assertThat(resting.at(START + 10 * SECOND)).as("counts from one again").isEmpty();
    }
}
