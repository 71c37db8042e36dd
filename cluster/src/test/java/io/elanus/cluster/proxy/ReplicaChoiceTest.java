package io.elanus.cluster.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.cluster.runtime.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReplicaChoiceTest {
    private static final List<String> NODES = List.of("a", "b", "c");

    private long nanos;
    private final ReplicaChoice choice = new ReplicaChoice(new Clock() {
        @Override
        public long wallMillis() {
            return 0;
        }

        @Override
        public long monotonicNanos() {
            return nanos;
        }
    });

    @Test
    void sharesRequestsEvenly() {
        var counts = new TreeMap<String, Integer>();
        for (int i = 0; i < 300; i++) {
            String node = choice.choose(NODES, Set.of()).orElseThrow();
            counts.merge(node, 1, Integer::sum);
            choice.begun(node);
            choice.ended(node, 1, true);
        }
        assertThat(counts).hasSize(3).allSatisfy((_, count) -> assertThat(count).isEqualTo(100));
    }

    @Test
    void asksTheNodeThatIsLeastBusy() {
        choice.begun("a");
        choice.begun("b");
        assertThat(choice.choose(NODES, Set.of())).contains("c");
        choice.begun("c");
        choice.begun("c");
        choice.ended("b", 1, true);
        assertThat(choice.choose(NODES, Set.of())).contains("b");
    }

    @Test
    void asksANodeThatHasJustFailedLastAndAgainSoon() {
        choice.begun("a");
        choice.ended("a", 1, false);
        for (String node : List.of("b", "c")) {
            for (int i = 0; i < 5; i++) {
                choice.begun(node);
            }
        }
        assertThat(choice.choose(NODES, Set.of())).get().isNotEqualTo("a");
        assertThat(choice.choose(NODES, Set.of("b", "c"))).contains("a");
        assertThat(choice.choose(NODES, Set.of("a", "b", "c"))).isEmpty();
        nanos += Duration.ofSeconds(2).toNanos();
        assertThat(choice.choose(NODES, Set.of())).contains("a");
    }

    @Test
    void waitsAsLongAsNineteenOfTwentyRequestsTake() {
        for (int millis = 1; millis <= 100; millis++) {
            choice.begun("a");
            choice.ended("a", millis * 1_000_000L, true);
        }
        assertThat(choice.patience()).isBetween(Duration.ofMillis(95), Duration.ofMillis(97));
    }

    @Test
    void sendsOneSecondRequestInTwenty() {
        long seconds = IntStream.range(0, 2_000)
                .filter(_ -> {
                    choice.begun("a");
                    choice.ended("a", 1, true);
                    return choice.maySendSecond();
                })
                .count();
        assertThat(seconds).isBetween(90L, 105L);
    }
}
