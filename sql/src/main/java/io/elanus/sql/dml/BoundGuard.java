package io.elanus.sql.dml;

import io.elanus.proto.grpc.Literal;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.security.RowGuard;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.filter.Evaluator;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.type.TableSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/// A [RowGuard] with the parameters of a run. Immutable.
public final class BoundGuard {
    private final TableSchema table;
    private final BufferAllocator allocator;
    private final boolean none;
    private final Optional<Expr> inserted;
    private final Optional<Expr> old;
    private final Optional<Expr> updated;
    private final Optional<Expr> deleted;
    private final CheckedRows checks;

    public BoundGuard(RowGuard guard, TableSchema table, List<Literal> parameters, BufferAllocator allocator) {
        this.table = table;
        this.allocator = allocator;
        this.none = guard.isNone();
        this.inserted = guard.inserted().map(expr -> expr.bind(parameters));
        this.old = guard.old().map(expr -> expr.bind(parameters));
        this.updated = guard.updated().map(expr -> expr.bind(parameters));
        this.deleted = guard.deleted().map(expr -> expr.bind(parameters));
        this.checks = new CheckedRows(guard.checks(), table);
    }

    /// No policy stands between the role and the rows.
    public boolean isNone() {
        return none;
    }

    void checkInserted(List<Literal[]> rows) {
        check(rows, inserted, "A new row");
        checkConstraints(rows);
    }

    /// As [#checkInserted(List)], of a batch with all columns of the table.
    public void checkInserted(VectorSchemaRoot rows) {
        check(rows, inserted, "A new row");
        checks.check(rows);
    }

    /// Refuses rows that are in the way of new ones but cannot be changed.
    void checkInTheWay(List<Literal[]> rows) {
        check(rows, old, "A row with the key of a new one");
    }

    /// As [#checkInTheWay(List)], of a batch with all columns of the table.
    public void checkInTheWay(VectorSchemaRoot rows) {
        check(rows, old, "A row with the key of a new one");
    }

    /// Refuses rows that a MERGE would change.
    void checkOld(List<Literal[]> rows) {
        check(rows, old, "A row to be changed");
    }

    /// Refuses rows that a MERGE would delete.
    void checkDeleted(List<Literal[]> rows) {
        check(rows, deleted, "A row to be deleted");
    }

    /// The rows that may be changed; others are as if they were not there.
    List<Literal[]> old(Collection<Literal[]> rows) {
        return open(rows, old);
    }

    /// The rows that may be deleted; others are as if they were not there.
    List<Literal[]> deleted(Collection<Literal[]> rows) {
        return open(rows, deleted);
    }

    private List<Literal[]> open(Collection<Literal[]> rows, Optional<Expr> condition) {
        var all = new ArrayList<>(rows);
        if (condition.isEmpty()) {
            return all;
        }
        boolean[] chosen = new RowExpressions(table, allocator).chosen(all, List.of(), condition);
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
        checkConstraints(rows);
        return rows;
    }

    /// Refuses rows that a change may not leave, of a batch with all columns of the table.
    public void checkUpdated(VectorSchemaRoot rows) {
        check(rows, updated, "A changed row");
    }

    private void checkConstraints(List<Literal[]> rows) {
        if (!checks.isEmpty() && !rows.isEmpty()) {
            try (VectorSchemaRoot batch = TableRows.toBatch(table, rows, allocator)) {
                checks.check(batch);
            }
        }
    }

    private void check(List<Literal[]> rows, Optional<Expr> condition, String what) {
        if (condition.isEmpty() || rows.isEmpty()) {
            return;
        }
        try (VectorSchemaRoot batch = TableRows.toBatch(table, rows, allocator)) {
            check(batch, condition, what);
        }
    }

    private void check(VectorSchemaRoot rows, Optional<Expr> condition, String what) {
        if (condition.isEmpty()) {
            return;
        }
        int count = rows.getRowCount();
        long[] holds = new long[(count + 63) / 64];
        Arrays.fill(holds, -1L);
        Evaluator.compile(condition.get()).select(rows, holds, 0);
        for (int row = 0; row < count; row++) {
            if ((holds[row >>> 6] & 1L << row) == 0) {
                throw new QueryException(
                        ErrorCode.INSUFFICIENT_PRIVILEGE,
                        "%s violates a row policy of table [%s].".formatted(what, table.name()),
                        "system.policies lists them.");
            }
        }
    }
}
