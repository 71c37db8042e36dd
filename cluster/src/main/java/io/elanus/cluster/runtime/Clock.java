package io.elanus.cluster.runtime;

/// Both clocks of a process. The wall clock may jump; the monotonic one never goes back.
public interface Clock {
    long wallMillis();

    long monotonicNanos();
}
