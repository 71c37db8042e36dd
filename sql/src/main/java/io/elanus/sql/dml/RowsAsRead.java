package io.elanus.sql.dml;

import io.elanus.proto.grpc.Literal;
import io.elanus.sql.dml.TableWriter.NewRow;
import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.TableName;
import java.util.List;

/// New values that were made from what rows held before they were locked: a row that holds something else by now
/// fails the statement.
///
/// @param columns ordinals of the columns that they were made from
record RowsAsRead(TableName table, List<Integer> columns) {
    /// The row with new values.
    ///
    /// @param assigned ordinals of their columns
    Literal[] replaced(Literal[] row, List<Integer> assigned, NewRow given) {
        check(row, given);
        for (int i = 0; i < assigned.size(); i++) {
            row[assigned.get(i)] = given.values().get(i);
        }
        return row;
    }

    void check(Literal[] row, NewRow given) {
        for (int i = 0; i < columns.size(); i++) {
            if (!row[columns.get(i)].equals(given.read().get(i))) {
                throw new QueryException(
                        ErrorCode.CONFLICT,
                        "A row of table [%s] was changed by another statement while this one ran.".formatted(table),
                        "Run the statement again.");
            }
        }
    }
}
