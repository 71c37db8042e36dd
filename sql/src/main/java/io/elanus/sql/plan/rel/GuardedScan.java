package io.elanus.sql.plan.rel;

import org.apache.calcite.rel.RelWriter;
import org.apache.calcite.rel.core.TableScan;

/// A scan with the role whose row policies it is under: that of the statement, or in a view that of its owner.
final class GuardedScan extends TableScan {
    private final String role;

    GuardedScan(TableScan scan, String role) {
        super(scan.getCluster(), scan.getTraitSet(), scan.getHints(), scan.getTable());
        this.role = role;
    }

    String role() {
        return role;
    }

    @Override
    public RelWriter explainTerms(RelWriter writer) {
        return super.explainTerms(writer).item("role", role);
    }
}
