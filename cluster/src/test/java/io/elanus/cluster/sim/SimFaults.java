package io.elanus.cluster.sim;

/// How bad the world is: probabilities per message or operation, and mean times between the greater faults. Zero
/// for a time: never.
record SimFaults(Network network, Stores stores, Processes processes) {
    /// @param slowest of a message, in nanoseconds
    record Network(double loss, double copies, long slowest, long meanCutNanos) {}

    /// @param failBefore operations that fail and were not done
    /// @param failAfter  operations that were done and whose answer is an error
    /// @param stuck      appends that reach the log only after seconds, even if their sender is gone by then
    record Stores(double failBefore, double failAfter, double stuck, long slowest) {}

    /// @param drift greatest deviation of a clock's speed
    record Processes(
            double drift, long meanPauseNanos, long longestPauseNanos, long meanCrashNanos, long meanJumpNanos) {}

    private static final long MILLISECOND = 1_000_000;
    private static final long SECOND = 1_000 * MILLISECOND;

    static final SimFaults NONE = new SimFaults(
            new Network(0, 0, 2 * MILLISECOND, 0),
            new Stores(0, 0, 0, 4 * MILLISECOND),
            new Processes(0.001, 0, 0, 0, 0));

    /// Everything at once, at a rate at which work still gets done.
    static final SimFaults ALL = new SimFaults(
            new Network(0.01, 0.005, 80 * MILLISECOND, 2 * SECOND),
            new Stores(0.004, 0.004, 0.01, 60 * MILLISECOND),
            new Processes(0.02, 1500 * MILLISECOND, 3 * SECOND, 3 * SECOND, 4 * SECOND));
}
