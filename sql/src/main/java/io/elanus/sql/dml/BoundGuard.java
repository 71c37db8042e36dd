package io.elanus.sql.dml;

import io.elanus.proto.grpc.Literal;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.security.RowGuard;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.type.TableSchema;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// A [RowGuard] with the parameters of a run.
final class BoundGuard {
    private final TableSchema table;
    private final RowExpressions expressions;
    private final Optional<Expr> inserted;
    private final Optional<Expr> old;
    private final Optional<Expr> updated;

    BoundGuard(RowGuard guard, TableSchema table, List<Literal> parameters, RowExpressions expressions) {
        this.table = table;
        this.expressions = expressions;
        this.inserted = guard.inserted().map(expr -> expr.bind(parameters));
        this.old = guard.old().map(expr -> expr.bind(parameters));
        this.updated = guard.updated().map(expr -> expr.bind(parameters));
    }

    void checkInserted(List<Literal[]> rows) {
        check(rows, inserted, "A new row");
    }

    /// Refuses rows that are in the way of new ones but cannot be changed.
    void checkOld(List<Literal[]> rows) {
        check(rows, old, "A row with the key of a new one");
    }

    /// The rows that may be changed; others are as if they were not there.
    List<Literal[]> old(Collection<Literal[]> rows) {
        var all = new ArrayList<>(rows);
        if (old.isEmpty()) {
            return all;
        }
        boolean[] chosen = expressions.chosen(all, List.of(), old);
        var open = new ArrayList<Literal[]>();
        for (int i = 0; i < chosen.length; i++) {
            if (chosen[i]) {
                open.add(all.get(i));
            }
        }
        return open;
    }

    /// The same rows, as a change leaves them.
    List<Literal[]> updated(List<Literal[]> rows) {
        check(rows, updated, "A changed row");
        return rows;
    }

    private void check(List<Literal[]> rows, Optional<Expr> condition, String what) {
        if (condition.isEmpty()) {
            return;
        }
        for (boolean holds : expressions.chosen(rows, List.of(), condition)) {
            if (!holds) {
                throw new QueryException(
                        ErrorCode.INSUFFICIENT_PRIVILEGE,
                        "%s violates a row policy of table [%s].".formatted(what, table.name()),
                        "system.policies lists them.");
            }
        }
    }
}
