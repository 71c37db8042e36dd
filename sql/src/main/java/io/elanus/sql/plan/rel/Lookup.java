package io.elanus.sql.plan.rel;

import java.util.List;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.plan.RelTraitSet;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelWriter;
import org.apache.calcite.rel.SingleRel;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.type.RelDataType;

/// The rows of its input, each beside the rows of a search that depends on it. What the search takes from the row
/// are parameters within it, so that it is planned like any other.
final class Lookup extends SingleRel {
    private final RelNode search;
    private final List<Given> given;
    private final JoinRelType type;

    /// @param parameter index of the parameter within the search
    /// @param field of the input that gives its value
    record Given(int parameter, int field) {}

    /// @param row of the result: the input's fields, then the search's
    Lookup(RelNode input, RelNode search, List<Given> given, JoinRelType type, RelDataType row) {
        super(input.getCluster(), input.getTraitSet(), input);
        this.search = search;
        this.given = List.copyOf(given);
        this.type = type;
        this.rowType = row;
    }

    RelNode search() {
        return search;
    }

    List<Given> given() {
        return given;
    }

    /// Keeps rows for which the search finds nothing?
    boolean outer() {
        return type == JoinRelType.LEFT;
    }

    @Override
    public RelNode copy(RelTraitSet traits, List<RelNode> inputs) {
        return new Lookup(inputs.getFirst(), search, given, type, rowType);
    }

    @Override
    public RelWriter explainTerms(RelWriter writer) {
        return super.explainTerms(writer)
                .item("search", RelOptUtil.toString(search))
                .item("given", given)
                .item("type", type);
    }
}
