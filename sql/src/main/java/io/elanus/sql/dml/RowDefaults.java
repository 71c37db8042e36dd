package io.elanus.sql.dml;

import io.elanus.proto.grpc.Literal;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.TableSchema;
import java.util.UUID;

/// What a row holds where a statement gives nothing.
public final class RowDefaults {
    private final TableSchema table;
    private final ColumnRules rules;

    public RowDefaults(TableSchema table, ColumnRules rules) {
        this.table = table;
        this.rules = rules;
    }

    /// The value if it may enter the column. NULL for a generated key stays: keys are handed out later.
    public Literal checked(Literal value, Column column) {
        if (!value.hasNull() || !column.generated()) {
            return rules.check(value, column);
        }
        return column.type() == ColumnType.Simple.UUID ? of(column) : value;
    }

    /// Fills the places that are still empty.
    public Literal[] filled(Literal[] row) {
        for (int i = 0; i < row.length; i++) {
            if (row[i] == null) {
                Column column = table.columns().get(i);
                row[i] = checked(of(column), column);
            }
        }
        return row;
    }

    /// The default of a column; a fresh UUID where keys of that type are generated.
    public static Literal of(Column column) {
        if (column.generated() && column.type() == ColumnType.Simple.UUID) {
            return Literals.of(UUID.randomUUID(), ColumnType.Simple.UUID);
        }
        return column.defaultValue().orElse(Literals.NULL);
    }
}
