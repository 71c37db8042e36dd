package io.elanus.cluster.rootcoord;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/// The last timestamp that each proxy got to write at. What comes after it is handed out above every tick that was
/// issued before, so a proxy that has given up all it got cannot write below the present. Pure; one owner.
final class Allocations {
    private final Map<String, Long> byProxy = new HashMap<>();
    /// What a coordinator before this one handed out, and what was not said to be for anyone.
    private long forAnyone = Long.MAX_VALUE;

    /// Until this is called, any timestamp may have been handed out to any proxy.
    ///
    /// @param now above everything that was handed out by coordinators before
    void begin(long now) {
        forAnyone = now;
    }

    /// @param proxy empty: any of them
    void add(String proxy, long timestamp) {
        if (!proxy.isEmpty()) {
            byProxy.merge(proxy, timestamp, Math::max);
        } else if (forAnyone != Long.MAX_VALUE) {
            forAnyone = Math.max(forAnyone, timestamp);
        }
    }

    /// No timestamp above it was handed out to the proxy.
    long last(String proxy) {
        return Math.max(forAnyone, byProxy.getOrDefault(proxy, 0L));
    }

    /// Forgets which other proxies got what: what they got, anyone may have.
    void retain(Collection<String> proxies) {
        byProxy.entrySet().removeIf(known -> {
            boolean gone = !proxies.contains(known.getKey());
            if (gone) {
                add("", known.getValue());
            }
            return gone;
        });
    }
}
