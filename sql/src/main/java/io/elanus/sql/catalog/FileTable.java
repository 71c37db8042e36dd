package io.elanus.sql.catalog;

import io.elanus.sql.plan.PlanColumn;
import io.elanus.sql.plan.RowFile;
import io.elanus.sql.type.ElanusTypeFactory;
import io.elanus.sql.type.Types;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.schema.impl.AbstractTable;

/// A [RowFile] in the validator. Every column may be NULL.
public final class FileTable extends AbstractTable {
    /// Where the files of a statement stand as tables; no schema of a catalog has such a name.
    public static final String SCHEMA = "$file";

    private final RowFile file;

    public FileTable(RowFile file) {
        this.file = file;
    }

    public RowFile file() {
        return file;
    }

    @Override
    public RelDataType getRowType(RelDataTypeFactory typeFactory) {
        var factory = (ElanusTypeFactory) typeFactory;
        var row = factory.builder();
        for (PlanColumn column : file.columns()) {
            row.add(column.name(), Types.toRel(column.type(), true, factory));
        }
        return row.build();
    }
}
