package io.elanus.sql.flight;

import io.elanus.sql.copy.ArrowBounds;
import io.elanus.sql.copy.ArrowValues;
import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.ColumnType;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// The values of a statement's parameters, one row a run.
record ParameterRows(List<List<? extends @Nullable Object>> rows) {
    /// One run without parameters.
    static final ParameterRows NONE = new ParameterRows(List.of(List.of()));

    /// The rows of a batch that a client sent: a column a parameter, in their order.
    static ParameterRows read(VectorSchemaRoot sent, List<ColumnType> types) {
        if (sent.getFieldVectors().size() != types.size()) {
            throw new QueryException(
                    ErrorCode.PROTOCOL_VIOLATION,
                    "The statement has [%d] parameters, and rows of [%d] values were sent."
                            .formatted(types.size(), sent.getFieldVectors().size()),
                    "Send a column for each ?.");
        }
        ArrowBounds.check(sent);
        var rows = new ArrayList<List<? extends @Nullable Object>>(sent.getRowCount());
        for (int row = 0; row < sent.getRowCount(); row++) {
            rows.add(row(sent, row, types));
        }
        return new ParameterRows(rows);
    }

    private static List<@Nullable Object> row(VectorSchemaRoot sent, int row, List<ColumnType> types) {
        var values = new ArrayList<@Nullable Object>(types.size());
        for (int i = 0; i < types.size(); i++) {
            FieldVector column = sent.getVector(i);
            values.add(ArrowValues.value(column, row, types.get(i)));
        }
        return values;
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }
}
