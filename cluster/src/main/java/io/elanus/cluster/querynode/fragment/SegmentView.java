package io.elanus.cluster.querynode.fragment;

import io.elanus.storage.index.scalar.JsonPathValues;
import io.elanus.storage.index.scalar.ScalarIndex;
import io.elanus.storage.segment.SegmentSnapshot;
import io.elanus.storage.segment.SegmentStatistics;
import io.elanus.storage.text.TextPostings;
import io.elanus.storage.text.TextQuery;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.Metric;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// A segment as one read sees it. Any thread, until its [ReadView] is closed.
public interface SegmentView {
    SegmentSnapshot rows();

    SegmentStatistics statistics();

    /// An index over the column that ranks by this metric.
    Optional<Index> findIndex(Column column, Metric metric);

    /// What stands in for an index that the segment does not have yet.
    Optional<Index> findInterim(Column column, Metric metric);

    /// An index over the values of a scalar or array column.
    Optional<Values> findValues(Column column);

    /// Indexes over paths of a column of JSON documents.
    List<PathValues> findPaths(Column column);

    /// What filters kept of the rows before; for rows that do not change.
    Optional<FilterCache> filters();

    /// Searchers that compare every row.
    SearcherPool exact(Column column, Metric metric);

    /// An index of the column's texts by this analyzer.
    Optional<TextIndex> findText(Column column, String analyzer);

    /// Inverted lists of the column's texts, made by analyzing them; with the terms of the query at least.
    TextPostings texts(Column column, String analyzer, TextQuery query);

    /// Files with their sizes that the segment's rows are mapped to; none for rows in memory.
    Map<String, Long> files();

    /// @param format as EXPLAIN names it
    /// @param onDamaged to be told when a search cannot use the index, with the reason
    record Index(String format, SearcherPool searchers, Consumer<Throwable> onDamaged) {}

    /// @param name of the index
    /// @param onDamaged to be told when a filter cannot use the index, with the reason
    record Values(String name, ScalarIndex index, Consumer<Throwable> onDamaged) {}

    /// @param path what the index holds of a document
    record PathValues(JsonPathValues path, Values values) {}

    /// @param index the same for searches
    record TextIndex(TextPostings postings, Index index) {}
}
