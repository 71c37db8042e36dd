package io.elanus.cluster.client;

import java.time.Duration;

/// How long to leave something alone that has failed: a first pause that doubles with each failure.
///
/// @param longest a pause never gets longer
public record GrowingPause(Duration first, Duration longest) {
    private static final int MOST_DOUBLINGS = 16;

    /// @param failures in a row, 1 or more
    public Duration after(int failures) {
        Duration pause = first.multipliedBy(1L << Math.min(failures - 1, MOST_DOUBLINGS));
        return pause.compareTo(longest) < 0 ? pause : longest;
    }
}
