package io.elanus.sql.plan.rel;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.plan.Plan;
import io.elanus.sql.plan.PlanColumn;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.ColumnType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.calcite.plan.RelOptTable;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.RepeatUnion;
import org.apache.calcite.rel.core.Spool;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.core.Union;
import org.apache.calcite.rel.core.Window;
import org.apache.calcite.schema.TransientTable;

/// WITH RECURSIVE: a [Plan.Recursive] whose step reads the rows of the step before from a [Plan.WorkingTable].
final class RecursionTranslator {
    private final PlanTranslator plans;
    /// Working tables of the recursive queries around, by name, with what they hold.
    private final Map<String, Plan.WorkingTable> open = new HashMap<>();
    private int count;

    RecursionTranslator(PlanTranslator plans) {
        this.plans = plans;
    }

    Plan translate(RepeatUnion union) {
        String name = name(union.getTransientTable());
        checkLinear(below(union.getIterativeRel()), name);
        List<ColumnType> types = PlanTranslator.types(union.getRowType());
        List<ColumnType> first = PlanTranslator.types(union.getSeedRel().getRowType());
        List<String> names = union.getRowType().getFieldNames();
        for (int i = 0; i < types.size(); i++) {
            if (!types.get(i).equals(first.get(i))) {
                throw new QueryException(
                        ErrorCode.DATATYPE_MISMATCH,
                        "Column [%s] of recursive query [%s] is [%s] in its first part and [%s] over all."
                                .formatted(
                                        names.get(i),
                                        name,
                                        first.get(i).sql(),
                                        types.get(i).sql()),
                        "Write CAST(… AS %s) in the first part."
                                .formatted(types.get(i).sql()));
            }
        }
        Plan seed = plans.aligned(below(union.getSeedRel()), types, names);
        var columns = new ArrayList<PlanColumn>();
        for (int i = 0; i < types.size(); i++) {
            columns.add(new PlanColumn(names.get(i), types.get(i)));
        }
        var working = new Plan.WorkingTable(count++, columns);
        Plan.WorkingTable outer = open.put(name, working);
        Plan step = plans.aligned(below(union.getIterativeRel()), types, names);
        if (outer == null) {
            open.remove(name);
        } else {
            open.put(name, outer);
        }
        return new Plan.Recursive(working, seed, step, union.all);
    }

    /// The rows of the step before.
    Plan scan(TableScan scan) {
        Plan.WorkingTable working = open.get(name(scan.getTable()));
        if (working == null) {
            throw ExprTranslator.unsupported("Reading a recursive query from here");
        }
        return plans.aligned(
                working,
                PlanTranslator.types(scan.getRowType()),
                scan.getRowType().getFieldNames());
    }

    private static String name(@org.jspecify.annotations.Nullable RelOptTable table) {
        return table == null ? "" : String.join(".", table.getQualifiedName());
    }

    private static RelNode below(RelNode node) {
        return node instanceof Spool spool ? spool.getInput() : node;
    }

    /// Every row of a step must come from one row of the step before: what looks at all of them would give other
    /// answers than the query means.
    private static void checkLinear(RelNode node, String name) {
        if (!reads(node, name) || node instanceof TableScan) {
            return;
        }
        boolean linear = switch (node) {
            case Project _, Filter _, Window _ -> true;
            case Union union -> union.all;
            case Join join -> linear(join, name);
            case RepeatUnion _, Spool _ -> true;
            default -> false;
        };
        if (!linear) {
            throw new QueryException(
                    ErrorCode.INVALID_RECURSION,
                    "Recursive query [%s] is read below %s, which needs all of its rows.".formatted(name, what(node)),
                    "Aggregate, sort and limit outside, where the whole query is read.");
        }
        node.getInputs().forEach(input -> checkLinear(input, name));
    }

    private static boolean linear(Join join, String name) {
        JoinRelType type = join.getJoinType();
        return reads(join.getLeft(), name)
                ? type == JoinRelType.INNER
                        || type == JoinRelType.LEFT
                        || type == JoinRelType.SEMI
                        || type == JoinRelType.ANTI
                : type == JoinRelType.INNER || type == JoinRelType.RIGHT;
    }

    private static String what(RelNode node) {
        return switch (node) {
            case Join _ -> "the optional side of an outer join";
            case org.apache.calcite.rel.core.Aggregate _ -> "an aggregate, DISTINCT or a subquery";
            case org.apache.calcite.rel.core.Sort _ -> "ORDER BY or LIMIT";
            default -> "a set operation or a subquery";
        };
    }

    private static boolean reads(RelNode node, String name) {
        return node instanceof TableScan scan
                ? scan.getTable().unwrap(TransientTable.class) != null
                        && name(scan.getTable()).equals(name)
                : node.getInputs().stream().anyMatch(input -> reads(input, name));
    }
}
