package io.elanus.sql.plan.rel;

import io.elanus.sql.catalog.StoredTable;
import io.elanus.sql.type.Types;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelHomogeneousShuttle;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Correlate;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Snapshot;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexCorrelVariable;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.rex.RexFieldAccess;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexVisitorImpl;

/// Finds `LATERAL (SELECT … FROM table WHERE … ORDER BY distance(column, outer vector) LIMIT k)` and makes a [Lookup]
/// of it before correlations are removed, which would compare every outer row with every row of the table. Only
/// searches whose conditions say nothing of the outer row: those of many outer rows are run as one.
final class Lookups {
    private static final Set<String> DISTANCES = Set.of(
            "L2_DISTANCE",
            "COSINE_DISTANCE",
            "NEGATIVE_INNER_PRODUCT",
            "INNER_PRODUCT",
            "L1_DISTANCE",
            "HAMMING_DISTANCE",
            "JACCARD_DISTANCE");

    private final Parameters parameters;
    private final UnaryOperator<RelNode> optimiser;

    /// @param optimiser of the searches
    Lookups(Parameters parameters, UnaryOperator<RelNode> optimiser) {
        this.parameters = parameters;
        this.optimiser = optimiser;
    }

    RelNode apply(RelNode node) {
        RelNode whole = Inputs.map(node, this::apply);
        return whole instanceof Correlate correlate && fits(correlate) ? lookup(correlate) : whole;
    }

    private static boolean fits(Correlate correlate) {
        JoinRelType type = correlate.getJoinType();
        RelNode right = correlate.getRight();
        return (type == JoinRelType.INNER || type == JoinRelType.LEFT)
                && RelOptUtil.getVariablesUsed(correlate.getLeft()).isEmpty()
                && RelOptUtil.getVariablesUsed(right).equals(Set.of(correlate.getCorrelationId()))
                && fits(right, correlate.getCorrelationId());
    }

    /// Projections of the first rows by a distance.
    private static boolean fits(RelNode node, CorrelationId id) {
        return switch (node) {
            case Project project -> !project.containsOver() && fits(project.getInput(), id);
            case Sort sort ->
                sort.fetch != null
                        && sort.offset == null
                        && sort.getCollation().getFieldCollations().size() == 1
                        && sort.getInput() instanceof Project project
                        && !project.containsOver()
                        && isDistance(
                                project.getProjects()
                                        .get(sort.getCollation()
                                                .getFieldCollations()
                                                .getFirst()
                                                .getFieldIndex()),
                                id)
                        && isTable(project.getInput());
            default -> false;
        };
    }

    /// Rows of one table, whatever is asked of them, but nothing of the outer row.
    private static boolean isTable(RelNode node) {
        return switch (node) {
            case TableScan scan -> scan.getTable().unwrap(StoredTable.class) != null;
            case Filter filter -> RelOptUtil.getVariablesUsed(filter).isEmpty() && isTable(filter.getInput());
            case Project project ->
                !project.containsOver()
                        && RelOptUtil.getVariablesUsed(project).isEmpty()
                        && isTable(project.getInput());
            case Snapshot snapshot -> isTable(snapshot.getInput());
            default -> false;
        };
    }

    /// Is there a distance between a column and a value of the outer row within the key?
    private static boolean isDistance(RexNode key, CorrelationId id) {
        var found = new boolean[1];
        key.accept(new RexVisitorImpl<Void>(true) {
            @Override
            public Void visitCall(RexCall call) {
                if (DISTANCES.contains(call.getOperator().getName()) && call.operands.size() == 2) {
                    found[0] |= call.operands.stream().anyMatch(operand -> isOuter(operand, id))
                            && call.operands.stream().anyMatch(Lookups::hasInput);
                }
                return super.visitCall(call);
            }
        });
        return found[0];
    }

    private static boolean isOuter(RexNode operand, CorrelationId id) {
        return operand instanceof RexFieldAccess access
                && access.getReferenceExpr() instanceof RexCorrelVariable variable
                && variable.id.equals(id);
    }

    private static boolean hasInput(RexNode operand) {
        var found = new boolean[1];
        operand.accept(new RexVisitorImpl<Void>(true) {
            @Override
            public Void visitInputRef(RexInputRef ref) {
                found[0] = true;
                return super.visitInputRef(ref);
            }
        });
        return found[0];
    }

    private RelNode lookup(Correlate correlate) {
        Map<Integer, RexDynamicParam> given = new LinkedHashMap<>();
        var shuttle = new RexShuttle() {
            @Override
            public RexNode visitFieldAccess(RexFieldAccess access) {
                return isOuter(access, correlate.getCorrelationId())
                        ? given.computeIfAbsent(
                                access.getField().getIndex(),
                                _ -> new RexDynamicParam(
                                        access.getType(), parameters.subQuery(Types.fromRel(access.getType()))))
                        : super.visitFieldAccess(access);
            }
        };
        RelNode search = correlate.getRight().accept(new RelHomogeneousShuttle() {
            @Override
            public RelNode visit(RelNode node) {
                return super.visit(node).accept(shuttle);
            }
        });
        return new Lookup(
                correlate.getLeft(),
                optimiser.apply(search),
                given.entrySet().stream()
                        .map(entry -> new Lookup.Given(entry.getValue().getIndex(), entry.getKey()))
                        .toList(),
                correlate.getJoinType(),
                correlate.getRowType());
    }
}
