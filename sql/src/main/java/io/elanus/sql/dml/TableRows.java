package io.elanus.sql.dml;

import io.elanus.proto.grpc.Literal;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.ArrowTypes;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.TableSchema;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Whole rows of a table, one constant per column in table order, and their Arrow form.
public final class TableRows {
    private TableRows() {}

    /// The rows as a batch with every column of the table; owned by the caller.
    public static VectorSchemaRoot toBatch(TableSchema table, List<Literal[]> rows, BufferAllocator allocator) {
        VectorSchemaRoot batch = VectorSchemaRoot.create(ArrowTypes.schema(table.columns()), allocator);
        try {
            for (int c = 0; c < table.columns().size(); c++) {
                FieldVector vector = batch.getVector(c);
                vector.setInitialCapacity(rows.size());
                vector.allocateNew();
                Column column = table.columns().get(c);
                for (int r = 0; r < rows.size(); r++) {
                    Literals.write(rows.get(r)[c], column.type(), vector, r);
                }
                vector.setValueCount(rows.size());
            }
            batch.setRowCount(rows.size());
            return batch;
        } catch (RuntimeException e) {
            batch.close();
            throw e;
        }
    }

    /// The rows of batches that have all columns of the table, in its order.
    static List<Literal[]> fromBatches(TableSchema table, List<VectorSchemaRoot> batches) {
        var rows = new ArrayList<Literal[]>();
        for (VectorSchemaRoot batch : batches) {
            int from = rows.size();
            for (int r = 0; r < batch.getRowCount(); r++) {
                rows.add(new Literal[table.columns().size()]);
            }
            for (int c = 0; c < table.columns().size(); c++) {
                Column column = table.columns().get(c);
                FieldVector vector = batch.getVector(c);
                for (int r = 0; r < batch.getRowCount(); r++) {
                    rows.get(from + r)[c] = Literals.read(vector, r, column.type());
                }
            }
        }
        return rows;
    }
}
