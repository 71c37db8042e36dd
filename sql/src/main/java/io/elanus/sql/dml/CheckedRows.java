package io.elanus.sql.dml;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.security.RowGuard;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.filter.Evaluator;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType.Simple;
import io.elanus.storage.type.TableSchema;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Refuses rows that a CHECK constraint of their table does not hold for. One that is NULL holds. Immutable.
final class CheckedRows {
    private final List<RowGuard.Check> checks;
    private final TableSchema table;

    CheckedRows(List<RowGuard.Check> checks, TableSchema table) {
        this.checks = checks;
        this.table = table;
    }

    boolean isEmpty() {
        return checks.isEmpty();
    }

    /// @param rows with all columns of the table
    void check(VectorSchemaRoot rows) {
        int count = rows.getRowCount();
        for (RowGuard.Check check : checks) {
            long[] holds = new long[(count + 63) / 64];
            Arrays.fill(holds, -1L);
            var holdsOrNull = new Expr.Call(Operator.IS_NOT_FALSE, List.of(check.condition()), Simple.BOOLEAN);
            Evaluator.compile(holdsOrNull).select(rows, holds, 0);
            for (int row = 0; row < count; row++) {
                if ((holds[row >>> 6] & 1L << row) == 0) {
                    throw violated(check, rows, row);
                }
            }
        }
    }

    private QueryException violated(RowGuard.Check check, VectorSchemaRoot rows, int row) {
        Column key = table.keyColumn();
        String which = "";
        if (!key.hidden()) {
            var value = Literals.read(rows.getVector(table.ordinal(key.id())), row, key.type());
            which = value.hasNull() ? "" : " with key [%s]".formatted(Literals.text(value, key.type()));
        }
        return new QueryException(
                ErrorCode.CHECK_VIOLATION,
                "The row%s violates constraint [%s] of table [%s].".formatted(which, check.name(), table.name()),
                "information_schema.check_constraints has its condition.");
    }
}
