package io.elanus.sql.copy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.elanus.proto.grpc.Literal;
import io.elanus.sql.dml.ColumnRules;
import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One JSON object per line; members are columns by name, others are skipped.
final class JsonLinesReader implements CopyReader {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final String name;
    private final BufferedReader lines;
    private final List<Column> columns;
    private final ColumnRules rules;
    private long row;
    private long position;

    JsonLinesReader(CopyPlan plan, InputStream in) {
        this.name = plan.name();
        this.lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        this.columns = plan.columns();
        this.rules = new ColumnRules(plan.table(), List.of());
    }

    @Override
    public Literal @Nullable [] next() {
        String line = line();
        while (line != null && line.isBlank()) {
            line = line();
        }
        if (line == null) {
            return null;
        }
        row++;
        JsonNode object = parse(line);
        if (!object.isObject()) {
            throw CopyErrors.bad("The line is not a JSON object.");
        }
        Literal[] literals = new Literal[columns.size()];
        Arrays.fill(literals, Literals.NULL);
        for (int i = 0; i < literals.length; i++) {
            JsonNode member = object.get(columns.get(i).name());
            if (member != null && !member.isNull()) {
                literals[i] = rules.convert(value(member, columns.get(i).type()), columns.get(i));
            }
        }
        return literals;
    }

    private @Nullable String line() {
        try {
            String line = lines.readLine();
            if (line != null) {
                position += line.length() + 1L;
            }
            return line;
        } catch (IOException e) {
            throw CopyErrors.unreadable(name, e);
        }
    }

    private static JsonNode parse(String line) {
        try {
            return MAPPER.readTree(line);
        } catch (JsonProcessingException e) {
            throw CopyErrors.bad("The line is not valid JSON.", e);
        }
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
        return position;
    }

    @Override
    public long row() {
        return row;
    }

    @Override
    public void close() {
        try {
            lines.close();
        } catch (IOException e) {
            throw new QueryException(ErrorCode.IO_ERROR, "File [%s] could not be closed.".formatted(name), 0, null, e);
        }
    }
}
