package io.elanus.sql.console;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a client asks of `POST /api/v1/query`. Parsed as a tree, field by field.
///
/// @param maxRows 0: as many as the server gives
/// @param timeout zero: the session's `statement_timeout`
record QueryRequest(String sql, List<@Nullable Object> parameters, long maxRows, Duration timeout, VectorForm vectors) {
    private static final Set<String> FIELDS = Set.of("sql", "parameters", "maxRows", "timeoutMillis", "vectors");
    private static final int MAX_DEPTH = 16;
    private static final long LONGEST_MILLIS = Duration.ofDays(1).toMillis();

    /// How vectors travel.
    enum VectorForm {
        /// As arrays of numbers.
        NUMBERS,
        /// As base64 of their elements, 32-bit floats in little-endian order.
        PACKED
    }

    QueryRequest {
        parameters = Collections.unmodifiableList(new ArrayList<>(parameters));
    }

    /// A reader of requests of at most so many bytes.
    static JsonMapper mapper(int maxText) {
        return JsonMapper.builder(JsonFactory.builder()
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxNestingDepth(MAX_DEPTH)
                                .maxStringLength(maxText)
                                .build())
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .build())
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .build();
    }

    static QueryRequest parse(JsonMapper mapper, byte[] body) {
        JsonNode request;
        try {
            request = mapper.readTree(body);
        } catch (StreamReadException e) {
            var location = e.getLocation();
            throw bad(
                    "The body is not JSON at line [%d], column [%d]."
                            .formatted(location.getLineNr(), location.getColumnNr()),
                    e);
        } catch (IOException e) {
            throw bad("The body is not one JSON object.", e);
        }
        if (!request.isObject()) {
            throw bad("The body must be a JSON object, such as {\"sql\": \"SELECT 1\"}.", null);
        }
        request.fieldNames().forEachRemaining(name -> {
            if (!FIELDS.contains(name)) {
                throw bad(
                        "There is no field [%s]; there are sql, parameters, maxRows, timeoutMillis and vectors."
                                .formatted(name.substring(0, Math.min(name.length(), 60))),
                        null);
            }
        });
        JsonNode sql = request.path("sql");
        if (!sql.isTextual() || sql.asText().isBlank()) {
            throw bad("Field [sql] must be the text of a statement.", null);
        }
        return new QueryRequest(
                sql.asText(),
                parameters(request.path("parameters")),
                number(request, "maxRows", Long.MAX_VALUE - 1),
                Duration.ofMillis(number(request, "timeoutMillis", LONGEST_MILLIS)),
                vectors(request.path("vectors")));
    }

    private static long number(JsonNode request, String name, long most) {
        JsonNode value = request.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return 0;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < 0 || value.asLong() > most) {
            throw bad("Field [%s] must be a whole number from 0 to %d.".formatted(name, most), null);
        }
        return value.asLong();
    }

    private static VectorForm vectors(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return VectorForm.NUMBERS;
        }
        for (VectorForm form : VectorForm.values()) {
            if (form.name().toLowerCase(Locale.ROOT).equals(value.asText())) {
                return form;
            }
        }
        throw bad("Field [vectors] must be \"numbers\" or \"packed\".", null);
    }

    private static List<@Nullable Object> parameters(JsonNode list) {
        var values = new ArrayList<@Nullable Object>();
        if (list.isMissingNode() || list.isNull()) {
            return values;
        }
        if (!list.isArray()) {
            throw bad("Field [parameters] must be an array, one value for each ? of the statement.", null);
        }
        list.forEach(value -> values.add(parameter(value)));
        return values;
    }

    private static @Nullable Object parameter(JsonNode value) {
        return switch (value.getNodeType()) {
            case NULL, MISSING -> null;
            case BOOLEAN -> value.asBoolean();
            case NUMBER -> number(value);
            case STRING -> value.asText();
            case ARRAY -> {
                var items = new ArrayList<@Nullable Object>();
                value.forEach(item -> items.add(parameter(item)));
                yield items;
            }
            case OBJECT -> value.toString();
            case BINARY, POJO -> throw new IllegalStateException("JSON text holds no " + value.getNodeType());
        };
    }

    private static Object number(JsonNode value) {
        if (value.isIntegralNumber() && value.canConvertToLong()) {
            return value.asLong();
        }
        return value.decimalValue();
    }

    private static QueryException bad(String message, @Nullable Throwable cause) {
        return new QueryException(ErrorCode.PROTOCOL_VIOLATION, message, 0, null, cause);
    }
}
