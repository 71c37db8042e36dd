package io.elanus.storage.type;

import java.time.Instant;

/// Arithmetic on hybrid timestamps: 46 bits of milliseconds since 1970-01-01 UTC, then an 18-bit logical counter.
/// Timestamps are unsigned in principle; with 46 bits of time they stay positive until the year 2079 and are
/// compared as plain longs until then.
public final class HybridTime {
    public static final int LOGICAL_BITS = 18;
    public static final long LOGICAL_MASK = (1L << LOGICAL_BITS) - 1;
    /// Before every timestamp that was ever handed out.
    public static final long MIN = 0;
    /// After every timestamp that will ever be handed out; the end of a row that lives.
    public static final long MAX = Long.MAX_VALUE;

    private HybridTime() {}

    public static long of(long epochMillis, long logical) {
        return epochMillis << LOGICAL_BITS | logical;
    }

    public static long of(Instant instant) {
        return of(instant.toEpochMilli(), 0);
    }

    public static long millis(long timestamp) {
        return timestamp >>> LOGICAL_BITS;
    }

    public static long logical(long timestamp) {
        return timestamp & LOGICAL_MASK;
    }

    public static Instant instant(long timestamp) {
        return Instant.ofEpochMilli(millis(timestamp));
    }

    public static long plusMillis(long timestamp, long millis) {
        return timestamp + (millis << LOGICAL_BITS);
    }
}
