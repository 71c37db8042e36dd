package io.elanus.cluster.indexcoord;

import io.elanus.proto.grpc.IndexTask;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// When tasks that did not work are due again: at once the first time, then after pauses that double, up to
/// [#LONGEST]. Not stored: a new coordinator tries everything anew.
final class RetryPauses {
    private static final Duration FIRST = Duration.ofSeconds(3);
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final int MOST_DOUBLINGS = 16;

    private final Map<Long, Long> dueNanos = new HashMap<>();

    /// Is it due? Each assignment of a task that failed has a pause of its own, which starts with the first call.
    boolean due(IndexTask task, long nowNanos) {
        if (task.getTries() == 0) {
            return true;
        }
        Long due = dueNanos.computeIfAbsent(
                task.getBuildId(), _ -> nowNanos + pause(task.getTries()).toNanos());
        if (nowNanos - due < 0) {
            return false;
        }
        dueNanos.remove(task.getBuildId());
        return true;
    }

    private static Duration pause(int tries) {
        Duration pause = FIRST.multipliedBy(1L << Math.min(tries - 1, MOST_DOUBLINGS));
        return pause.compareTo(LONGEST) < 0 ? pause : LONGEST;
    }

    void forget(long buildId) {
        dueNanos.remove(buildId);
    }
}
