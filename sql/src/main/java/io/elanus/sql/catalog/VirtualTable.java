package io.elanus.sql.catalog;

import io.elanus.sql.plan.PlanColumn;
import io.elanus.sql.type.ElanusTypeFactory;
import io.elanus.sql.type.Types;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.schema.impl.AbstractTable;

/// A [SystemTable] in the validator.
public final class VirtualTable extends AbstractTable {
    private final SystemTable table;

    VirtualTable(SystemTable table) {
        this.table = table;
    }

    public SystemTable table() {
        return table;
    }

    @Override
    public RelDataType getRowType(RelDataTypeFactory typeFactory) {
        var factory = (ElanusTypeFactory) typeFactory;
        var row = factory.builder();
        for (PlanColumn column : table.columns()) {
            row.add(column.name(), Types.toRel(column.type(), true, factory));
        }
        return row.build();
    }
}
