package io.elanus.sql.plan.rel;

import io.elanus.sql.catalog.FileTable;
import io.elanus.sql.catalog.StoredTable;
import io.elanus.sql.catalog.VirtualTable;
import io.elanus.sql.plan.JoinKind;
import io.elanus.sql.plan.Plan;
import io.elanus.sql.plan.PlanColumn;
import io.elanus.sql.plan.rule.Pushdown;
import io.elanus.sql.type.Types;
import io.elanus.storage.compute.SortKey;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import io.elanus.storage.visibility.TimeToLive;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.calcite.rel.RelFieldCollation;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Correlate;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Intersect;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.core.Minus;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.RepeatUnion;
import org.apache.calcite.rel.core.SetOp;
import org.apache.calcite.rel.core.Snapshot;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.core.Uncollect;
import org.apache.calcite.rel.core.Union;
import org.apache.calcite.rel.core.Values;
import org.apache.calcite.rel.core.Window;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.schema.TransientTable;

/// Walks an optimised tree from the leaves up.
final class PlanTranslator {
    private final Parameters parameters;
    private final RexBuilder rexBuilder;
    private final Pushdown pushdown;
    private final Cardinality cardinality;
    private final Rights rights;
    private final RecursionTranslator recursions;
    private final UnnestTranslator unnests;

    PlanTranslator(
            Parameters parameters, RexBuilder rexBuilder, Pushdown pushdown, Cardinality cardinality, Rights rights) {
        this.rights = rights;
        this.cardinality = cardinality;
        this.parameters = parameters;
        this.rexBuilder = rexBuilder;
        this.pushdown = pushdown;
        this.recursions = new RecursionTranslator(this);
        this.unnests = new UnnestTranslator(this, pushdown, rexBuilder);
    }

    Plan translate(RelNode node) {
        return switch (node) {
            case TableScan scan -> scan(scan, Optional.empty());
            case Snapshot snapshot -> snapshot(snapshot);
            case Filter filter -> {
                Plan input = translate(filter.getInput());
                yield pushdown.filter(input, over(input).of(filter.getCondition()));
            }
            case Project project -> project(project);
            case Sort sort -> sort(sort);
            case Aggregate aggregate ->
                new AggregateTranslator(pushdown, this).translate(aggregate, translate(aggregate.getInput()));
            case Lookup lookup ->
                new Plan.Lookup(
                        translate(lookup.getInput()),
                        translate(lookup.search()),
                        lookup.given().stream()
                                .map(given -> new Plan.Given(given.parameter(), given.field()))
                                .toList(),
                        lookup.outer());
            case Join join -> join(join);
            case Union union -> new Plan.Union(aligned(union), union.all);
            case Intersect intersect -> new Plan.Intersect(aligned(intersect), intersect.all);
            case Minus minus -> new Plan.Except(aligned(minus), minus.all);
            case RepeatUnion union -> recursions.translate(union);
            case Values values -> values(values);
            case Window window -> new WindowTranslator(this).translate(window, translate(window.getInput()));
            case Uncollect uncollect -> unnests.translate(uncollect);
            case Correlate correlate -> unnests.translate(correlate);
            default -> throw ExprTranslator.unsupported("This form of query [%s]".formatted(node.getRelTypeName()));
        };
    }

    ExprTranslator over(Plan input) {
        return over(PlanColumn.inputs(input.columns()));
    }

    private ExprTranslator over(List<Expr> inputs) {
        return new ExprTranslator(inputs, parameters, rexBuilder);
    }

    private Plan scan(TableScan scan, Optional<Expr> asOf) {
        StoredTable stored = scan.getTable().unwrap(StoredTable.class);
        if (stored != null) {
            Plan.FragmentScan all = Pushdown.scan(stored.schema(), stored.columns(), asOf);
            Plan alive = TimeToLive.of(stored.schema())
                    .map(lives -> pushdown.filter(all, alive(lives, stored, asOf)))
                    .orElse(all);
            // First of all conditions: later ones are not evaluated for the rows that it leaves out.
            return rights.filter(stored.schema(), stored.columns(), role(scan))
                    .map(policy -> pushdown.filter(alive, policy))
                    .orElse(alive);
        }
        if (scan.getTable().unwrap(TransientTable.class) != null) {
            return recursions.scan(scan);
        }
        FileTable read = scan.getTable().unwrap(FileTable.class);
        if (read != null) {
            return Plan.FileScan.of(
                    read.file(),
                    IntStream.range(0, read.file().columns().size()).boxed().toList());
        }
        VirtualTable virtual = scan.getTable().unwrap(VirtualTable.class);
        if (virtual != null) {
            var table = virtual.table();
            return new Plan.SystemScan(
                    table.schema() + "." + table.name(), rights.rows(table, role(scan)), table.columns());
        }
        throw ExprTranslator.unsupported(
                "Reading from [%s]".formatted(scan.getTable().getQualifiedName()));
    }

    private Expr alive(TimeToLive lives, StoredTable stored, Optional<Expr> asOf) {
        ColumnType type = lives.column().type();
        Expr now = asOf.orElseGet(() -> parameters.sessionValue(SessionValue.CURRENT_TIMESTAMP));
        return lives.live(new Expr.Input(stored.columns().indexOf(lives.column()), type), Coercion.cast(now, type));
    }

    private static String role(TableScan scan) {
        if (scan instanceof GuardedScan guarded) {
            return guarded.role();
        }
        throw new IllegalStateException(
                "A scan that nobody checked: " + scan.getTable().getQualifiedName());
    }

    private Plan snapshot(Snapshot snapshot) {
        RelNode input = snapshot.getInput();
        Expr period = new ExprTranslator(List.of(), parameters, rexBuilder).of(snapshot.getPeriod());
        Optional<Expr> asOf = Optional.of(Coercion.cast(period, Simple.TIMESTAMP_TZ));
        if (input instanceof TableScan scan) {
            return scan(scan, asOf);
        }
        if (input instanceof Project project && project.getInput() instanceof TableScan scan) {
            return project(project, scan(scan, asOf));
        }
        throw ExprTranslator.unsupported("FOR SYSTEM_TIME on anything but a table");
    }

    private Plan project(Project project) {
        return project(project, translate(project.getInput()));
    }

    private Plan project(Project project, Plan input) {
        List<Expr> exprs = over(input).all(project.getProjects());
        return pushdown.project(input, exprs, project.getRowType().getFieldNames());
    }

    private Plan sort(Sort sort) {
        Plan input = translate(unordered(sort.getInput()));
        ExprTranslator constants = new ExprTranslator(List.of(), parameters, rexBuilder);
        Optional<Expr> offset = Optional.ofNullable(sort.offset).map(node -> constants.count(node, "OFFSET"));
        Optional<Expr> limit = Optional.ofNullable(sort.fetch).map(node -> constants.count(node, "LIMIT"));
        List<SortKey> keys = keys(sort.getCollation().getFieldCollations(), PlanColumn.inputs(input.columns()));
        return keys.isEmpty() ? pushdown.limit(input, offset, limit) : pushdown.sort(input, keys, offset, limit);
    }

    /// Without an order that the one above replaces, as that of a view.
    private static RelNode unordered(RelNode node) {
        return switch (node) {
            case Sort sort when sort.fetch == null && sort.offset == null -> unordered(sort.getInput());
            case Project project
            when !project.containsOver() -> project.copy(project.getTraitSet(), List.of(unordered(project.getInput())));
            case Filter filter -> filter.copy(filter.getTraitSet(), List.of(unordered(filter.getInput())));
            default -> node;
        };
    }

    static List<SortKey> keys(List<RelFieldCollation> collations, List<Expr> inputs) {
        return collations.stream()
                .map(collation -> new SortKey(
                        inputs.get(collation.getFieldIndex()),
                        collation.getDirection().isDescending(),
                        collation.nullDirection == RelFieldCollation.NullDirection.FIRST
                                || collation.nullDirection == RelFieldCollation.NullDirection.UNSPECIFIED
                                        && collation.getDirection().isDescending()))
                .toList();
    }

    /// Holds the side that is thought to be the smaller one, except of inner joins, whose sides are in order.
    private Plan join(Join join) {
        Plan left = translate(join.getLeft());
        Plan right = translate(join.getRight());
        var leftColumns = PlanColumn.inputs(left.columns());
        var both = PlanColumn.inputs(PlanColumn.concat(left.columns(), right.columns()));
        var condition = JoinCondition.of(
                join.analyzeCondition(),
                new JoinCondition.Sides(over(left), over(right), over(both), leftColumns.size()));
        boolean holdsLeft = join.getJoinType() != JoinRelType.INNER
                && cardinality.rows(join.getLeft()) < cardinality.rows(join.getRight());
        if (!holdsLeft) {
            return joined(left, right, kind(join.getJoinType(), false), condition);
        }
        int rightCount = right.columns().size();
        Plan swapped =
                joined(right, left, kind(join.getJoinType(), true), condition.swapped(leftColumns.size(), rightCount));
        if (!join.getJoinType().projectsRight()) {
            return swapped;
        }
        var inputs = PlanColumn.inputs(swapped.columns());
        var ordered = new ArrayList<>(inputs.subList(rightCount, inputs.size()));
        ordered.addAll(inputs.subList(0, rightCount));
        return pushdown.project(swapped, ordered, join.getRowType().getFieldNames());
    }

    private static Plan joined(Plan left, Plan right, JoinKind kind, JoinCondition condition) {
        return condition.leftKeys().isEmpty()
                ? new Plan.NestedLoopJoin(left, right, kind, condition.residual())
                : new Plan.HashJoin(
                        left, right, kind, condition.leftKeys(), condition.rightKeys(), condition.residual());
    }

    /// @param swapped left is right
    private static JoinKind kind(JoinRelType type, boolean swapped) {
        return switch (type) {
            case INNER -> JoinKind.INNER;
            case LEFT -> swapped ? JoinKind.RIGHT : JoinKind.LEFT;
            case RIGHT -> swapped ? JoinKind.LEFT : JoinKind.RIGHT;
            case FULL -> JoinKind.FULL;
            case SEMI -> swapped ? JoinKind.RIGHT_SEMI : JoinKind.SEMI;
            case ANTI -> swapped ? JoinKind.RIGHT_ANTI : JoinKind.ANTI;
            default -> throw ExprTranslator.unsupported("This kind of join [%s]".formatted(type));
        };
    }

    /// The inputs with the types of the whole.
    private List<Plan> aligned(SetOp set) {
        var inputs = new ArrayList<Plan>();
        List<ColumnType> types = types(set.getRowType());
        List<String> names = set.getRowType().getFieldNames();
        for (RelNode node : set.getInputs()) {
            inputs.add(aligned(node, types, names));
        }
        return inputs;
    }

    Plan aligned(RelNode node, List<ColumnType> types, List<String> names) {
        return aligned(translate(node), types, names);
    }

    Plan aligned(Plan input, List<ColumnType> types, List<String> names) {
        var exprs = new ArrayList<Expr>();
        for (int i = 0; i < types.size(); i++) {
            exprs.add(Coercion.cast(new Expr.Input(i, input.columns().get(i).type()), types.get(i)));
        }
        return pushdown.project(input, exprs, names);
    }

    static List<ColumnType> types(RelDataType row) {
        return row.getFieldList().stream()
                .map(field -> Types.fromRel(field.getType()))
                .map(type -> type instanceof ColumnType.Varchar ? Types.TEXT : type)
                .toList();
    }

    private Plan values(Values values) {
        List<ColumnType> types = types(values.getRowType());
        var rows = new ArrayList<List<Expr>>();
        for (List<RexLiteral> tuple : values.getTuples()) {
            var row = new ArrayList<Expr>();
            for (int i = 0; i < tuple.size(); i++) {
                row.add(Coercion.cast(LiteralTranslator.constant(tuple.get(i)), types.get(i)));
            }
            rows.add(row);
        }
        var columns = new ArrayList<PlanColumn>();
        for (int i = 0; i < types.size(); i++) {
            columns.add(new PlanColumn(values.getRowType().getFieldNames().get(i), types.get(i)));
        }
        return new Plan.Values(rows, columns);
    }

    /// A constant of a Calcite literal, for aggregates and windows.
    Expr constant(RexNode node) {
        return new ExprTranslator(List.of(), parameters, rexBuilder).of(node);
    }

    static Expr isTrue(Expr condition) {
        return new Expr.Call(Operator.IS_TRUE, List.of(condition), Simple.BOOLEAN);
    }

    static Expr nullOf(ColumnType type) {
        return new Expr.Constant(Literals.NULL, type);
    }
}
