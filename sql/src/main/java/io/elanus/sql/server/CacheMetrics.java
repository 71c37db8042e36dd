package io.elanus.sql.server;

import io.elanus.sql.metrics.Metrics;
import io.elanus.sql.metrics.Metrics.Sample;
import io.elanus.storage.object.ObjectStore;
import io.elanus.storage.object.cache.CacheFigures;
import io.elanus.storage.object.cache.CachedObjects;
import java.util.List;
import java.util.Map;

/// Metrics of a process's copies of objects that are elsewhere; none where the objects are on its own disk.
final class CacheMetrics {
    private CacheMetrics() {}

    static void add(Metrics metrics, ObjectStore objects) {
        if (!(objects instanceof CachedObjects cache)) {
            return;
        }
        metrics.gauges("elanus_cache_bytes", "Copies of objects of S3, by where they are", () -> {
            CacheFigures.Room room = cache.figures().room();
            return List.of(where("disk", room.diskBytes()), where("memory", room.memoryBytes()));
        });
        metrics.gauges("elanus_cache_limit_bytes", "What the copies never exceed", () -> {
            CacheFigures.Room room = cache.figures().room();
            return List.of(where("disk", room.diskLimit()), where("memory", room.memoryLimit()));
        });
        metrics.gauge(
                "elanus_cache_objects",
                "Objects of which there are copies",
                () -> cache.figures().objects());
        metrics.gauge(
                "elanus_cache_mapped_objects",
                "Those of them that are in use and stay",
                () -> cache.figures().mapped());
        metrics.counted(
                "elanus_cache_hits_total",
                "Parts of incomplete copies that were there when needed",
                () -> cache.figures().hits());
        metrics.counted(
                "elanus_cache_misses_total",
                "Parts that somebody waited for",
                () -> cache.figures().misses());
        metrics.counted(
                "elanus_cache_fetched_bytes_total",
                "Bytes read from S3 for copies",
                () -> cache.figures().fetchedBytes());
        metrics.counted(
                "elanus_cache_evicted_objects_total",
                "Unused copies that were deleted for room",
                () -> cache.figures().evictedObjects());
    }

    private static Sample where(String place, long bytes) {
        return new Sample(Map.of("place", place), bytes);
    }
}
