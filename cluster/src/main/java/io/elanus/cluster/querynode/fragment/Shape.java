package io.elanus.cluster.querynode.fragment;

import io.elanus.storage.compute.AggregateCall;
import io.elanus.storage.compute.SortKey;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.Metric;
import java.util.List;

/// Which rows of those that pass a fragment answers with.
sealed interface Shape {
    /// Any rows, at most so many.
    record Scan(long limit) implements Shape {}

    /// The k nearest to each query, nearest first.
    ///
    /// @param queries float32 elements, one array per query
    @SuppressWarnings("ArrayRecordComponent")
    record Nearest(
            Column column,
            Metric metric,
            float[][] queries,
            int k,
            boolean exact,
            SearchEffort effort,
            double maxDistance)
            implements Shape {}

    /// The first rows in an order.
    record Sorted(List<SortKey> keys, long limit) implements Shape {
        public Sorted {
            keys = List.copyOf(keys);
        }
    }

    /// Partial states of groups.
    record Groups(List<Expr> keys, List<AggregateCall> calls) implements Shape {
        public Groups {
            keys = List.copyOf(keys);
            calls = List.copyOf(calls);
        }
    }
}
