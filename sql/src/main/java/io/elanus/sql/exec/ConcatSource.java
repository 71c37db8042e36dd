package io.elanus.sql.exec;

import io.elanus.sql.plan.PlanColumn;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/// One input after the other, under one set of column names.
final class ConcatSource implements RowSource {
    private final List<RowSource> inputs;
    private final Schema schema;
    private final QueryContext context;
    private int current;

    /// @param columns the names and types of the result; empty: as the inputs have them
    ConcatSource(List<RowSource> inputs, List<PlanColumn> columns, QueryContext context) {
        this.inputs = List.copyOf(inputs);
        this.schema = PlanColumn.schema(columns);
        this.context = context;
    }

    @Override
    public @Nullable VectorSchemaRoot next() {
        while (current < inputs.size()) {
            context.check();
            VectorSchemaRoot batch = inputs.get(current).next();
            if (batch != null) {
                return schema.getFields().isEmpty() ? batch : renamed(batch);
            }
            inputs.get(current).close();
            current++;
        }
        return null;
    }

    @Override
    public boolean isReady() {
        for (int i = current; i < inputs.size(); i++) {
            if (!inputs.get(i).isReady()) {
                return false;
            }
        }
        return true;
    }

    /// The same buffers under the result's names.
    private VectorSchemaRoot renamed(VectorSchemaRoot batch) {
        if (batch.getSchema().equals(schema)) {
            return batch;
        }
        try (batch) {
            var columns = new ArrayList<FieldVector>();
            for (int i = 0; i < schema.getFields().size(); i++) {
                Field field = schema.getFields().get(i);
                FieldVector column = field.createVector(context.allocator());
                batch.getVector(i).makeTransferPair(column).transfer();
                columns.add(column);
            }
            return new VectorSchemaRoot(schema.getFields(), columns, batch.getRowCount());
        }
    }

    @Override
    public void close() {
        for (int i = current; i < inputs.size(); i++) {
            inputs.get(i).close();
        }
        current = inputs.size();
    }
}
