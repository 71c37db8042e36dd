package io.elanus.sql.copy.export;

import io.elanus.sql.plan.PlanColumn;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.VectorElement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;

/// A column of float32 vectors, whose elements are read where they are. Borrows the column.
///
/// @param elements of all rows, one after the other
record FloatColumn(FieldVector column, ArrowBuf elements, int dimension) {
    static Optional<FloatColumn> of(FieldVector column, ColumnType type) {
        boolean floats = type instanceof ColumnType.Vector vector && vector.element() == VectorElement.FLOAT32;
        return floats && column instanceof FixedSizeListVector list
                ? Optional.of(new FloatColumn(
                        list, list.getDataVector().getDataBuffer(), ((ColumnType.Vector) type).dimension()))
                : Optional.empty();
    }

    /// For each column of a result.
    static List<Optional<FloatColumn>> of(VectorSchemaRoot batch, List<PlanColumn> columns) {
        var found = new ArrayList<Optional<FloatColumn>>();
        for (int i = 0; i < columns.size(); i++) {
            found.add(of(batch.getVector(i), columns.get(i).type()));
        }
        return found;
    }

    boolean isNull(int row) {
        return column.isNull(row);
    }

    float at(int row, int element) {
        return elements.getFloat(((long) row * dimension + element) * Float.BYTES);
    }
}
