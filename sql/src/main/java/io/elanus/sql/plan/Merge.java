package io.elanus.sql.plan;

import io.elanus.storage.compute.AggregateCall;
import io.elanus.storage.compute.SortKey;
import io.elanus.storage.filter.Expr;
import java.util.List;
import java.util.Optional;

/// How the answers of the shards become one.
public sealed interface Merge {
    /// In any order.
    record Concat(Optional<Expr> offset, Optional<Expr> limit) implements Merge {
        public static final Concat ALL = new Concat(Optional.empty(), Optional.empty());
    }

    /// Each shard answers in the order of the keys (over the fragment's output columns), and so does the whole.
    record Sorted(List<SortKey> keys, Optional<Expr> offset, Optional<Expr> limit) implements Merge {
        public Sorted {
            keys = List.copyOf(keys);
        }
    }

    /// The shards answer with partial states of these keys and calls (the same as in the fragment); the output is
    /// the keys, then the results.
    record FinalAggregate(List<Expr> keys, List<AggregateCall> calls) implements Merge {
        public FinalAggregate {
            keys = List.copyOf(keys);
            calls = List.copyOf(calls);
        }
    }
}
