package io.elanus.cluster.querynode.fragment;

import io.elanus.storage.compute.AggregateCall;
import io.elanus.storage.compute.SortKey;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.index.Query;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.Metric;
import java.util.List;

/// Which rows of those that pass a fragment answers with.
sealed interface Shape {
    /// Any rows, at most so many.
    record Scan(long limit) implements Shape {}

    /// The k nearest to each query, nearest first.
    ///
    /// @param serving how the rows may be found
    record Nearest(
            Column column,
            Metric metric,
            List<Query> queries,
            int k,
            Serving serving,
            SearchEffort effort,
            double maxDistance)
            implements Shape {
        public Nearest {
            queries = List.copyOf(queries);
        }
    }

    /// The nearest to one query, k of them, searched for as they are read: they come approximately nearest first.
    record Streamed(Nearest nearest) implements Shape {}

    /// The k nearest to one query of which at most `size` are of one group.
    ///
    /// @param groups rows for which these are equal are a group
    record Grouped(Nearest nearest, List<Expr> groups, int size) implements Shape {
        public Grouped {
            groups = List.copyOf(groups);
        }
    }

    /// How a search may find its rows.
    enum Serving {
        /// An index of the table serves it; a segment that lacks it is searched in a way that finds as much.
        INDEX,
        /// No index of the table serves it, or one of some segments does: those without are searched exactly.
        ANY,
        /// By comparing every row.
        EXACT
    }

    /// The first rows in an order.
    ///
    /// @param partition the limit is that of the rows for which these are equal, which come in no order; empty: of
    ///     all rows
    record Sorted(List<SortKey> keys, long limit, List<Expr> partition) implements Shape {
        public Sorted {
            keys = List.copyOf(keys);
            partition = List.copyOf(partition);
        }
    }

    /// Partial states of groups.
    record Groups(List<Expr> keys, List<AggregateCall> calls) implements Shape {
        public Groups {
            keys = List.copyOf(keys);
            calls = List.copyOf(calls);
        }
    }

    /// The statistics of a text query, of all rows.
    record TextCount(Column column, Query.Text search) implements Shape {}
}
