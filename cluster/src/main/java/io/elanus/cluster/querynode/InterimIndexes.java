package io.elanus.cluster.querynode;

import io.elanus.cluster.querynode.fragment.SearcherPool;
import io.elanus.cluster.querynode.fragment.SegmentView;
import io.elanus.cluster.runtime.Workers;
import io.elanus.storage.index.NearestIterator;
import io.elanus.storage.index.Query;
import io.elanus.storage.index.RowFilter;
import io.elanus.storage.index.VectorIndex.Hits;
import io.elanus.storage.index.VectorIndex.SearchParameters;
import io.elanus.storage.index.VectorIndex.Searcher;
import io.elanus.storage.index.VectorSource;
import io.elanus.storage.index.interim.InterimCodes;
import io.elanus.storage.index.interim.InterimSearcher;
import io.elanus.storage.segment.Segment;
import io.elanus.storage.segment.SegmentSnapshot;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Metric;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What stands in for the indexes that a segment does not have yet, because it grows or because they are still being
/// built: [InterimCodes], begun by the first search that an index would serve, and brought up to date by workers
/// while later ones come. Rows without a code are compared one by one, so a search sees every row at once.
///
/// Any thread. Owned by the segment's holder; reads that use codes keep them until they end.
final class InterimIndexes implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(InterimIndexes.class);
    /// As EXPLAIN names it.
    private static final String FORMAT = "interim codes";
    /// So many rows without a code are worth a task.
    private static final int STEP = InterimCodes.LEAST_ROWS / 2;

    private record Key(int columnId, Metric metric) {}

    private final Segment segment;
    private final Workers workers;
    private final BufferAllocator memory;
    private final ConcurrentHashMap<Key, Interim> interims = new ConcurrentHashMap<>();
    private volatile Set<Key> indexed = Set.of();
    private volatile boolean closed;

    /// @param memory where the codes are counted
    InterimIndexes(Segment segment, Workers workers, BufferAllocator memory) {
        this.segment = segment;
        this.workers = workers;
        this.memory = memory;
    }

    /// The stand-in for an index, for one read; empty where comparing all rows takes as little. The caller closes it
    /// when the read ends.
    Optional<Use> find(Column column, Metric metric, SegmentSnapshot rows) {
        if (rows.rows() < InterimCodes.LEAST_ROWS
                || !(column.type() instanceof ColumnType.Vector type)
                || !InterimCodes.supports(metric, type)) {
            return Optional.empty();
        }
        var key = new Key(column.id(), metric);
        Interim interim = interims.computeIfAbsent(key, _ -> new Interim(new InterimCodes(metric, type, memory)));
        if (closed || indexed.contains(key)) {
            drop(key);
        }
        if (!interim.references.tryRetain()) {
            return Optional.empty();
        }
        if (rows.rows() - interim.codes.rows() >= STEP) {
            extend(interim, column);
        }
        return Optional.of(new Use(interim, rows.vectors(column)));
    }

    /// These indexes serve the segment from now on, and nothing stands in for them.
    void leaveTo(List<ServedIndex> open) {
        indexed = open.stream()
                .flatMap(index -> index.metric().map(metric -> new Key(index.columnId(), metric)).stream())
                .collect(Collectors.toUnmodifiableSet());
        indexed.forEach(this::drop);
    }

    private void drop(Key key) {
        Interim interim = interims.remove(key);
        if (interim != null) {
            interim.references.release();
        }
    }

    long memoryBytes() {
        return interims.values().stream()
                .mapToLong(interim -> interim.codes.memoryBytes())
                .sum();
    }

    @Override
    public void close() {
        closed = true;
        interims.keySet().forEach(this::drop);
    }

    private void extend(Interim interim, Column column) {
        if (interim.extending.compareAndSet(false, true) && interim.references.tryRetain()) {
            var _ = workers.compute(() -> {
                        extendByPage(interim, column);
                        return null;
                    })
                    .whenComplete((_, refused) -> {
                        if (refused != null) {
                            interim.extending.set(false);
                        }
                        interim.references.release();
                    });
        }
    }

    /// One task makes a page of codes, so that searches get their turn between two.
    private void extendByPage(Interim interim, Column column) {
        int missing;
        try (SegmentSnapshot rows = segment.snapshot()) {
            int before = interim.codes.rows();
            if (rows.rows() > before) {
                interim.codes.extend(rows.vectors(column));
            }
            missing = interim.codes.rows() > before ? rows.rows() - interim.codes.rows() : 0;
        } catch (RuntimeException e) {
            // Memory ran out, or a file is damaged: nothing is tried again, and the rows left are compared.
            LOG.warn("No more codes for a segment without an index: segment={}", segment.id(), e);
            return;
        }
        interim.extending.set(false);
        if (missing >= STEP) {
            extend(interim, column);
        }
    }

    /// Codes, and the searchers that idle.
    private static final class Interim {
        final InterimCodes codes;
        final AtomicBoolean extending = new AtomicBoolean();
        final ArrayDeque<InterimSearcher> idle = new ArrayDeque<>();
        final References references;

        Interim(InterimCodes codes) {
            this.codes = codes;
            this.references = new References(() -> {
                idle.forEach(InterimSearcher::close);
                codes.close();
            });
        }

        Searcher take(VectorSource vectors) {
            @Nullable InterimSearcher searcher;
            synchronized (idle) {
                searcher = idle.pollLast();
            }
            return new Borrowed(this, (searcher == null ? codes.newSearcher() : searcher).over(vectors));
        }

        void give(InterimSearcher searcher) {
            synchronized (idle) {
                idle.addLast(searcher);
            }
        }
    }

    /// A searcher that goes back when it is closed.
    private record Borrowed(Interim from, InterimSearcher searcher) implements Searcher {
        @Override
        public int search(float[] query, SearchParameters parameters, RowFilter filter, Hits hits) {
            return searcher.search(query, parameters, filter, hits);
        }

        @Override
        public NearestIterator iterate(Query query, SearchParameters parameters, RowFilter filter) {
            return searcher.iterate(query, parameters, filter);
        }

        @Override
        public void close() {
            from.give(searcher);
        }
    }

    /// What one read holds.
    static final class Use implements AutoCloseable {
        private final Interim interim;
        private final VectorSource vectors;
        private final SearcherPool searchers;

        private Use(Interim interim, VectorSource vectors) {
            this.interim = interim;
            this.vectors = vectors;
            this.searchers = new SearcherPool(this::newSearcher);
        }

        /// Closed before this is.
        Searcher newSearcher() {
            return interim.take(vectors);
        }

        SegmentView.Index view() {
            // It has no file, so nothing can be damaged but the rows themselves, and then no search succeeds.
            return new SegmentView.Index(FORMAT, searchers, _ -> {});
        }

        @Override
        public void close() {
            searchers.close();
            interim.references.release();
        }
    }
}
