package io.elanus.cluster.querynode.fragment;

import io.elanus.storage.segment.SegmentSnapshot;
import io.elanus.storage.segment.SegmentStatistics;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.Metric;
import java.util.Optional;

/// A segment as one read sees it. Any thread, until its [ReadView] is closed.
public interface SegmentView {
    SegmentSnapshot rows();

    SegmentStatistics statistics();

    /// An index over the column that ranks by this metric.
    Optional<Index> findIndex(Column column, Metric metric);

    /// Searchers that compare every row.
    SearcherPool exact(Column column, Metric metric);

    /// @param format as EXPLAIN names it
    record Index(String format, SearcherPool searchers) {}
}
