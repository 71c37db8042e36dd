package io.elanus.sql.dml;

import io.elanus.proto.grpc.Literal;
import io.elanus.sql.parser.tree.Statement;
import io.elanus.sql.plan.rel.PlannedQuery;
import io.elanus.sql.plan.rel.SessionValue;
import io.elanus.sql.security.RowGuard;
import io.elanus.sql.session.PreparedQuery.ResultColumn;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.TableSchema;
import java.util.List;
import java.util.Optional;

/// A planned INSERT, UPSERT, UPDATE, DELETE or MERGE.
public sealed interface ChangePlan {
    TableSchema table();

    /// What is answered of each changed row; empty: the count only.
    Optional<Answer> answer();

    Given given();

    default List<ColumnType> parameters() {
        return given().parameters();
    }

    /// The queries that it runs.
    default List<PlannedQuery> queries() {
        return switch (this) {
            case Insert insert -> insert.source() instanceof Source.Queries(var queries) ? queries : List.of();
            case Update update -> List.of(update.keys());
            case Delete delete -> List.of(delete.keys());
            case UpdateFrom update -> List.of(update.rows());
            case Merge merge -> List.of(merge.rows());
        };
    }

    /// What the run gives, and what policies demand of it.
    ///
    /// @param parameters types of those that the client sends
    record Given(List<ColumnType> parameters, List<SessionValue> sessionValues, RowGuard guard) {
        public Given {
            parameters = List.copyOf(parameters);
            sessionValues = List.copyOf(sessionValues);
        }
    }

    /// @param targets ordinals of the columns that the source fills, in its order
    record Insert(
            TableSchema table,
            List<Integer> targets,
            Source source,
            OnConflict onConflict,
            Optional<Answer> answer,
            Given given)
            implements ChangePlan {}

    /// @param where over all columns of the table; empty as well when it holds subqueries, which are not looked at
    ///     again under the locks
    record Update(TableSchema table, PlannedQuery keys, SetClause set, Optional<Answer> answer, Given given)
            implements ChangePlan {}

    record Delete(TableSchema table, PlannedQuery keys, Optional<Expr> where, Optional<Answer> answer, Given given)
            implements ChangePlan {}

    /// UPDATE whose new values need other rows than the one that is changed.
    ///
    /// @param rows the key, the new values, and then the old values of the columns that the statement reads: a row
    ///     that has changed since is not overwritten
    /// @param columns ordinals of the assigned columns
    /// @param read ordinals of the columns that the statement reads
    record UpdateFrom(
            TableSchema table,
            PlannedQuery rows,
            List<Integer> columns,
            List<Integer> read,
            Optional<Answer> answer,
            Given given)
            implements ChangePlan {}

    /// @param rows the key of the table's row, NULL where there is none; the number of the action, from 1, 0 for none;
    ///     the values of the actions; the old values of the columns that the statement reads
    /// @param read ordinals of the columns that the statement reads
    record Merge(
            TableSchema table,
            PlannedQuery rows,
            List<MergeAction> actions,
            List<Integer> read,
            Optional<Answer> answer,
            Given given)
            implements ChangePlan {}

    /// One WHEN of MERGE.
    ///
    /// @param columns ordinals of the columns that get values
    /// @param places of these values in the rows of the query, or [#DEFAULT]
    record MergeAction(Statement.MergeKind kind, List<Integer> columns, List<Integer> places) {
        static final int DEFAULT = -1;

        public MergeAction {
            columns = List.copyOf(columns);
            places = List.copyOf(places);
        }
    }

    /// RETURNING.
    ///
    /// @param values over all columns of the table
    /// @param asked the statement says so itself; else its caller wants it beside the count
    record Answer(List<Expr> values, List<ResultColumn> columns, boolean asked) {
        public Answer {
            values = List.copyOf(values);
            columns = List.copyOf(columns);
        }
    }

    /// @param columns ordinals of the assigned columns
    /// @param values over all columns of the table, then of the excluded row
    record SetClause(List<Integer> columns, List<Expr> values, Optional<Expr> where) {}

    sealed interface Source {
        /// One cell per target and row.
        record Rows(List<List<Cell>> rows) implements Source {}

        /// Rows that are queries of one row each, or one query of many rows.
        record Queries(List<PlannedQuery> queries) implements Source {}
    }

    sealed interface Cell {
        record Constant(Literal value) implements Cell {}

        record Parameter(int index) implements Cell {}

        record Default() implements Cell {}
    }

    sealed interface OnConflict {
        /// A key that exists fails the statement.
        record Fail() implements OnConflict {}

        record Nothing() implements OnConflict {}

        record Update(SetClause set) implements OnConflict {}

        /// UPSERT.
        record Replace() implements OnConflict {}
    }
}
