package io.elanus.sql.copy;

import io.elanus.cluster.proxy.TableAccess;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.exec.QueryContext;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.TableSchema;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Keys of a load's rows. Any thread.
record CopyKeys(TableAccess tables, TableSchema table, QueryContext context) {
    /// Gives generated keys to rows; those of type UUID have theirs.
    void generate(VectorSchemaRoot rows) {
        if (table.keyColumn().type() == ColumnType.Simple.UUID) {
            return;
        }
        int key = table.ordinal(table.keyColumnId());
        long first = context.await(tables.allocateKeys(table, rows.getRowCount()));
        for (int row = 0; row < rows.getRowCount(); row++) {
            Literals.write(first + row, table.keyColumn().type(), rows.getVector(key), row);
        }
    }

    QueryException cameEarlier(long row) {
        return exists(row, "came earlier in the file");
    }

    QueryException isInTable(long row) {
        return exists(row, "exists already in table [%s]".formatted(table.name()));
    }

    private QueryException exists(long row, String how) {
        return new QueryException(
                ErrorCode.UNIQUE_VIOLATION,
                "The value of key column [%s] in row [%d] %s."
                        .formatted(table.keyColumn().name(), row, how),
                "WITH (on_conflict ignore) leaves such rows out, WITH (on_conflict replace) lets them replace.");
    }
}
