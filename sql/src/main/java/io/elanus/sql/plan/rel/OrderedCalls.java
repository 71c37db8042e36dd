package io.elanus.sql.plan.rel;

import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rel.RelCollation;
import org.apache.calcite.rel.RelCollations;
import org.apache.calcite.rel.RelFieldCollation;
import org.apache.calcite.rel.RelHomogeneousShuttle;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.logical.LogicalAggregate;
import org.apache.calcite.sql.SqlAggFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.util.Optionality;

/// The ORDER BY of aggregate calls as arguments behind their own, for as long as a query is taken out of the rows
/// around it: that moves columns, and Calcite then moves arguments with them, but not the columns of an order.
final class OrderedCalls {
    private OrderedCalls() {}

    static RelNode asArguments(RelNode tree) {
        return tree.accept(new Calls() {
            @Override
            AggregateCall changed(AggregateCall call) {
                return call.getCollation().getFieldCollations().isEmpty() ? call : new Ordered(call).call();
            }
        });
    }

    static RelNode asOrder(RelNode tree) {
        return tree.accept(new Calls() {
            @Override
            AggregateCall changed(AggregateCall call) {
                return call.getAggregation() instanceof Ordered ordered ? ordered.back(call) : call;
            }
        });
    }

    private abstract static class Calls extends RelHomogeneousShuttle {
        abstract AggregateCall changed(AggregateCall call);

        @Override
        public RelNode visit(RelNode other) {
            RelNode visited = super.visit(other);
            if (!(visited instanceof LogicalAggregate aggregate)) {
                return visited;
            }
            List<AggregateCall> calls =
                    aggregate.getAggCallList().stream().map(this::changed).toList();
            return calls.equals(aggregate.getAggCallList())
                    ? visited
                    : aggregate.copy(
                            aggregate.getTraitSet(),
                            aggregate.getInput(),
                            aggregate.getGroupSet(),
                            aggregate.getGroupSets(),
                            calls);
        }
    }

    /// Stands for the function of a call; its last arguments are what the rows are ordered by.
    private static final class Ordered extends SqlAggFunction {
        private final AggregateCall original;

        Ordered(AggregateCall original) {
            super(
                    "$ORDERED_" + original.getAggregation().getName() + original.getCollation(),
                    null,
                    SqlKind.OTHER_FUNCTION,
                    ReturnTypes.explicit(original.getType()),
                    null,
                    OperandTypes.VARIADIC,
                    SqlFunctionCategory.SYSTEM,
                    false,
                    false,
                    Optionality.FORBIDDEN);
            this.original = original;
        }

        AggregateCall call() {
            var arguments = new ArrayList<>(original.getArgList());
            original.getCollation().getFieldCollations().forEach(key -> arguments.add(key.getFieldIndex()));
            return of(original, this, arguments, RelCollations.EMPTY);
        }

        AggregateCall back(AggregateCall call) {
            int own = original.getArgList().size();
            var keys = new ArrayList<RelFieldCollation>();
            for (RelFieldCollation key : original.getCollation().getFieldCollations()) {
                keys.add(key.withFieldIndex(call.getArgList().get(own + keys.size())));
            }
            List<Integer> arguments = call.getArgList().subList(0, own);
            return of(call, original.getAggregation(), arguments, RelCollations.of(keys));
        }

        private static AggregateCall of(
                AggregateCall call, SqlAggFunction function, List<Integer> arguments, RelCollation order) {
            return AggregateCall.create(
                    call.getParserPosition(),
                    function,
                    call.isDistinct(),
                    call.isApproximate(),
                    call.ignoreNulls(),
                    call.rexList,
                    arguments,
                    call.filterArg,
                    call.distinctKeys,
                    order,
                    call.getType(),
                    call.name);
        }
    }
}
