package io.elanus.sql.copy;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.elanus.proto.grpc.Literal;
import io.elanus.sql.dml.ColumnRules;
import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.VectorElement;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One JSON object per line; members are columns by name, others are skipped. Numbers keep all their digits; float
/// vectors, which bulk loads are made of, are read without a tree between.
final class JsonLinesReader implements CopyReader {
    static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private final byte[] bytes;
    private final int length;
    private final List<Column> columns;
    private final Map<String, Integer> ordinals = new HashMap<>();
    private final List<float[]> floats = new ArrayList<>();
    private final ColumnRules rules;
    private int next;
    private long row;

    /// @param bytes whole lines
    JsonLinesReader(CopyPlan plan, byte[] bytes, int length) {
        this.bytes = bytes;
        this.length = length;
        this.columns = plan.columns();
        this.rules = new ColumnRules(plan.table(), List.of());
        for (Column column : columns) {
            ordinals.put(column.name(), ordinals.size());
            boolean dense =
                    column.type() instanceof ColumnType.Vector vector && vector.element() == VectorElement.FLOAT32;
            floats.add(new float[dense ? ((ColumnType.Vector) column.type()).dimension() : 0]);
        }
    }

    @Override
    public Literal @Nullable [] next() {
        try {
            int from;
            do {
                if (next == length) {
                    return null;
                }
                from = next;
                next = lineEnd(from);
            } while (blank(from, next));
            row++;
            Literal[] literals = new Literal[columns.size()];
            Arrays.fill(literals, Literals.NULL);
            try (JsonParser json = MAPPER.createParser(bytes, from, next - from)) {
                if (json.nextToken() != JsonToken.START_OBJECT) {
                    throw CopyErrors.bad("The line is not a JSON object.");
                }
                while (json.nextToken() != JsonToken.END_OBJECT) {
                    member(json, literals);
                }
                if (json.nextToken() != null) {
                    throw CopyErrors.bad("Something follows the JSON object of the line.");
                }
            }
            return literals;
        } catch (JsonProcessingException e) {
            throw CopyErrors.bad("The line is not valid JSON.", e);
        } catch (IOException e) {
            throw new UncheckedIOException("Reading memory failed", e);
        }
    }

    /// Behind the line feed, or the end.
    private int lineEnd(int from) {
        int at = from;
        while (at < length && bytes[at] != '\n') {
            at++;
        }
        return Math.min(at + 1, length);
    }

    private boolean blank(int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] < 0 || bytes[i] > ' ') {
                return false;
            }
        }
        return true;
    }

    private void member(JsonParser json, Literal[] literals) throws IOException {
        String member = json.currentName();
        Integer ordinal = ordinals.get(member);
        if (ordinal == null) {
            ordinal = ordinals.get(member.toLowerCase(Locale.ROOT));
        }
        JsonToken token = json.nextToken();
        if (ordinal == null) {
            json.skipChildren();
            return;
        }
        Column column = columns.get(ordinal);
        if (token == JsonToken.VALUE_NULL) {
            literals[ordinal] = Literals.NULL;
        } else if (token == JsonToken.START_ARRAY && floats.get(ordinal).length > 0) {
            literals[ordinal] = vector(json, column, floats.get(ordinal));
        } else {
            JsonNode value = MAPPER.readTree(json);
            literals[ordinal] = rules.convert(value(value, column.type()), column);
        }
    }

    private static Literal vector(JsonParser json, Column column, float[] target) throws IOException {
        int count = 0;
        for (JsonToken token = json.nextToken(); token != JsonToken.END_ARRAY; token = json.nextToken()) {
            if (token != JsonToken.VALUE_NUMBER_FLOAT && token != JsonToken.VALUE_NUMBER_INT) {
                throw new QueryException(
                        ErrorCode.INVALID_TEXT,
                        "Element [%d] of the vector for column [%s] is not a number."
                                .formatted(count + 1, column.name()));
            }
            if (count < target.length) {
                target[count] = json.getFloatValue();
            }
            count++;
        }
        if (count != target.length) {
            throw FieldParser.dimensions(column, count, target.length);
        }
        return FieldParser.packed(target, count);
    }

    private static @Nullable Object value(JsonNode node, ColumnType type) {
        if (type == ColumnType.Simple.JSON) {
            return node.toString();
        }
        if (node.isArray()) {
            var items = new ArrayList<@Nullable Object>();
            node.forEach(item -> items.add(value(item, type)));
            return items;
        }
        if (node.isNull()) {
            return null;
        }
        if (node.isBoolean()) {
            return node.booleanValue();
        }
        return node.isNumber() ? node.decimalValue() : node.isTextual() ? node.textValue() : node.toString();
    }

    @Override
    public long position() {
        return next;
    }

    @Override
    public long row() {
        return row;
    }

    @Override
    public void close() {
        // The bytes are the caller's.
    }

    /// How lines are told apart.
    record Format(CopyPlan plan) implements TextFormat {
        @Override
        public int end(byte[] bytes, int length) {
            int end = length;
            while (end > 0 && bytes[end - 1] != '\n') {
                end--;
            }
            return end;
        }

        @Override
        public CopyReader reader(byte[] bytes, int length) {
            return new JsonLinesReader(plan, bytes, length);
        }
    }
}
