package io.elanus.sql.copy.export;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import io.elanus.proto.grpc.Literal;
import io.elanus.sql.plan.PlanColumn;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.ColumnType;
import java.io.IOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// One JSON object per line. Numbers, booleans, arrays and vectors are JSON's own, JSON columns are embedded, all
/// else is text; a NaN or an infinity, which JSON lacks, is text too.
final class JsonRows implements RowWriter {
    private final JsonGenerator json;
    private final List<PlanColumn> columns;

    JsonRows(List<PlanColumn> columns, Writer out) throws IOException {
        this.columns = List.copyOf(columns);
        this.json = JsonFactory.builder()
                .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                .build()
                .createGenerator(out)
                .setPrettyPrinter(new MinimalPrettyPrinter("\n"));
    }

    @Override
    public void write(VectorSchemaRoot batch) throws IOException {
        for (int row = 0; row < batch.getRowCount(); row++) {
            json.writeStartObject();
            for (int i = 0; i < columns.size(); i++) {
                ColumnType type = columns.get(i).type();
                json.writeFieldName(columns.get(i).name());
                Literal literal = Literals.read(batch.getVector(i), row, type);
                if (type == ColumnType.Simple.JSON && !literal.hasNull()) {
                    json.writeRawValue(literal.getText());
                } else {
                    value(Literals.value(literal, type), literal, type);
                }
            }
            json.writeEndObject();
        }
    }

    private void value(@Nullable Object value, Literal literal, ColumnType type) throws IOException {
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
                    value(element, Literals.of(element, item), item);
                }
                json.writeEndArray();
            }
            default -> json.writeString(Literals.text(literal, type));
        }
    }

    @Override
    public void finish() throws IOException {
        json.writeRaw('\n');
        json.flush();
    }

    @Override
    public void close() {
        // The file's owner closes it.
    }
}
