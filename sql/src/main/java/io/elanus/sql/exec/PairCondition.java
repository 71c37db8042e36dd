package io.elanus.sql.exec;

import io.elanus.sql.plan.PlanColumn;
import io.elanus.sql.plan.rule.Exprs;
import io.elanus.storage.compute.RowAppender;
import io.elanus.storage.compute.RowStore;
import io.elanus.storage.filter.Evaluator;
import io.elanus.storage.filter.Expr;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Decides among candidate pairs of a join. Only the columns that it looks at are copied for that.
final class PairCondition implements AutoCloseable {
    private final Evaluator condition;
    private final int[] leftColumns;
    private final int[] rightColumns;
    private final RowAppender pairs;

    /// @param condition over left columns and right columns behind them
    PairCondition(Expr condition, List<PlanColumn> left, List<PlanColumn> right, BufferAllocator allocator) {
        var used = new TreeSet<Integer>();
        Exprs.rewrite(condition, leaf -> {
            if (leaf instanceof Expr.Input input) {
                used.add(input.ordinal());
            }
            return leaf;
        });
        var ordinals = List.copyOf(used);
        Expr moved = Exprs.rewrite(
                condition,
                leaf -> leaf instanceof Expr.Input input
                        ? new Expr.Input(ordinals.indexOf(input.ordinal()), input.type())
                        : leaf);
        this.condition = Evaluator.compile(moved);
        this.leftColumns =
                used.headSet(left.size()).stream().mapToInt(Integer::intValue).toArray();
        this.rightColumns = used.tailSet(left.size()).stream()
                .mapToInt(ordinal -> ordinal - left.size())
                .toArray();
        var columns = new ArrayList<PlanColumn>();
        List<PlanColumn> all = PlanColumn.concat(left, right);
        ordinals.forEach(ordinal -> columns.add(all.get(ordinal)));
        this.pairs = new RowAppender(PlanColumn.schema(columns), allocator);
    }

    /// The bits of the pairs for which the condition is TRUE.
    long[] passing(VectorSchemaRoot left, int[] leftRows, RowStore right, int[] rightRows, int count) {
        pairs.append(left, leftColumns, leftRows, count);
        pairs.append(right, rightColumns, rightRows, leftColumns.length, count);
        try (VectorSchemaRoot rows = pairs.take(count)) {
            long[] passing = RowBits.all(count);
            condition.select(rows, passing, 0);
            return passing;
        }
    }

    @Override
    public void close() {
        pairs.close();
    }
}
