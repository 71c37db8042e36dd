package io.elanus.cluster.datacoord;

import java.util.ArrayDeque;

/// Space of one growing segment that was handed out and may still be used. Expired space returns once the channel's
/// tick has passed its expiry: then its rows, if any came, have been received. One owner.
final class Grants {
    private record Grant(long rows, long expiry) {}

    private final ArrayDeque<Grant> grants = new ArrayDeque<>();
    private long rows;
    private long lastExpiry;

    void add(long granted, long expiry) {
        Grant last = grants.peekLast();
        if (last != null && last.expiry() == expiry) {
            grants.removeLast();
            grants.addLast(new Grant(last.rows() + granted, expiry));
        } else {
            grants.addLast(new Grant(granted, expiry));
        }
        rows += granted;
        lastExpiry = Math.max(lastExpiry, expiry);
    }

    void expire(long tick) {
        while (!grants.isEmpty() && grants.getFirst().expiry() < tick) {
            rows -= grants.removeFirst().rows();
        }
    }

    /// Rows handed out and not expired.
    long rows() {
        return rows;
    }

    /// Of all space ever handed out here; 0: none.
    long lastExpiry() {
        return lastExpiry;
    }
}
