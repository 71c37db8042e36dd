package io.elanus.cluster.querynode.fragment;

import io.elanus.storage.StorageException;
import io.elanus.storage.index.Query;
import io.elanus.storage.index.RowFilter;
import io.elanus.storage.text.TextPostings;
import io.elanus.storage.text.TextQuery;
import io.elanus.storage.text.TextRows;
import io.elanus.storage.text.TextStatistics;
import io.elanus.storage.type.Column;
import java.util.Optional;
import java.util.function.Function;

/// Reads the texts of a segment for a query: through its index when it has one for the analyzer, else by analyzing
/// them. An index that turns out to be damaged is reported, and the texts are analyzed. Pure.
final class TextReads {
    private TextReads() {}

    /// The visible rows among `rows` that match.
    static long[] matching(SegmentView segment, TextMatch match, long[] rows) {
        RowFilter filter = RowFilter.of(rows, segment.rows().rows());
        return read(segment, match.column(), match.analyzer(), match.query(), postings -> {
            long[] matching = new long[rows.length];
            var found = new TextRows(match.query(), postings);
            for (int row = found.next(filter); row >= 0; row = found.next(filter)) {
                matching[row >>> 6] |= 1L << row;
            }
            return matching;
        });
    }

    static TextStatistics count(SegmentView segment, Column column, Query.Text search) {
        return read(
                segment,
                column,
                search.analyzer(),
                search.query(),
                postings -> TextStatistics.of(search.query(), postings));
    }

    private static <T> T read(
            SegmentView segment, Column column, String analyzer, TextQuery query, Function<TextPostings, T> reader) {
        Optional<SegmentView.TextIndex> index = segment.findText(column, analyzer);
        if (index.isPresent()) {
            try {
                return reader.apply(index.get().postings());
            } catch (StorageException | InternalError damage) {
                if (!NearestSearch.isDamage(damage)) {
                    throw damage;
                }
                index.get().index().onDamaged().accept(damage);
            }
        }
        return reader.apply(segment.texts(column, analyzer, query));
    }
}
