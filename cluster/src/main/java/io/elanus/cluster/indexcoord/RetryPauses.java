package io.elanus.cluster.indexcoord;

import io.elanus.cluster.client.GrowingPause;
import io.elanus.proto.grpc.IndexTask;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// When tasks that did not work are due again: at once the first time, then after a [GrowingPause]. Not stored: a new
/// coordinator tries everything anew.
final class RetryPauses {
    private static final GrowingPause PAUSE = new GrowingPause(Duration.ofSeconds(3), Duration.ofMinutes(10));

    private final Map<Long, Long> dueNanos = new HashMap<>();

    /// Is it due? Each assignment of a task that failed has a pause of its own, which starts with the first call.
    boolean due(IndexTask task, long nowNanos) {
        if (task.getTries() == 0) {
            return true;
        }
        Long due = dueNanos.computeIfAbsent(
                task.getBuildId(), _ -> nowNanos + PAUSE.after(task.getTries()).toNanos());
        if (nowNanos - due < 0) {
            return false;
        }
        dueNanos.remove(task.getBuildId());
        return true;
    }

    void forget(long buildId) {
        dueNanos.remove(buildId);
    }
}
