package io.elanus.sql.console;

import com.fasterxml.jackson.core.JsonGenerator;
import io.elanus.sql.session.PreparedQuery.ResultColumn;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.VectorElement;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// Writes the rows of a batch as JSON arrays. Numbers that a JavaScript number cannot hold exactly (large BIGINT,
/// every DECIMAL, NaN and the infinities) are text, and so is all that JSON has no form for.
final class JsonCells {
    /// Whole numbers up to this are exact in a 64-bit float.
    private static final long EXACT = (1L << 53) - 1;

    private final List<ResultColumn> columns;
    private final QueryRequest.VectorForm vectors;

    JsonCells(List<ResultColumn> columns, QueryRequest.VectorForm vectors) {
        this.columns = List.copyOf(columns);
        this.vectors = vectors;
    }

    void row(VectorSchemaRoot batch, int row, JsonGenerator json) throws IOException {
        json.writeStartArray();
        for (int i = 0; i < columns.size(); i++) {
            ColumnType type = columns.get(i).type();
            value(Literals.value(batch.getVector(i), row, type), type, json);
        }
        json.writeEndArray();
    }

    private void value(@Nullable Object value, ColumnType type, JsonGenerator json) throws IOException {
        switch (value) {
            case null -> json.writeNull();
            case Boolean bool -> json.writeBoolean(bool);
            case String text -> json.writeString(text);
            case Long number
            when Math.abs(number) > EXACT || number == Long.MIN_VALUE -> json.writeString(number.toString());
            case Byte number -> json.writeNumber((short) number);
            case Short number -> json.writeNumber(number);
            case Integer number -> json.writeNumber(number);
            case Long number -> json.writeNumber(number);
            case BigDecimal number -> json.writeString(number.toPlainString());
            case Float number when Float.isFinite(number) -> json.writeNumber(number);
            case Double number when Double.isFinite(number) -> json.writeNumber(number);
            case float[] elements -> vector(elements, json);
            case byte[] bytes
            when type instanceof ColumnType.Vector(int _, VectorElement element) && element == VectorElement.INT8 ->
                vector(floats(bytes), json);
            case List<?> items -> {
                ColumnType item = ((ColumnType.Array) type).item();
                json.writeStartArray();
                for (Object element : items) {
                    value(element, item, json);
                }
                json.writeEndArray();
            }
            default -> json.writeString(Literals.text(Literals.of(value, type), type));
        }
    }

    private void vector(float[] elements, JsonGenerator json) throws IOException {
        switch (vectors) {
            case NUMBERS -> {
                json.writeStartArray();
                for (float element : elements) {
                    json.writeNumber(element);
                }
                json.writeEndArray();
            }
            case PACKED -> {
                ByteBuffer bytes =
                        ByteBuffer.allocate(elements.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
                bytes.asFloatBuffer().put(elements);
                json.writeBinary(bytes.array());
            }
        }
    }

    private static float[] floats(byte[] bytes) {
        float[] floats = new float[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            floats[i] = bytes[i];
        }
        return floats;
    }
}
