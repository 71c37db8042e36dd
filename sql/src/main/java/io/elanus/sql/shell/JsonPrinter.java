package io.elanus.sql.shell;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An array of objects, one a line.
final class JsonPrinter implements ResultPrinter {
    private final PrintWriter out;
    private List<Heading> columns = List.of();
    private long rows;

    JsonPrinter(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void begin(List<Heading> headings) {
        columns = headings;
        out.print("[");
    }

    @Override
    public void row(List<? extends @Nullable Object> values) {
        out.println(rows == 0 ? "" : ",");
        rows++;
        try (JsonGenerator json =
                new JsonFactory().createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)) {
            json.writeStartObject();
            for (int i = 0; i < values.size(); i++) {
                json.writeFieldName(columns.get(i).name());
                write(json, values.get(i), columns.get(i).type());
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(JsonGenerator json, @Nullable Object value, String type) throws IOException {
        switch (value) {
            case null -> json.writeNull();
            case Boolean flag -> json.writeBoolean(flag);
            case BigDecimal number -> json.writeNumber(number);
            case Double number -> json.writeNumber(number);
            case Float number -> json.writeNumber(number);
            case Number number -> json.writeNumber(number.longValue());
            case float[] vector -> {
                json.writeStartArray();
                for (float element : vector) {
                    json.writeNumber(element);
                }
                json.writeEndArray();
            }
            case Object[] items -> {
                json.writeStartArray();
                for (Object item : items) {
                    write(json, item, "");
                }
                json.writeEndArray();
            }
            case String document when type.equals("JSON") -> json.writeRawValue(document);
            case Object other -> json.writeString(CellText.full(other));
        }
    }

    @Override
    public void end() {
        out.println(rows == 0 ? "]" : "\n]");
    }
}
