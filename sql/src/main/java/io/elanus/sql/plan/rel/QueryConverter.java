package io.elanus.sql.plan.rel;

import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.RelOptTable.ViewExpander;
import org.apache.calcite.prepare.Prepare.CatalogReader;
import org.apache.calcite.rel.RelRoot;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.validate.SqlValidator;
import org.apache.calcite.sql2rel.SqlToRelConverter;
import org.apache.calcite.sql2rel.StandardConvertletTable;
import org.jspecify.annotations.Nullable;

/// Calcite's converter, which puts a query of WITH and of a view in each place that names it: what names one twice
/// doubles with every such query around it. Counts them, and looks at each whether anybody still waits for the plan.
final class QueryConverter extends SqlToRelConverter {
    private final Budget budget;

    /// How many queries a statement may still become; its views share one.
    static final class Budget {
        private static final int MOST = 4_000;

        private int queries;

        private void take() {
            Interruption.check();
            if (++queries > MOST) {
                throw PlanSize.tooLarge();
            }
        }
    }

    QueryConverter(
            ViewExpander views,
            SqlValidator validator,
            CatalogReader reader,
            RelOptCluster cluster,
            SqlToRelConverter.Config conversion,
            Budget budget) {
        super(views, validator, reader, cluster, StandardConvertletTable.INSTANCE, conversion);
        this.budget = budget;
    }

    @Override
    @SuppressWarnings("NullAway") // Calcite's own annotations are of another kind
    protected RelRoot convertQueryRecursive(SqlNode query, boolean top, @Nullable RelDataType target) {
        budget.take();
        return super.convertQueryRecursive(query, top, target);
    }
}
