package io.elanus.sql.plan.rel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.logical.LogicalJoin;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.util.ImmutableBitSet;

/// Puts inner joins in the order that [JoinGraph] finds best. Joins of one region, with the filters among them, are
/// taken apart into inputs and conditions; conditions on one input go to it, also those that a condition on several
/// implies; equal columns are equal whichever of them the statement compares. The result has the columns in the
/// order of before.
final class JoinOrder {
    private final RexBuilder rex;
    private final Cardinality cardinality;

    JoinOrder(RexBuilder rex, Cardinality cardinality) {
        this.rex = rex;
        this.cardinality = cardinality;
    }

    RelNode apply(RelNode node) {
        if (inRegion(node)) {
            var region = new Region();
            region.collect(node, 0);
            if (region.inputs.size() > 1) {
                return region.ordered(node);
            }
        }
        return Inputs.map(node, this::apply);
    }

    private static boolean inRegion(RelNode node) {
        return switch (node) {
            case Join join ->
                join.getJoinType() == JoinRelType.INNER
                        && join.getVariablesSet().isEmpty();
            case Filter filter -> filter.getVariablesSet().isEmpty() && inRegion(filter.getInput());
            default -> false;
        };
    }

    /// The inputs and conditions of joins that may be done in any order. Conditions are over the columns of all
    /// inputs, one input behind the other.
    private final class Region {
        final List<RelNode> inputs = new ArrayList<>();
        private final List<Integer> starts = new ArrayList<>();
        private final List<RexNode> conditions = new ArrayList<>();
        private int width;

        void collect(RelNode node, int start) {
            switch (node) {
                case Join join
                when inRegion(join) -> {
                    collect(join.getLeft(), start);
                    collect(join.getRight(), width);
                    take(join.getCondition(), start);
                }
                case Filter filter
                when inRegion(filter) -> {
                    collect(filter.getInput(), start);
                    take(filter.getCondition(), start);
                }
                default -> {
                    starts.add(width);
                    inputs.add(apply(node));
                    width += node.getRowType().getFieldCount();
                }
            }
        }

        private void take(RexNode condition, int start) {
            for (RexNode conjunct : RelOptUtil.conjunctions(RexUtil.pullFactors(rex, condition))) {
                RexNode moved = shifted(conjunct, start);
                conditions.add(moved);
            }
        }

        RelNode ordered(RelNode whole) {
            var byInput = new ArrayList<List<RexNode>>();
            inputs.forEach(_ -> byInput.add(new ArrayList<>()));
            var equalities = new EqualColumns();
            var rest = new ArrayList<RexNode>();
            for (RexNode condition : conditions) {
                Optional<Integer> only = onlyInput(condition);
                if (only.isPresent()) {
                    byInput.get(only.get()).add(condition);
                } else if (!equalities.take(condition)) {
                    implied(condition, byInput);
                    rest.add(condition);
                }
            }
            for (int i = 0; i < inputs.size(); i++) {
                inputs.set(i, filtered(inputs.get(i), byInput.get(i), starts.get(i)));
            }
            JoinGraph.Tree best = graph(equalities, rest).best();
            var built = new Assembly(equalities, rest).of(best);
            var columns = new ArrayList<RexNode>();
            for (int i = 0; i < width; i++) {
                columns.add(rex.makeInputRef(built.node(), built.columns().indexOf(i)));
            }
            return LogicalProject.create(
                    built.node(), List.of(), columns, whole.getRowType().getFieldNames(), java.util.Set.of());
        }

        private int inputOf(int column) {
            int input = starts.size() - 1;
            while (starts.get(input) > column) {
                input--;
            }
            return input;
        }

        private long inputsOf(RexNode condition) {
            long set = 0;
            for (int column : RelOptUtil.InputFinder.bits(condition)) {
                set |= 1L << inputOf(column);
            }
            return set;
        }

        private Optional<Integer> onlyInput(RexNode condition) {
            long set = inputsOf(condition);
            return Long.bitCount(set) == 1 ? Optional.of(Long.numberOfTrailingZeros(set)) : Optional.empty();
        }

        /// `a.x = 1 AND b.y = 2 OR a.x = 3 AND b.y = 4` says of `a` that x is 1 or 3.
        private void implied(RexNode condition, List<List<RexNode>> byInput) {
            if (condition.getKind() != SqlKind.OR) {
                return;
            }
            for (int input = 0; input < inputs.size(); input++) {
                var alternatives = new ArrayList<RexNode>();
                for (RexNode alternative : RelOptUtil.disjunctions(condition)) {
                    List<RexNode> own = new ArrayList<>();
                    for (RexNode conjunct : RelOptUtil.conjunctions(alternative)) {
                        if (inputsOf(conjunct) == 1L << input) {
                            own.add(conjunct);
                        }
                    }
                    if (own.isEmpty()) {
                        alternatives.clear();
                        break;
                    }
                    alternatives.add(RexUtil.composeConjunction(rex, own));
                }
                if (!alternatives.isEmpty()) {
                    byInput.get(input).add(RexUtil.composeDisjunction(rex, alternatives));
                }
            }
        }

        private RelNode filtered(RelNode input, List<RexNode> own, int start) {
            if (own.isEmpty()) {
                return input;
            }
            var moved =
                    own.stream().map(condition -> shifted(condition, -start)).toList();
            return LogicalFilter.create(input, RexUtil.composeConjunction(rex, moved));
        }

        private JoinGraph graph(EqualColumns equalities, List<RexNode> rest) {
            var nodes = new ArrayList<JoinGraph.Input>();
            inputs.forEach(
                    input -> nodes.add(new JoinGraph.Input(cardinality.rows(input), cardinality.wholeRows(input))));
            var equals = new ArrayList<JoinGraph.Equal>();
            for (ImmutableBitSet columns : equalities.groups()) {
                var distinct = JoinGraph.distinctByInput();
                for (int column : columns) {
                    int input = inputOf(column);
                    double values = cardinality.distinct(inputs.get(input), column - starts.get(input));
                    distinct.merge(input, values, Math::min);
                }
                equals.add(new JoinGraph.Equal(distinct));
            }
            var others = rest.stream()
                    .map(condition -> new JoinGraph.Other(inputsOf(condition), Cardinality.guess(condition)))
                    .toList();
            return new JoinGraph(nodes, equals, others);
        }

        /// Builds the joins. Each gets the equalities between its sides, and what else can be said there first.
        private final class Assembly {
            private final EqualColumns equalities;
            private final List<RexNode> open;

            Assembly(EqualColumns equalities, List<RexNode> rest) {
                this.equalities = equalities;
                this.open = new ArrayList<>(rest);
            }

            Built of(JoinGraph.Tree tree) {
                return switch (tree) {
                    case JoinGraph.Tree.Leaf(int input) -> leaf(input);
                    case JoinGraph.Tree.Join(var left, var right) -> join(of(left), of(right));
                };
            }

            private Built leaf(int input) {
                var columns = new ArrayList<Integer>();
                for (int i = 0; i < inputs.get(input).getRowType().getFieldCount(); i++) {
                    columns.add(starts.get(input) + i);
                }
                return new Built(inputs.get(input), columns);
            }

            private Built join(Built left, Built right) {
                var columns = new ArrayList<>(left.columns());
                columns.addAll(right.columns());
                var on = new ArrayList<RexNode>();
                for (ImmutableBitSet group : equalities.groups()) {
                    Optional<Integer> a = first(group, left.columns());
                    Optional<Integer> b = first(group, right.columns());
                    if (a.isPresent() && b.isPresent()) {
                        on.add(rex.makeCall(
                                SqlStdOperatorTable.EQUALS, column(a.get(), columns), column(b.get(), columns)));
                    }
                }
                for (RexNode condition : List.copyOf(open)) {
                    if (RelOptUtil.InputFinder.bits(condition).asList().stream().allMatch(columns::contains)) {
                        open.remove(condition);
                        on.add(condition.accept(new RexShuttle() {
                            @Override
                            public RexNode visitInputRef(RexInputRef ref) {
                                return column(ref.getIndex(), columns);
                            }
                        }));
                    }
                }
                RelNode joined = LogicalJoin.create(
                        left.node(),
                        right.node(),
                        List.of(),
                        RexUtil.composeConjunction(rex, on),
                        java.util.Set.of(),
                        JoinRelType.INNER);
                return new Built(joined, columns);
            }

            private Optional<Integer> first(ImmutableBitSet group, List<Integer> columns) {
                return columns.stream().filter(group::get).findFirst();
            }

            private RexNode column(int column, List<Integer> columns) {
                int input = inputOf(column);
                var type = inputs.get(input)
                        .getRowType()
                        .getFieldList()
                        .get(column - starts.get(input))
                        .getType();
                return rex.makeInputRef(type, columns.indexOf(column));
            }
        }
    }

    /// A tree with the column of the region that each of its columns is.
    private record Built(RelNode node, List<Integer> columns) {}

    private static RexNode shifted(RexNode node, int by) {
        return by == 0 ? node : RexUtil.shift(node, by);
    }

    /// Columns that conditions make equal, in groups.
    private static final class EqualColumns {
        private final List<ImmutableBitSet> groups = new ArrayList<>();

        List<ImmutableBitSet> groups() {
            return groups;
        }

        /// False if the condition is not `column = column` with both of one type.
        boolean take(RexNode condition) {
            if (!(condition instanceof RexCall call)
                    || call.getKind() != SqlKind.EQUALS
                    || !(call.getOperands().get(0) instanceof RexInputRef a)
                    || !(call.getOperands().get(1) instanceof RexInputRef b)
                    || a.getType().getSqlTypeName() != b.getType().getSqlTypeName()
                    || a.getType().getScale() != b.getType().getScale()) {
                return false;
            }
            var joined = ImmutableBitSet.of(a.getIndex(), b.getIndex());
            for (ImmutableBitSet group : List.copyOf(groups)) {
                if (group.intersects(joined)) {
                    groups.remove(group);
                    joined = joined.union(group);
                }
            }
            groups.add(joined);
            return true;
        }
    }
}
