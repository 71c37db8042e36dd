package io.elanus.cluster.rootcoord;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AllocationsTest {
    private final Allocations allocations = new Allocations();

    @Test
    void beforeTheTermHasATimestampOfItsOwnAnyProxyMayHaveAny() {
        allocations.add("proxy-1", 10);
        allocations.add("", 11);
        assertThat(allocations.last("proxy-1")).isEqualTo(Long.MAX_VALUE);
        assertThat(allocations.last("proxy-2")).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void whatCoordinatorsBeforeHandedOutMayBeAnyones() {
        allocations.begin(100);
        assertThat(allocations.last("proxy-1")).isEqualTo(100);
    }

    @Test
    void aProxyHasWhatItGotAndWhatWasForAnyone() {
        allocations.begin(100);
        allocations.add("proxy-1", 110);
        assertThat(allocations.last("proxy-1")).isEqualTo(110);
        assertThat(allocations.last("proxy-2")).isEqualTo(100);
        allocations.add("", 120);
        assertThat(allocations.last("proxy-1")).isEqualTo(120);
        assertThat(allocations.last("proxy-2")).isEqualTo(120);
    }

    @Test
    void whatAProxyGotThatIsGoneMayBeAnyones() {
        allocations.begin(100);
        allocations.add("proxy-1", 110);
        allocations.add("proxy-2", 120);
        allocations.retain(List.of("proxy-2"));
        assertThat(allocations.last("proxy-1")).isEqualTo(110);
        assertThat(allocations.last("proxy-2")).isEqualTo(120);
        assertThat(allocations.last("proxy-3")).isEqualTo(110);
    }
}
