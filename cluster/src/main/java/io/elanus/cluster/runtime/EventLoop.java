package io.elanus.cluster.runtime;

import java.time.Duration;
import java.util.concurrent.Executor;

/// One thread that owns a role's state. Tasks run in the order they were given; none may block.
public interface EventLoop extends Executor {
    /// Runs the task on the loop after the delay, unless cancelled before.
    Timer schedule(Duration delay, Runnable task);

    /// Runs the task on the loop again and again, `interval` after its last run ended.
    Timer repeat(Duration interval, Runnable task);

    /// Is the caller on this loop?
    boolean inLoop();

    interface Timer {
        void cancel();
    }
}
