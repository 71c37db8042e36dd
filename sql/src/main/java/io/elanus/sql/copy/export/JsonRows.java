package io.elanus.sql.copy.export;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import io.elanus.proto.grpc.Literal;
import io.elanus.sql.plan.PlanColumn;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.ColumnType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// One JSON object per line. Numbers, booleans, arrays and vectors are JSON's own, JSON columns are embedded, all
/// else is text; a NaN or an infinity, which JSON lacks, is text too. Any thread.
final class JsonRows implements TextRows.Encoder {
    private static final int FIRST_BUFFER = 1 << 20;
    private static final JsonFactory FACTORY = new JsonFactory();

    private final List<PlanColumn> columns;

    JsonRows(List<PlanColumn> columns) {
        this.columns = List.copyOf(columns);
    }

    @Override
    public TextBuffer encode(VectorSchemaRoot batch) {
        var out = new TextBuffer(FIRST_BUFFER);
        try (JsonGenerator json = FACTORY.createGenerator(out).setPrettyPrinter(new MinimalPrettyPrinter("\n"))) {
            List<Optional<FloatColumn>> floats = FloatColumn.of(batch, columns);
            for (int row = 0; row < batch.getRowCount(); row++) {
                row(json, batch, floats, row);
            }
            json.writeRaw('\n');
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to memory failed", e);
        }
        return out;
    }

    private void row(JsonGenerator json, VectorSchemaRoot batch, List<Optional<FloatColumn>> floats, int row)
            throws IOException {
        json.writeStartObject();
        for (int i = 0; i < columns.size(); i++) {
            ColumnType type = columns.get(i).type();
            json.writeFieldName(columns.get(i).name());
            FloatColumn vectors = floats.get(i).orElse(null);
            if (vectors != null && !vectors.isNull(row)) {
                json.writeStartArray();
                for (int element = 0; element < vectors.dimension(); element++) {
                    json.writeNumber(vectors.at(row, element));
                }
                json.writeEndArray();
                continue;
            }
            Literal literal = Literals.read(batch.getVector(i), row, type);
            if (type == ColumnType.Simple.JSON && !literal.hasNull()) {
                json.writeRawValue(literal.getText());
            } else {
                value(json, Literals.value(literal, type), literal, type);
            }
        }
        json.writeEndObject();
    }

    private static void value(JsonGenerator json, @Nullable Object value, Literal literal, ColumnType type)
            throws IOException {
        switch (value) {
            case null -> json.writeNull();
            case Boolean bool -> json.writeBoolean(bool);
            case Float number when Float.isFinite(number) -> json.writeNumber(number);
            case Double number when Double.isFinite(number) -> json.writeNumber(number);
            case BigDecimal number -> json.writeNumber(number);
            case Byte number -> json.writeNumber((short) number);
            case Short number -> json.writeNumber(number);
            case Integer number -> json.writeNumber(number);
            case Long number -> json.writeNumber(number);
            case float[] floats -> {
                json.writeStartArray();
                for (float element : floats) {
                    json.writeNumber(element);
                }
                json.writeEndArray();
            }
            case List<?> items -> {
                ColumnType item = ((ColumnType.Array) type).item();
                json.writeStartArray();
                for (Object element : items) {
                    value(json, element, Literals.of(element, item), item);
                }
                json.writeEndArray();
            }
            default -> json.writeString(Literals.text(literal, type));
        }
    }
}
