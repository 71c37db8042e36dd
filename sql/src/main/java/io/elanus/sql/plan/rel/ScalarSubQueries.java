package io.elanus.sql.plan.rel;

import io.elanus.sql.type.Types;
import io.elanus.storage.type.ColumnType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.schema.TransientTable;
import org.apache.calcite.sql.SqlKind;

/// Takes the subqueries out of a tree that are used as a value and refer to nothing outside themselves, and puts a
/// parameter where each stood: it has one value throughout the statement, so it runs once and first, and what
/// compares with it, be it a distance, a filter or a key, is planned as if the value had been written there. The
/// same subquery written twice is one.
///
/// One that refers to an outer row, or to the rows of the recursion it stands in, stays where it is.
final class ScalarSubQueries {
    private final Parameters parameters;
    private final Map<RexSubQuery, RexNode> known = new HashMap<>();
    private final List<Found> found = new ArrayList<>();

    /// @param index of the parameter that it became
    /// @param rows  of one column
    record Found(int index, ColumnType type, RelNode rows) {}

    ScalarSubQueries(Parameters parameters) {
        this.parameters = parameters;
    }

    /// Those that were taken out; each refers to earlier ones only.
    List<Found> found() {
        return List.copyOf(found);
    }

    RelNode apply(RelNode node) {
        RelNode whole = Inputs.map(node, this::apply);
        return whole.accept(new RexShuttle() {
            @Override
            public RexNode visitSubQuery(RexSubQuery query) {
                return value(query, super.visitSubQuery(query));
            }
        });
    }

    /// @param visited the same with its operands visited
    private RexNode value(RexSubQuery query, RexNode visited) {
        RelNode rows = apply(query.rel);
        RexSubQuery whole = rows == query.rel ? (RexSubQuery) visited : ((RexSubQuery) visited).clone(rows);
        return query.getKind() == SqlKind.SCALAR_QUERY && stands(rows)
                ? known.computeIfAbsent(whole, this::parameter)
                : whole;
    }

    private RexNode parameter(RexSubQuery query) {
        ColumnType exact = Types.fromRel(query.getType());
        ColumnType type = exact instanceof ColumnType.Varchar ? Types.TEXT : exact;
        int index = parameters.subQuery(type);
        found.add(new Found(index, type, query.rel));
        return new RexDynamicParam(query.getType(), index);
    }

    /// By itself: does it refer to nothing around it?
    private static boolean stands(RelNode rows) {
        return RelOptUtil.getVariablesUsed(rows).isEmpty() && !readsRecursion(rows);
    }

    private static boolean readsRecursion(RelNode node) {
        if (node instanceof TableScan scan) {
            return scan.getTable().unwrap(TransientTable.class) != null;
        }
        var reads = new boolean[1];
        node.accept(new RexShuttle() {
            @Override
            public RexNode visitSubQuery(RexSubQuery query) {
                reads[0] |= readsRecursion(query.rel);
                return super.visitSubQuery(query);
            }
        });
        return reads[0] || node.getInputs().stream().anyMatch(ScalarSubQueries::readsRecursion);
    }
}
