package io.elanus.cluster.datacoord;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// What backups that run have asked to be kept: the files of a table, and its rows that end after a timestamp. Not
/// stored: who holds a pin sends it again and again. Lives on the loop.
final class Pins {
    private record Pin(long tableId, long ts, long untilNanos) {}

    private final Map<String, Pin> pins = new HashMap<>();

    /// @param life zero: the pin goes
    void put(String id, long tableId, long ts, Duration life, long nowNanos) {
        expire(nowNanos);
        if (life.isZero()) {
            pins.remove(id);
        } else {
            pins.put(id, new Pin(tableId, ts, nowNanos + life.toNanos()));
        }
    }

    boolean hold(long tableId, long nowNanos) {
        expire(nowNanos);
        return pins.values().stream().anyMatch(pin -> pin.tableId == tableId);
    }

    /// The retention of a table: what was given, or the oldest pin if that is older.
    long retention(long tableId, long retentionTs, long nowNanos) {
        expire(nowNanos);
        return pins.values().stream()
                .filter(pin -> pin.tableId == tableId)
                .mapToLong(Pin::ts)
                .reduce(retentionTs, Math::min);
    }

    private void expire(long nowNanos) {
        pins.values().removeIf(pin -> nowNanos - pin.untilNanos >= 0);
    }
}
