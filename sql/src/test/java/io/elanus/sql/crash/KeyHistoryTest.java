package io.elanus.sql.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The judge itself: what it accepts and what it must not.
class KeyHistoryTest {
    private static final CrashRow OLD = new CrashRow(7, 1);
    private static final CrashRow NEW = new CrashRow(7, 2);

    private static KeyHistory holding(CrashRow row) {
        var history = new KeyHistory();
        history.tried(row.id(), Optional.of(row));
        history.acknowledgeTried();
        return history;
    }

    @Test
    void anAcknowledgedRowMustBeThere() {
        assertThat(holding(OLD).accepts(7, Optional.of(OLD))).isTrue();
        assertThat(holding(OLD).accepts(7, Optional.empty())).isFalse();
        assertThat(holding(OLD).accepts(7, Optional.of(NEW))).isFalse();
    }

    @Test
    void aStatementInDoubtMayHaveHappenedOrNot() {
        KeyHistory history = holding(OLD);
        history.tried(7, Optional.of(NEW));
        assertThat(history.accepts(7, Optional.empty())).isFalse();
        assertThat(history.accepts(7, Optional.of(NEW))).isTrue();
    }

    @Test
    void whatWasFoundOnceIsTheTruthFromThenOn() {
        KeyHistory history = holding(OLD);
        history.tried(7, Optional.empty());
        assertThat(history.accepts(7, Optional.of(OLD))).isTrue();
        assertThat(history.accepts(7, Optional.empty())).isFalse();
    }

    @Test
    void aStatementThatIsThereInPartIsTorn() {
        KeyHistory history = holding(OLD);
        var other = new CrashRow(8, 3);
        history.tried(7, Optional.of(NEW));
        history.tried(8, Optional.of(other));
        assertThat(history.isTorn(Map.of(7L, OLD))).isFalse();
        assertThat(history.isTorn(Map.of(7L, NEW, 8L, other))).isFalse();
        assertThat(history.isTorn(Map.of(7L, NEW))).isTrue();
        assertThat(history.isTorn(Map.of(7L, OLD, 8L, other))).isTrue();
    }

    @Test
    void anAcknowledgedDeleteStaysDeleted() {
        KeyHistory history = holding(OLD);
        history.tried(7, Optional.empty());
        history.acknowledgeTried();
        assertThat(history.accepts(7, Optional.of(OLD))).isFalse();
        assertThat(history.accepts(7, Optional.empty())).isTrue();
    }
}
