package io.elanus.cluster.datacoord;

import io.elanus.cluster.client.GrowingPause;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Segments whose rewriting has failed, and until when they are left alone: a damaged file does not get better by
/// being read at each check. Not stored: a new term tries everything anew.
final class RestingSegments {
    private static final GrowingPause PAUSE = new GrowingPause(Duration.ofSeconds(10), Duration.ofMinutes(10));

    private record Rest(int failures, long untilNanos) {}

    private final Map<Long, Rest> rests = new HashMap<>();

    void failed(Collection<Long> segments, long nowNanos) {
        for (long segment : segments) {
            Rest last = rests.get(segment);
            int failures = last == null ? 1 : last.failures() + 1;
            rests.put(
                    segment, new Rest(failures, nowNanos + PAUSE.after(failures).toNanos()));
        }
    }

    void forget(Collection<Long> segments) {
        rests.keySet().removeAll(Set.copyOf(segments));
    }

    Set<Long> at(long nowNanos) {
        return rests.entrySet().stream()
                .filter(rest -> nowNanos - rest.getValue().untilNanos() < 0)
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }
}
