package io.elanus.sql.copy;

import io.elanus.storage.type.Column;
import io.elanus.storage.type.TableSchema;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.compare.Range;
import org.apache.arrow.vector.compare.RangeEqualsVisitor;
import org.jspecify.annotations.Nullable;

/// Tells rows that are in the table as a file has them. What the file does not give, such as the default of a time,
/// is not compared.
final class SameRows {
    private final int[] compared;

    SameRows(TableSchema table, List<Column> given) {
        this.compared =
                given.stream().mapToInt(column -> table.ordinal(column.id())).toArray();
    }

    /// A row of a batch.
    record At(VectorSchemaRoot batch, int row) {}

    /// Has the row the values of the one that is there?
    boolean equal(VectorSchemaRoot rows, int row, @Nullable At there) {
        if (there == null) {
            return false;
        }
        var range = new Range(row, there.row(), 1);
        for (int column : compared) {
            var visitor = new RangeEqualsVisitor(
                    rows.getVector(column), there.batch().getVector(column), (one, other) -> true);
            if (!visitor.rangeEquals(range)) {
                return false;
            }
        }
        return true;
    }
}
