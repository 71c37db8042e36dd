package io.elanus.cluster.querynode.fragment;

import io.elanus.storage.filter.Expr;
import io.elanus.storage.index.scalar.JsonPathValues;
import io.elanus.storage.index.scalar.ScalarIndex;
import io.elanus.storage.type.Column;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The indexes of one segment that a filter may ask. What an index over a path of documents holds becomes an input
/// of its own behind the filter's columns, so that conditions on it look like conditions on a column. For one
/// thread.
final class FilterIndexes {
    /// Ordinals behind the columns that mean the distance and the number of the query.
    private static final int COMPUTED = 2;

    private final Map<Integer, SegmentView.Values> found = new TreeMap<>();
    private final List<Path> paths = new ArrayList<>();
    private final Expr filter;

    /// @param document the column of documents
    /// @param input ordinal of the values
    private record Path(JsonPathValues values, Expr.Input document, int input) {}

    /// @param ordinals inputs that the filter reads
    FilterIndexes(FragmentRequest request, Expr filter, Iterable<Integer> ordinals, SegmentView segment) {
        List<Column> columns = request.inputs();
        Expr rewritten = filter;
        for (int ordinal : ordinals) {
            if (ordinal < columns.size()) {
                Column column = columns.get(ordinal);
                segment.findValues(column).ifPresent(index -> found.put(ordinal, index));
                for (SegmentView.PathValues index : segment.findPaths(column)) {
                    if (index.path().occursIn(rewritten, ordinal)) {
                        int input = columns.size() + COMPUTED + paths.size();
                        paths.add(new Path(index.path(), new Expr.Input(ordinal, column.type()), input));
                        found.put(input, index.values());
                        rewritten = index.path().replace(rewritten, ordinal, input);
                    }
                }
            }
        }
        this.filter = rewritten;
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    Collection<SegmentView.Values> all() {
        return found.values();
    }

    /// With the inputs that paths became.
    Expr filter() {
        return filter;
    }

    @Nullable
    ScalarIndex find(int input) {
        SegmentView.Values index = found.get(input);
        return index == null ? null : index.index();
    }

    /// As EXPLAIN names it.
    String describe(int input) {
        SegmentView.Values index = Objects.requireNonNull(found.get(input));
        return "index %s (%s)".formatted(index.name(), index.index().format().sql());
    }

    /// A part of the filter over the columns alone.
    Expr restore(Expr part) {
        Expr restored = part;
        for (Path path : paths) {
            restored = path.values().restore(restored, path.document(), path.input());
        }
        return restored;
    }
}
