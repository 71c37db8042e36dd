package io.elanus.storage.filter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import io.elanus.storage.type.ColumnType;
import java.math.BigDecimal;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Cells as JSON: numbers, booleans, arrays and vectors as such, other types as text.
public final class JsonCells {
    private JsonCells() {}

    /// The JSON text of a cell; `null` for NULL.
    public static String text(@Nullable Object cell, ColumnType type) {
        return node(cell, type).toString();
    }

    /// A text between quotes, as the name of a member.
    public static String quoted(String text) {
        return TextNode.valueOf(text).toString();
    }

    /// The document of this text, the last of members with the same name.
    public static String document(String text) {
        return Json.stored(text).toString();
    }

    static JsonNode node(@Nullable Object cell, ColumnType type) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return switch (cell) {
            case null -> nodes.nullNode();
            case Boolean truth -> nodes.booleanNode(truth);
            case Long number
            when Lane.of(type) instanceof Lane.Longs && Casts.isNumber(type) -> nodes.numberNode(number);
            case Double number
            when Double.isFinite(number) -> Json.stored(TextForms.format(number, type, ZoneOffset.UTC));
            case BigDecimal number -> nodes.numberNode(number);
            case List<?> items
            when type instanceof ColumnType.Array(ColumnType item) -> {
                ArrayNode array = nodes.arrayNode();
                items.forEach(each -> array.add(node(each, item)));
                yield array;
            }
            default -> {
                String text = TextForms.format(cell, type, ZoneOffset.UTC);
                boolean json =
                        type == ColumnType.Simple.JSON || type instanceof ColumnType.Vector vector && !vector.sparse();
                yield json ? Json.stored(text) : nodes.textNode(text);
            }
        };
    }
}
