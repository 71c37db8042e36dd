package io.elanus.cluster.querynode;

import io.elanus.cluster.querynode.fragment.FilterCache;
import io.elanus.cluster.querynode.fragment.SearcherPool;
import io.elanus.storage.index.BruteForceSearch;
import io.elanus.storage.segment.Segment;
import io.elanus.storage.segment.SegmentSnapshot;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.Metric;
import java.util.concurrent.ConcurrentHashMap;

/// A sealed segment, or the persisted chunks of a growing one. Its rows do not change, so all readers share one
/// snapshot. Owned by the shard and its readers together.
final class ServedSegment {
    private record Exact(int columnId, Metric metric) {}

    private final Segment segment;
    private final SegmentSnapshot rows;
    private final InterimIndexes interims;
    private final FilterCache filters = new FilterCache();
    private final ConcurrentHashMap<Exact, SearcherPool> exact = new ConcurrentHashMap<>();
    private final References references;

    /// Takes over both.
    ///
    /// @param interims of the segment
    ServedSegment(Segment segment, InterimIndexes interims) {
        this.segment = segment;
        this.interims = interims;
        this.rows = segment.snapshot();
        this.references = new References(() -> {
            exact.values().forEach(SearcherPool::close);
            interims.close();
            rows.close();
            segment.close();
        });
    }

    Segment segment() {
        return segment;
    }

    SegmentSnapshot rows() {
        return rows;
    }

    SearcherPool exact(Column column, Metric metric) {
        return exact.computeIfAbsent(
                new Exact(column.id(), metric),
                _ -> new SearcherPool(() -> BruteForceSearch.of(rows.vectors(column), metric)));
    }

    FilterCache filters() {
        return filters;
    }

    InterimIndexes interims() {
        return interims;
    }

    long memoryBytes() {
        return segment.memoryBytes() + interims.memoryBytes() + filters.memoryBytes();
    }

    References references() {
        return references;
    }
}
