package io.elanus.sql.dml;

import io.elanus.proto.grpc.Literal;
import io.elanus.storage.filter.Evaluator;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.TableSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Expressions over whole rows of a table: SET, WHERE and RETURNING of changes.
final class RowExpressions {
    private final TableSchema table;
    private final BufferAllocator allocator;

    RowExpressions(TableSchema table, BufferAllocator allocator) {
        this.table = table;
        this.allocator = allocator;
    }

    /// New values for columns of existing rows.
    ///
    /// @param columns ordinals of the assigned columns
    /// @param values over the row's columns, then those of the excluded row where there is one
    /// @param where rows for which it is not TRUE stay as they are
    record Assignments(List<Integer> columns, List<Expr> values, Optional<Expr> where, ColumnRules rules) {
        Assignments {
            columns = List.copyOf(columns);
            values = List.copyOf(values);
        }
    }

    /// The rows for which the condition holds, with their new values.
    ///
    /// @param excluded beside each old row the one that was to be inserted; empty: there is none
    List<Literal[]> updated(List<Literal[]> old, List<Literal[]> excluded, Assignments assignments) {
        boolean[] chosen = chosen(old, excluded, assignments.where());
        var rows = new ArrayList<Literal[]>();
        old.forEach(row -> rows.add(row.clone()));
        if (!old.isEmpty()) {
            try (VectorSchemaRoot batch = combined(old, excluded)) {
                for (int i = 0; i < assignments.columns().size(); i++) {
                    assign(batch, rows, chosen, assignments, i);
                }
            }
        }
        var result = new ArrayList<Literal[]>();
        for (int r = 0; r < chosen.length; r++) {
            if (chosen[r]) {
                result.add(rows.get(r));
            }
        }
        return result;
    }

    private void assign(
            VectorSchemaRoot batch, List<Literal[]> rows, boolean[] chosen, Assignments assignments, int i) {
        int ordinal = assignments.columns().get(i);
        Column column = table.columns().get(ordinal);
        Expr value = assignments.values().get(i);
        try (FieldVector values = Evaluator.compile(value).evaluate(batch, column.name(), allocator)) {
            for (int r = 0; r < rows.size(); r++) {
                if (chosen[r]) {
                    Literal literal = Literals.read(values, r, value.type());
                    Object java = Literals.value(literal, value.type());
                    rows.get(r)[ordinal] = assignments.rules().convert(java, column);
                }
            }
        }
    }

    /// For which rows does the condition hold?
    boolean[] chosen(List<Literal[]> old, List<Literal[]> excluded, Optional<Expr> where) {
        var chosen = new boolean[old.size()];
        Arrays.fill(chosen, true);
        if (where.isEmpty() || old.isEmpty()) {
            return chosen;
        }
        long[] bitmap = new long[(old.size() + 63) / 64];
        Arrays.fill(bitmap, -1L);
        try (VectorSchemaRoot batch = combined(old, excluded)) {
            Evaluator.compile(where.get()).select(batch, bitmap, 0);
        }
        for (int i = 0; i < chosen.length; i++) {
            chosen[i] = (bitmap[i >>> 6] & 1L << i) != 0;
        }
        return chosen;
    }

    /// The values of expressions for each row, as a batch; owned by the caller.
    ///
    /// @param names of its columns
    VectorSchemaRoot values(List<Literal[]> rows, List<Expr> exprs, List<String> names) {
        var vectors = new ArrayList<FieldVector>();
        try (VectorSchemaRoot batch = TableRows.toBatch(table, rows, allocator)) {
            for (int i = 0; i < exprs.size(); i++) {
                vectors.add(Evaluator.compile(exprs.get(i)).evaluate(batch, names.get(i), allocator));
            }
            var result = new VectorSchemaRoot(vectors);
            result.setRowCount(rows.size());
            return result;
        } catch (RuntimeException e) { // the vectors are ours until they are returned
            vectors.forEach(FieldVector::close);
            throw e;
        }
    }

    /// The old rows' columns, then those of the excluded rows.
    private VectorSchemaRoot combined(List<Literal[]> old, List<Literal[]> excluded) {
        VectorSchemaRoot left = TableRows.toBatch(table, old, allocator);
        if (excluded.isEmpty()) {
            return left;
        }
        VectorSchemaRoot right = TableRows.toBatch(table, excluded, allocator);
        var vectors = new ArrayList<>(left.getFieldVectors());
        vectors.addAll(right.getFieldVectors());
        return new VectorSchemaRoot(vectors);
    }
}
