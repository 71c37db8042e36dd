package io.elanus.sql.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The judge of reads itself: what it takes for the present and what it must not.
class TimelineTest {
    private static final long KEY = 7;
    private static final Optional<CrashRow> FIRST = Optional.of(new CrashRow(KEY, 1));
    private static final Optional<CrashRow> SECOND = Optional.of(new CrashRow(KEY, 2));

    private final Timeline timeline = new Timeline();

    private void write(Optional<CrashRow> value) {
        timeline.tried(KEY, value);
        timeline.acknowledged(KEY);
    }

    private int read(Optional<CrashRow> value) {
        return timeline.find(KEY, timeline.settled(KEY), value);
    }

    @Test
    void whatWasAcknowledgedIsNeverOlderAgain() {
        write(FIRST);
        assertThat(read(FIRST)).isEqualTo(1);
        assertThat(read(Optional.empty())).isNegative();
        write(SECOND);
        assertThat(read(FIRST)).isNegative();
        assertThat(read(SECOND)).isEqualTo(2);
    }

    @Test
    void whatIsUnderWayMayBeFoundOrNotUntilSomeoneHasFoundIt() {
        write(FIRST);
        timeline.tried(KEY, SECOND);
        assertThat(read(FIRST)).isEqualTo(1);
        assertThat(read(SECOND)).isEqualTo(2);
        timeline.seen(KEY, 2);
        assertThat(read(FIRST)).isNegative();
    }

    @Test
    void aDeletedRowStaysAway() {
        write(FIRST);
        write(Optional.empty());
        assertThat(read(Optional.empty())).isEqualTo(2);
        assertThat(read(FIRST)).isNegative();
    }
}
