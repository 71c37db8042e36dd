package io.elanus.sql.plan;

import io.elanus.storage.compute.AggregateCall;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.List;

/// One window function.
public sealed interface WindowCall {
    ColumnType type();

    /// ROW_NUMBER, RANK, DENSE_RANK, PERCENT_RANK, CUME_DIST; NTILE takes its bucket count.
    record Ranking(Function function, List<Expr> arguments) implements WindowCall {
        public Ranking {
            arguments = List.copyOf(arguments);
        }

        public enum Function {
            ROW_NUMBER,
            RANK,
            DENSE_RANK,
            PERCENT_RANK,
            CUME_DIST,
            NTILE
        }

        @Override
        public ColumnType type() {
            return switch (function) {
                case ROW_NUMBER, RANK, DENSE_RANK, NTILE -> Simple.BIGINT;
                case PERCENT_RANK, CUME_DIST -> Simple.DOUBLE;
            };
        }
    }

    /// The value of another row of the partition: `offset` rows after this one (LEAD) or before (negative, LAG).
    ///
    /// @param ignoreNulls counts only rows whose value is not NULL
    record Shifted(Expr value, long offset, Expr otherwise, boolean ignoreNulls) implements WindowCall {
        @Override
        public ColumnType type() {
            return value.type();
        }
    }

    /// The value in one row of the frame: 1 the first, -1 the last, n the n-th.
    ///
    /// @param ignoreNulls counts only rows whose value is not NULL
    record Nth(Expr value, long n, Frame frame, boolean ignoreNulls) implements WindowCall {
        @Override
        public ColumnType type() {
            return value.type();
        }
    }

    record Aggregated(AggregateCall call, Frame frame) implements WindowCall {
        @Override
        public ColumnType type() {
            return call.type();
        }
    }

    /// Rows around the current one, both ends included.
    ///
    /// @param exclude which of them are not of the frame after all
    record Frame(Unit unit, Bound from, Bound to, Exclusion exclude) {
        /// What an offset counts: rows, groups of peers, or the difference of the order's one key.
        public enum Unit {
            ROWS,
            GROUPS,
            RANGE
        }

        public enum Exclusion {
            NOTHING,
            CURRENT_ROW,
            GROUP,
            TIES
        }

        /// Where a frame begins or ends.
        public sealed interface Bound {
            /// The partition's first or last row.
            record Unbounded() implements Bound {}

            /// The current row; for GROUPS and RANGE with its peers.
            record Current() implements Bound {}

            /// So many rows or groups on; negative before.
            record Counted(long offset) implements Bound {}

            /// For RANGE: the order's key that the bound is at, worked out from the current row.
            record At(Expr key) implements Bound {}
        }

        /// The default with an ORDER BY.
        public static final Frame TO_PEERS =
                new Frame(Unit.RANGE, new Bound.Unbounded(), new Bound.Current(), Exclusion.NOTHING);
    }
}
