package io.elanus.storage.filter;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import io.elanus.storage.type.VectorElement;
import java.math.BigDecimal;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Cells to text and back, in PostgreSQL's forms; vectors as `[1,2,3]`, BINARY vectors as `[1,0,1]` too, SPARSE
/// ones as [SparseText] does.
final class TextForms {
    private TextForms() {}

    static String format(Object cell, ColumnType type, ZoneId zone) {
        return switch (type) {
            case Simple simple -> formatSimple(cell, simple, zone);
            case ColumnType.Varchar _ -> (String) cell;
            case ColumnType.Decimal _ -> ((BigDecimal) cell).toPlainString();
            case ColumnType.Array(ColumnType item) -> formatArray((List<?>) cell, item, zone);
            case ColumnType.Vector vector -> formatVector(cell, vector);
        };
    }

    private static String formatSimple(Object cell, Simple type, ZoneId zone) {
        return switch (type) {
            case BOOLEAN, TINYINT, SMALLINT, INTEGER, BIGINT, JSON -> cell.toString();
            case REAL -> NumberText.format(((Double) cell).floatValue());
            case DOUBLE -> NumberText.format((Double) cell);
            case VARBINARY -> "\\x" + HexFormat.of().formatHex((byte[]) cell);
            case UUID -> uuid((byte[]) cell).toString();
            case DATE -> TimeText.formatDate((Long) cell);
            case TIME -> TimeText.formatTime((Long) cell);
            case TIMESTAMP -> TimeText.formatTimestamp((Long) cell);
            case TIMESTAMP_TZ -> TimeText.formatZoned((Long) cell, zone);
        };
    }

    static Object parse(String text, ColumnType type, ZoneId zone) {
        return switch (type) {
            case Simple simple -> parseSimple(text, simple, zone);
            case ColumnType.Varchar _ -> text;
            case ColumnType.Decimal decimal -> Numbers.fit(NumberText.parseDecimal(text, type), decimal);
            case ColumnType.Array(ColumnType item) -> parseArray(text, item, zone);
            case ColumnType.Vector vector -> parseVector(text, vector);
        };
    }

    private static Object parseSimple(String text, Simple type, ZoneId zone) {
        return switch (type) {
            case BOOLEAN -> parseBoolean(text);
            case TINYINT, SMALLINT, INTEGER, BIGINT -> NumberText.parseInteger(text, type);
            case REAL -> NumberText.parseReal(text);
            case DOUBLE -> NumberText.parseDouble(text);
            case VARBINARY -> parseBinary(text);
            case UUID -> parseUuid(text);
            case JSON -> checkJson(text);
            case DATE -> TimeText.parseDate(text);
            case TIME -> TimeText.parseTime(text);
            case TIMESTAMP -> TimeText.parseTimestamp(text);
            case TIMESTAMP_TZ -> TimeText.parseZoned(text, zone);
        };
    }

    static StorageException invalid(ColumnType type, String expected) {
        return new StorageException(
                ErrorCode.INVALID_TEXT,
                "The text is not a valid [%s]. Write it as %s.".formatted(type.sql(), expected));
    }

    private static Boolean parseBoolean(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "true", "t", "tru", "tr", "yes", "y", "ye", "on", "1" -> true;
            case "false", "f", "fals", "fal", "fa", "no", "n", "off", "of", "0" -> false;
            default -> throw invalid(Simple.BOOLEAN, "true or false");
        };
    }

    private static byte[] parseBinary(String text) {
        if (!text.startsWith("\\x") && !text.startsWith("\\X")) {
            throw invalid(Simple.VARBINARY, "\\x and pairs of hexadecimal digits");
        }
        try {
            return HexFormat.of().parseHex(text, 2, text.length());
        } catch (IllegalArgumentException _) {
            throw invalid(Simple.VARBINARY, "\\x and pairs of hexadecimal digits");
        }
    }

    private static byte[] parseUuid(String text) {
        String digits = text.strip();
        if (digits.startsWith("{") && digits.endsWith("}")) {
            digits = digits.substring(1, digits.length() - 1);
        }
        digits = digits.replace("-", "");
        try {
            if (digits.length() == 32) {
                return HexFormat.of().parseHex(digits);
            }
        } catch (IllegalArgumentException _) {
            // Falls through to the one error.
        }
        throw invalid(Simple.UUID, "32 hexadecimal digits, such as 123e4567-e89b-12d3-a456-426614174000");
    }

    static UUID uuid(byte[] bytes) {
        long high = 0;
        long low = 0;
        for (int i = 0; i < 8; i++) {
            high = high << 8 | (bytes[i] & 0xFF);
            low = low << 8 | (bytes[i + 8] & 0xFF);
        }
        return new UUID(high, low);
    }

    static byte[] bytes(UUID uuid) {
        return java.nio.ByteBuffer.allocate(16)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .array();
    }

    private static String checkJson(String text) {
        try {
            Json.parse(text);
            return text;
        } catch (JsonProcessingException e) {
            throw new StorageException(
                    ErrorCode.INVALID_TEXT,
                    "The text is not valid JSON at character [%d]. Quote member names and strings with double quotes."
                            .formatted(
                                    e.getLocation() == null
                                            ? 0
                                            : e.getLocation().getCharOffset()));
        }
    }

    static String formatVector(Object cell, ColumnType.Vector type) {
        if (type.sparse()) {
            return SparseText.format((byte[]) cell, type);
        }
        float[] elements = VectorCells.elements(cell, type);
        var text = new StringBuilder(elements.length * 8).append('[');
        for (int i = 0; i < elements.length; i++) {
            if (i > 0) {
                text.append(',');
            }
            text.append(NumberText.format(elements[i]));
        }
        return text.append(']').toString();
    }

    private static Object parseVector(String text, ColumnType.Vector type) {
        String trimmed = text.strip();
        if (type.sparse() && !trimmed.startsWith("[")) {
            return SparseText.parse(text, type);
        }
        float[] elements;
        if (trimmed.startsWith("[") && trimmed.endsWith("]")) {
            elements = NumberText.parseElements(trimmed, type);
        } else if (type.element() == VectorElement.BINARY && trimmed.matches("[01]+")) {
            elements = new float[trimmed.length()];
            for (int i = 0; i < elements.length; i++) {
                elements[i] = trimmed.charAt(i) - '0';
            }
        } else {
            throw invalid(type, "numbers in brackets, such as [1,2,3]");
        }
        VectorCells.checkDimension(elements, type);
        byte[] packed = VectorCells.pack(elements, type);
        return VectorCells.unpack(packed, type);
    }

    private static String formatArray(List<?> items, ColumnType item, ZoneId zone) {
        var text = new StringBuilder().append('{');
        for (Object cell : items) {
            if (text.length() > 1) {
                text.append(',');
            }
            if (cell == null) {
                text.append("NULL");
            } else {
                appendItem(text, format(cell, item, zone));
            }
        }
        return text.append('}').toString();
    }

    private static void appendItem(StringBuilder text, String item) {
        boolean quote = item.isEmpty() || item.equalsIgnoreCase("NULL");
        for (int i = 0; i < item.length() && !quote; i++) {
            char c = item.charAt(i);
            quote = c == ',' || c == '{' || c == '}' || c == '"' || c == '\\' || Character.isWhitespace(c);
        }
        if (!quote) {
            text.append(item);
            return;
        }
        text.append('"');
        for (int i = 0; i < item.length(); i++) {
            char c = item.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\');
            }
            text.append(c);
        }
        text.append('"');
    }

    /// PostgreSQL's `{1,NULL,"a b"}`; `[1,2]` is taken too.
    private static List<@Nullable Object> parseArray(String text, ColumnType item, ZoneId zone) {
        String body = text.strip();
        boolean braces = (body.startsWith("{") && body.endsWith("}")) || (body.startsWith("[") && body.endsWith("]"));
        if (body.length() < 2 || !braces) {
            throw invalid(new ColumnType.Array(item), "items in braces, such as {1,2,NULL}");
        }
        var items = new ArrayList<@Nullable Object>();
        int at = 1;
        int end = body.length() - 1;
        while (at < end) {
            var token = new StringBuilder();
            boolean quoted = false;
            while (at < end && Character.isWhitespace(body.charAt(at))) {
                at++;
            }
            if (at < end && body.charAt(at) == '"') {
                quoted = true;
                at++;
                while (at < end && body.charAt(at) != '"') {
                    if (body.charAt(at) == '\\') {
                        at++;
                    }
                    token.append(body.charAt(at++));
                }
                at++;
            }
            while (at < end && body.charAt(at) != ',') {
                token.append(body.charAt(at++));
            }
            if (at == end - 1) {
                throw invalid(new ColumnType.Array(item), "items in braces, such as {1,2,NULL}");
            }
            at++;
            String value = quoted ? token.toString() : token.toString().strip();
            items.add(!quoted && value.equalsIgnoreCase("NULL") ? null : parse(value, item, zone));
        }
        return items;
    }

    static ZoneId zone(String name) {
        try {
            return name.equalsIgnoreCase("UTC") || name.equals("Z") ? ZoneOffset.UTC : ZoneId.of(name);
        } catch (java.time.DateTimeException _) {
            throw new StorageException(
                    ErrorCode.INVALID_PARAMETER,
                    "Time zone [%s] is not known. Use a name such as Europe/Paris or an offset such as +02:00."
                            .formatted(name));
        }
    }
}
