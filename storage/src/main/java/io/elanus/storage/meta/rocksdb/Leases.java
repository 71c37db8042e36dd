package io.elanus.storage.meta.rocksdb;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/// Which leases live, by a monotonic clock. Guarded by its monitor.
final class Leases {
    private record Lease(Duration timeToLive, long expiresAtNanos) {}

    private final LongSupplier nanoClock;
    private final Map<Long, Lease> leases = new HashMap<>();
    private long lastId;

    Leases(LongSupplier nanoClock, long firstId) {
        this.nanoClock = nanoClock;
        this.lastId = firstId;
    }

    synchronized long grant(Duration timeToLive) {
        lastId++;
        leases.put(lastId, renewed(timeToLive));
        return lastId;
    }

    synchronized boolean keepAlive(long id) {
        return leases.computeIfPresent(id, (_, lease) -> renewed(lease.timeToLive())) != null;
    }

    synchronized boolean lives(long id) {
        return leases.containsKey(id);
    }

    synchronized void revoke(long id) {
        leases.remove(id);
    }

    /// Removes and returns what has run out.
    synchronized Set<Long> takeExpired() {
        long now = nanoClock.getAsLong();
        var expired = new HashSet<Long>();
        leases.forEach((id, lease) -> {
            if (lease.expiresAtNanos() - now <= 0) {
                expired.add(id);
            }
        });
        leases.keySet().removeAll(expired);
        return expired;
    }

    private Lease renewed(Duration timeToLive) {
        return new Lease(timeToLive, nanoClock.getAsLong() + timeToLive.toNanos());
    }
}
