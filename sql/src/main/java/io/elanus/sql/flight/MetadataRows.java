package io.elanus.sql.flight;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/// The rows that a metadata command answers with.
final class MetadataRows {
    private final Schema schema;
    private final List<@Nullable Object[]> rows = new ArrayList<>();

    MetadataRows(Schema schema) {
        this.schema = schema;
    }

    /// @param values text, numbers, flags, bytes, or a list of texts, in the order of the schema
    MetadataRows add(@Nullable Object... values) {
        rows.add(values);
        return this;
    }

    void send(ServerStreamListener listener, BufferAllocator memory) {
        try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, memory)) {
            root.allocateNew();
            for (int row = 0; row < rows.size(); row++) {
                for (int column = 0; column < schema.getFields().size(); column++) {
                    write(root.getVector(column), row, rows.get(row)[column]);
                }
            }
            root.setRowCount(rows.size());
            listener.start(root);
            listener.putNext();
        }
        listener.completed();
    }

    private static void write(FieldVector vector, int row, @Nullable Object value) {
        switch (value) {
            case null -> vector.setNull(row);
            case String text -> ((VarCharVector) vector).setSafe(row, text.getBytes(StandardCharsets.UTF_8));
            case byte[] bytes -> ((VarBinaryVector) vector).setSafe(row, bytes);
            case Boolean flag -> ((BitVector) vector).setSafe(row, flag ? 1 : 0);
            case Integer number when vector instanceof UInt1Vector small -> small.setSafe(row, number);
            case Integer number -> ((IntVector) vector).setSafe(row, number);
            case List<?> texts -> writeList((ListVector) vector, row, texts);
            default -> throw new IllegalArgumentException("No metadata column holds " + value);
        }
    }

    private static void writeList(ListVector vector, int row, List<?> texts) {
        var items = (VarCharVector) vector.getDataVector();
        int start = vector.startNewValue(row);
        for (int i = 0; i < texts.size(); i++) {
            items.setSafe(start + i, String.valueOf(texts.get(i)).getBytes(StandardCharsets.UTF_8));
        }
        vector.endValue(row, texts.size());
    }
}
