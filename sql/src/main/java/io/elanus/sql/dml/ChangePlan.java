package io.elanus.sql.dml;

import io.elanus.proto.grpc.Literal;
import io.elanus.sql.plan.rel.PlannedQuery;
import io.elanus.sql.plan.rel.SessionValue;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.TableSchema;
import java.util.List;
import java.util.Optional;

/// A planned INSERT, UPSERT, UPDATE or DELETE.
public sealed interface ChangePlan {
    TableSchema table();

    List<ColumnType> parameters();

    List<SessionValue> sessionValues();

    /// @param targets ordinals of the columns that the source fills, in its order
    record Insert(
            TableSchema table,
            List<Integer> targets,
            Source source,
            OnConflict onConflict,
            List<ColumnType> parameters,
            List<SessionValue> sessionValues)
            implements ChangePlan {}

    /// @param where over all columns of the table; empty as well when it holds subqueries, which are not looked at
    ///     again under the locks
    record Update(
            TableSchema table,
            PlannedQuery keys,
            SetClause set,
            List<ColumnType> parameters,
            List<SessionValue> sessionValues)
            implements ChangePlan {}

    record Delete(
            TableSchema table,
            PlannedQuery keys,
            Optional<Expr> where,
            List<ColumnType> parameters,
            List<SessionValue> sessionValues)
            implements ChangePlan {}

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
