package io.elanus.jdbc;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/// Which of the hosts of a URL to go to. Connections spread over them by chance; a host that did not answer comes
/// last for a while, for all connections of the driver, so that each does not find out for itself. Any thread.
final class Hosts {
    private static final long AVOIDED_NANOS = Duration.ofSeconds(10).toNanos();

    private final Map<String, Long> failedNanos = new ConcurrentHashMap<>();

    /// All of them, in the order in which to try them.
    List<String> order(List<String> hosts) {
        if (hosts.size() == 1) {
            return hosts;
        }
        var order = new ArrayList<>(hosts);
        Collections.shuffle(order, ThreadLocalRandom.current());
        long now = System.nanoTime();
        order.sort((a, b) -> Boolean.compare(isAvoided(a, now), isAvoided(b, now)));
        return order;
    }

    private boolean isAvoided(String host, long now) {
        Long failed = failedNanos.get(host);
        return failed != null && now - failed < AVOIDED_NANOS;
    }

    void failed(String host) {
        failedNanos.put(host, System.nanoTime());
    }

    void answered(String host) {
        failedNanos.remove(host);
    }
}
