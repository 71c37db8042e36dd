package io.elanus.cluster.querynode;

import io.elanus.cluster.querynode.fragment.FilterCache;
import io.elanus.cluster.querynode.fragment.SearcherPool;
import io.elanus.cluster.querynode.fragment.SegmentView;
import io.elanus.storage.index.BruteForceSearch;
import io.elanus.storage.segment.SealedSegment;
import io.elanus.storage.segment.SegmentSnapshot;
import io.elanus.storage.segment.SegmentStatistics;
import io.elanus.storage.text.TextPostings;
import io.elanus.storage.text.TextQuery;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongPredicate;

/// The segments that reads see from one moment to the next. Immutable; the shard holds what is in it.
record Generation(List<Sealed> sealed, List<GrowingRows> growing) {
    static final Generation EMPTY = new Generation(List.of(), List.of());

    Generation {
        sealed = List.copyOf(sealed);
        growing = List.copyOf(growing);
    }

    /// A sealed segment with the indexes that were open then.
    record Sealed(ServedSegment segment, List<ServedIndex> indexes) {
        Sealed {
            indexes = List.copyOf(indexes);
        }
    }

    /// What one read holds of a generation. [#release] is called once.
    ///
    /// @param releases in the order in which things were taken; they are freed in the other
    record Held(List<SegmentView> segments, List<Runnable> releases) {
        void release() {
            releases.reversed().forEach(Runnable::run);
        }
    }

    /// Holds the segments for one read; empty when one of them has been freed, since there is a newer generation.
    /// Any thread, and what is held counts only if this is still the newest generation afterwards: a segment leaves
    /// when the next one is there.
    ///
    /// @param partitions which are there at the read's timestamp
    Optional<Held> hold(LongPredicate partitions) {
        var held = new Held(new ArrayList<>(sealed.size() + growing.size()), new ArrayList<>());
        for (Sealed part : sealed) {
            if (partitions.test(part.segment().segment().id().partitionId()) && !hold(part, held)) {
                held.release();
                return Optional.empty();
            }
        }
        for (GrowingRows part : growing) {
            if (partitions.test(part.segment().id().partitionId())) {
                var view = new GrowingView(part, part.segment().snapshot());
                held.segments().add(view);
                held.releases().add(view::close);
            }
        }
        return Optional.of(held);
    }

    /// False: something of it is freed.
    private static boolean hold(Sealed part, Held held) {
        if (!hold(part.segment().references(), held)) {
            return false;
        }
        for (ServedIndex index : part.indexes()) {
            if (!hold(index.references(), held)) {
                return false;
            }
        }
        var view = new SealedView(part, new InterimUses());
        held.segments().add(view);
        held.releases().add(view.interims::close);
        return true;
    }

    private static boolean hold(References references, Held held) {
        boolean isThere = references.tryRetain();
        if (isThere) {
            held.releases().add(references::release);
        }
        return isThere;
    }

    private record SealedView(Sealed part, InterimUses interims) implements SegmentView {
        @Override
        public SegmentSnapshot rows() {
            return part.segment().rows();
        }

        @Override
        public SegmentStatistics statistics() {
            return part.segment().segment().statistics();
        }

        @Override
        public Optional<Index> findIndex(Column column, Metric metric) {
            return part.indexes().stream()
                    .flatMap(index -> index.find(column, metric).stream())
                    .findFirst();
        }

        @Override
        public Optional<Values> findValues(Column column) {
            return part.indexes().stream()
                    .flatMap(index -> index.findValues(column).stream())
                    .findFirst();
        }

        @Override
        public List<PathValues> findPaths(Column column) {
            return part.indexes().stream()
                    .flatMap(index -> index.findPath(column).stream())
                    .toList();
        }

        @Override
        public Optional<Index> findInterim(Column column, Metric metric) {
            return interims.find(part.segment().interims(), column, metric, rows());
        }

        @Override
        public Optional<FilterCache> filters() {
            return Optional.of(part.segment().filters());
        }

        @Override
        public SearcherPool exact(Column column, Metric metric) {
            return part.segment().exact(column, metric);
        }

        @Override
        public Optional<TextIndex> findText(Column column, String analyzer) {
            return part.indexes().stream()
                    .flatMap(index -> index.findText(column, analyzer).stream())
                    .findFirst();
        }

        @Override
        public TextPostings texts(Column column, String analyzer, TextQuery query) {
            return GrowingTexts.once(analyzer, query, rows().variable(column));
        }

        @Override
        public Map<String, Long> files() {
            return part.segment().segment() instanceof SealedSegment sealed
                    ? sealed.manifest().sizes()
                    : Map.of();
        }
    }

    /// Lives as long as one read, so its searchers do too.
    private record GrowingView(
            GrowingRows part,
            SegmentSnapshot rows,
            SegmentStatistics statistics,
            ConcurrentHashMap<Metric, SearcherPool> pools,
            InterimUses interims)
            implements SegmentView {
        GrowingView(GrowingRows part, SegmentSnapshot rows) {
            this(part, rows, part.segment().statistics(), new ConcurrentHashMap<>(), new InterimUses());
        }

        @Override
        public Optional<Index> findIndex(Column column, Metric metric) {
            return Optional.empty();
        }

        @Override
        public Optional<Index> findInterim(Column column, Metric metric) {
            return interims.find(part.interims(), column, metric, rows);
        }

        @Override
        public Optional<Values> findValues(Column column) {
            return Optional.empty();
        }

        @Override
        public List<PathValues> findPaths(Column column) {
            return List.of();
        }

        /// Its rows change.
        @Override
        public Optional<FilterCache> filters() {
            return Optional.empty();
        }

        /// A read searches one column.
        @Override
        public SearcherPool exact(Column column, Metric metric) {
            return pools.computeIfAbsent(
                    metric, _ -> new SearcherPool(() -> BruteForceSearch.of(rows.vectors(column), metric)));
        }

        @Override
        public Optional<TextIndex> findText(Column column, String analyzer) {
            return Optional.empty();
        }

        @Override
        public TextPostings texts(Column column, String analyzer, TextQuery query) {
            return part.texts().of(column.id(), analyzer, query, rows.variable(column));
        }

        @Override
        public Map<String, Long> files() {
            return Map.of();
        }

        void close() {
            interims.close();
            pools.values().forEach(SearcherPool::close);
            rows.close();
        }
    }

    /// The stand-ins for indexes that one read of a segment holds.
    private static final class InterimUses implements AutoCloseable {
        private final ConcurrentHashMap<Metric, Optional<InterimIndexes.Use>> uses = new ConcurrentHashMap<>();

        /// A read searches one column.
        Optional<SegmentView.Index> find(InterimIndexes interims, Column column, Metric metric, SegmentSnapshot rows) {
            return uses.computeIfAbsent(metric, _ -> interims.find(column, metric, rows))
                    .map(InterimIndexes.Use::view);
        }

        @Override
        public void close() {
            uses.values().forEach(use -> use.ifPresent(InterimIndexes.Use::close));
        }
    }
}
