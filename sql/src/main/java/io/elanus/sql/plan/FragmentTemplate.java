package io.elanus.sql.plan;

import io.elanus.storage.compute.AggregateCall;
import io.elanus.storage.compute.SortKey;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.type.Metric;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What every shard leader does, before parameters are bound. Expressions are over the input columns.
///
/// @param inputColumnIds columns of the table that the fragment reads
/// @param keys           only rows whose key is one of these values; empty: all rows
/// @param projection     output columns of scan, top-k and sort; ordinal n = number of input columns is the
///     distance (DOUBLE) of a top-k; empty for an aggregate
public record FragmentTemplate(
        List<Integer> inputColumnIds, Optional<Expr> filter, List<Expr> keys, Shape shape, List<Expr> projection) {
    public FragmentTemplate {
        inputColumnIds = List.copyOf(inputColumnIds);
        keys = List.copyOf(keys);
        projection = List.copyOf(projection);
    }

    public sealed interface Shape {
        /// @param limit rows each shard may stop at
        record Scan(Optional<Expr> limit) implements Shape {}

        /// @param queryVector a FLOAT32 VECTOR (or the column's own vector type), constant once parameters are
        ///     bound
        /// @param k           rows each shard answers with: LIMIT plus OFFSET
        /// @param exact       no index
        /// @param parameters  ef_search, nprobe, joined with the session's; index: one that serves it; stream:
        ///     many rows may come approximately nearest first
        /// @param maxDistance only rows this near
        record TopK(
                int columnId,
                Metric metric,
                Expr queryVector,
                Expr k,
                boolean exact,
                Map<String, String> parameters,
                Optional<Bound> maxDistance)
                implements Shape {
            public TopK {
                parameters = Map.copyOf(parameters);
            }
        }

        /// The nearest rows of which at most `size` are of one group.
        ///
        /// @param groups rows for which these are equal are a group
        record GroupedTopK(TopK nearest, List<Expr> groups, Expr size) implements Shape {
            public GroupedTopK {
                groups = List.copyOf(groups);
            }
        }

        /// A greatest distance.
        ///
        /// @param distance a DOUBLE without inputs; no row is near enough to NULL
        record Bound(Expr distance, boolean inclusive) {}

        /// @param limit rows each shard answers with: LIMIT plus OFFSET
        /// @param partition the limit is that of rows for which these are equal, which come in no order; empty:
        ///     of all rows
        record SortLimit(List<SortKey> keys, Expr limit, List<Expr> partition) implements Shape {
            public SortLimit {
                keys = List.copyOf(keys);
                partition = List.copyOf(partition);
            }

            public SortLimit(List<SortKey> keys, Expr limit) {
                this(keys, limit, List.of());
            }
        }

        record PartialAggregate(List<Expr> keys, List<AggregateCall> calls) implements Shape {
            public PartialAggregate {
                keys = List.copyOf(keys);
                calls = List.copyOf(calls);
            }
        }
    }
}
