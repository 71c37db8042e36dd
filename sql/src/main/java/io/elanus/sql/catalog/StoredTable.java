package io.elanus.sql.catalog;

import io.elanus.sql.type.ElanusTypeFactory;
import io.elanus.sql.type.Types;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.TableSchema;
import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.schema.TemporalTable;
import org.apache.calcite.schema.impl.AbstractTable;

/// A table of the catalog in the validator. The hidden key shows only to the statements that change rows.
public final class StoredTable extends AbstractTable implements TemporalTable {
    private final TableSchema schema;
    private final List<Column> columns;

    StoredTable(TableSchema schema, boolean withHidden) {
        this.schema = schema;
        this.columns = withHidden
                ? schema.columns()
                : schema.columns().stream().filter(column -> !column.hidden()).toList();
    }

    public TableSchema schema() {
        return schema;
    }

    /// The columns of a row, in the order of the row type.
    public List<Column> columns() {
        return columns;
    }

    @Override
    public RelDataType getRowType(RelDataTypeFactory typeFactory) {
        return rowType(columns, typeFactory);
    }

    /// The row of a table or a view with these columns.
    static RelDataType rowType(List<Column> columns, RelDataTypeFactory typeFactory) {
        var factory = (ElanusTypeFactory) typeFactory;
        var row = factory.builder();
        columns.forEach(column -> row.add(column.name(), Types.toRel(column.type(), column.nullable(), factory)));
        return row.build();
    }

    @Override
    public String getSysStartFieldName() {
        return "sys_start";
    }

    @Override
    public String getSysEndFieldName() {
        return "sys_end";
    }
}
