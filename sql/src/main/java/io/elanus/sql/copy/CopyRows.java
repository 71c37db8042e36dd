package io.elanus.sql.copy;

import io.elanus.proto.grpc.Literal;
import io.elanus.sql.dml.ColumnRules;
import io.elanus.sql.dml.RowDefaults;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.TableSchema;
import java.util.List;

/// From the fields of a file's row to the row of the table: checked, and with defaults where the file gives
/// nothing. Any thread.
final class CopyRows {
    private final TableSchema table;
    private final List<Column> columns;
    private final RowDefaults defaults;
    private final int[] targets;

    CopyRows(CopyPlan plan) {
        this.table = plan.table();
        this.columns = plan.columns();
        this.defaults = new RowDefaults(table, new ColumnRules(table, plan.indexes()));
        this.targets =
                columns.stream().mapToInt(column -> table.ordinal(column.id())).toArray();
    }

    TableSchema table() {
        return table;
    }

    Literal[] row(Literal[] fields) {
        Literal[] row = new Literal[table.columns().size()];
        for (int i = 0; i < fields.length; i++) {
            row[targets[i]] = defaults.checked(fields[i], columns.get(i));
        }
        return defaults.filled(row);
    }
}
