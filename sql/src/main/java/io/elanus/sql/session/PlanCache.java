package io.elanus.sql.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.function.Supplier;

/// Compiled statements by their exact text. The catalog's version is part of the key, so DDL needs no invalidation:
/// old plans age out. A hit costs one hash of the text.
final class PlanCache {
    /// Longer texts are bulk statements that nobody sends twice.
    private static final int MAX_TEXT = 64 * 1024;

    /// Plans depend on how many rows the tables have.
    private static final Duration FRESH = Duration.ofMinutes(5);

    private final Cache<Key, Compiled> plans;
    private final StatementCounts counts;

    /// @param role whose rights were checked; what it may do belongs to the catalog
    record Key(String text, String schema, long catalogVersion, String role, Returning wanted) {}

    PlanCache(int size, StatementCounts counts) {
        this.counts = counts;
        this.plans =
                Caffeine.newBuilder().maximumSize(size).expireAfterWrite(FRESH).build();
    }

    /// Two misses at once both compile; the later one stays. Compiling is short, waiting for another thread's
    /// compilation would not end with one's own deadline.
    static boolean holds(Key key) {
        return key.text().length() <= MAX_TEXT;
    }

    boolean knows(Key key) {
        return holds(key) && plans.getIfPresent(key) != null;
    }

    Compiled get(Key key, Supplier<Compiled> compile) {
        if (!holds(key)) {
            counts.planned(false);
            return compile.get();
        }
        Compiled cached = plans.getIfPresent(key);
        counts.planned(cached != null);
        if (cached == null) {
            cached = compile.get();
            if (cached.reusable()) {
                plans.put(key, cached);
            }
        }
        return cached;
    }
}
