package io.elanus.sql.server;

import io.elanus.cluster.runtime.Clock;
import io.elanus.cluster.runtime.SystemClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// The clocks of the machine, with a wall clock that is wrong by as many milliseconds as a file says, and jumps
/// when the file changes. For tests of what a bad clock does to a cluster.
///
/// Thread rule: any thread.
final class ShiftedClock implements Clock {
    private static final long PERIOD_NANOS = Duration.ofMillis(200).toNanos();

    private record Reading(long shiftMillis, long atNanos) {}

    private final Clock machine = new SystemClock();
    private final Path file;
    private volatile Reading last;

    ShiftedClock(Path file) {
        this.file = file;
        last = read(0);
    }

    @Override
    public long wallMillis() {
        Reading now = last;
        if (machine.monotonicNanos() - now.atNanos() > PERIOD_NANOS) {
            now = read(now.shiftMillis());
            last = now;
        }
        return machine.wallMillis() + now.shiftMillis();
    }

    @Override
    public long monotonicNanos() {
        return machine.monotonicNanos();
    }

    /// @param before holds while the file cannot be read
    private Reading read(long before) {
        long shift = before;
        try {
            shift = Long.parseLong(Files.readString(file).strip());
        } catch (IOException | NumberFormatException e) { // it is being written, or not there yet
            shift = before;
        }
        return new Reading(shift, machine.monotonicNanos());
    }
}
