package io.elanus.sql.login;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/// Failed logins by user and address, and how long the next ones are refused for them. Any thread.
final class Lockout {
    private static final int MOST_ENTRIES = 10_000;
    private static final long FIRST_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int MOST_DOUBLINGS = 30;
    static final Duration LONGEST = Duration.ofMinutes(15);

    private final int maxFailures;
    private final LongSupplier nanos;
    /// The entry that failed the longest ago goes first.
    private final Map<Key, Failures> entries = new LinkedHashMap<>();

    private record Key(String user, String address) {}

    private record Failures(int count, long lastNanos) {}

    /// @param maxFailures that cost nothing but their own time
    Lockout(int maxFailures, LongSupplier nanos) {
        this.maxFailures = maxFailures;
        this.nanos = nanos;
    }

    /// How long logins of this user from there are refused; zero: they are not.
    synchronized Duration locked(String user, String address) {
        Failures failures = entries.get(new Key(user, address));
        if (failures == null || failures.count() < maxFailures) {
            return Duration.ZERO;
        }
        long left = failures.lastNanos() + delay(failures.count()) - nanos.getAsLong();
        return Duration.ofNanos(Math.max(0, left));
    }

    private long delay(int failures) {
        int doublings = Math.min(failures - maxFailures, MOST_DOUBLINGS);
        return Math.min(FIRST_NANOS << doublings, LONGEST.toNanos());
    }

    synchronized void failed(String user, String address) {
        var key = new Key(user, address);
        Failures before = entries.remove(key);
        long now = nanos.getAsLong();
        // Whoever kept quiet for long enough begins anew.
        boolean old = before != null && now - before.lastNanos() > 2 * LONGEST.toNanos();
        int count = before == null || old ? 1 : before.count() + 1;
        entries.put(key, new Failures(count, now));
        if (entries.size() > MOST_ENTRIES) {
            entries.remove(entries.keySet().iterator().next());
        }
    }

    synchronized void succeeded(String user, String address) {
        entries.remove(new Key(user, address));
    }
}
