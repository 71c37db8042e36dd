package io.elanus.sql.catalog;

import io.elanus.proto.grpc.ViewSchema;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.SchemaProtos;
import java.util.List;
import org.apache.calcite.plan.RelOptTable;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.schema.Schema;
import org.apache.calcite.schema.TranslatableTable;
import org.apache.calcite.schema.impl.AbstractTable;

/// A view of the catalog in the validator. Its rows have the columns that it was created with, whatever its query
/// would answer today; the planner puts the query in its place.
public final class StoredView extends AbstractTable implements TranslatableTable {
    private final ViewSchema schema;
    private final List<Column> columns;

    StoredView(ViewSchema schema) {
        this.schema = schema;
        this.columns =
                schema.getColumnsList().stream().map(SchemaProtos::fromProto).toList();
    }

    public ViewSchema schema() {
        return schema;
    }

    public List<Column> columns() {
        return columns;
    }

    @Override
    public RelDataType getRowType(RelDataTypeFactory typeFactory) {
        return StoredTable.rowType(columns, typeFactory);
    }

    @Override
    public Schema.TableType getJdbcTableType() {
        return Schema.TableType.VIEW;
    }

    @Override
    public RelNode toRel(RelOptTable.ToRelContext context, RelOptTable relOptTable) {
        RelNode query = context.expandView(
                        relOptTable.getRowType(),
                        schema.getQuery(),
                        List.of(schema.getSearchSchema()),
                        relOptTable.getQualifiedName())
                .project();
        return new ViewRel(RelOptUtil.createCastRel(query, relOptTable.getRowType(), true), this);
    }
}
