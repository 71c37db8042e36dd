package io.elanus.sql.catalog;

import io.elanus.proto.grpc.ViewSchema;
import java.util.List;
import org.apache.calcite.plan.RelTraitSet;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelWriter;
import org.apache.calcite.rel.SingleRel;

/// Where a view was put in its place: above it its reader's rights count, below it those of its owner. It is taken
/// out once rights were checked.
public final class ViewRel extends SingleRel {
    private final StoredView view;

    ViewRel(RelNode query, StoredView view) {
        super(query.getCluster(), query.getTraitSet(), query);
        this.view = view;
    }

    public ViewSchema schema() {
        return view.schema();
    }

    @Override
    public RelNode copy(RelTraitSet traitSet, List<RelNode> inputs) {
        return new ViewRel(inputs.getFirst(), view);
    }

    @Override
    public RelWriter explainTerms(RelWriter writer) {
        return super.explainTerms(writer).item("view", view.schema().getViewId());
    }
}
