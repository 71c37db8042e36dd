package io.elanus.sql.plan.rel;

import java.util.ArrayList;
import java.util.function.UnaryOperator;
import org.apache.calcite.rel.RelNode;

/// The inputs of a node, for rewrites that go from the leaves up.
final class Inputs {
    private Inputs() {}

    /// The node over what the function makes of its inputs; the same node where they stay the same.
    static RelNode map(RelNode node, UnaryOperator<RelNode> function) {
        var inputs = new ArrayList<RelNode>();
        boolean changed = false;
        for (RelNode input : node.getInputs()) {
            RelNode mapped = function.apply(input);
            changed |= mapped != input;
            inputs.add(mapped);
        }
        return changed ? node.copy(node.getTraitSet(), inputs) : node;
    }
}
