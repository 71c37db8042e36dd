package io.elanus.storage.filter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.filter.Step.NullableRowFunction;
import io.elanus.storage.filter.Step.RowFunction;
import io.elanus.storage.type.ColumnType;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;

/// Functions of JSON documents, which are kept as text.
final class JsonFunctions {
    private JsonFunctions() {}

    static RowFunction get(boolean text) {
        return cells -> {
            JsonNode root = Json.stored((String) cells[0]);
            JsonNode found =
                    cells[1] instanceof Long index ? Json.element(root, index) : Json.member(root, (String) cells[1]);
            if (found == null) {
                return null;
            }
            return text ? Json.text(found) : found.toString();
        };
    }

    /// The scalar at the path, as the call's type; NULL if there is none or if it cannot be one.
    static RowFunction value(ColumnType type) {
        var path = new CachedPath();
        return cells -> {
            JsonNode found = Json.follow(Json.stored((String) cells[0]), path.of((String) cells[1]));
            if (found.isContainerNode()) {
                return null;
            }
            String text = Json.text(found);
            try {
                return text == null ? null : TextForms.parse(text, type, ZoneOffset.UTC);
            } catch (StorageException _) { // as the standard's NULL ON ERROR
                return null;
            }
        };
    }

    static RowFunction exists() {
        var path = new CachedPath();
        return cells -> !Json.follow(Json.stored((String) cells[0]), path.of((String) cells[1]))
                .isMissingNode();
    }

    static RowFunction length() {
        return cells -> {
            JsonNode root = Json.stored((String) cells[0]);
            return root.isArray() ? (Long) (long) root.size() : null;
        };
    }

    static RowFunction type() {
        return cells -> Json.stored((String) cells[0]).getNodeType().name().toLowerCase(Locale.ROOT);
    }

    /// The document at the path; NULL if there is none.
    static RowFunction query() {
        var path = new CachedPath();
        return cells -> {
            JsonNode found = Json.follow(Json.stored((String) cells[0]), path.of((String) cells[1]));
            return found.isMissingNode() ? null : found.toString();
        };
    }

    /// Does the first document hold the second, as PostgreSQL's `@>` means it?
    static RowFunction contains() {
        return cells -> Json.contains(Json.stored((String) cells[0]), Json.stored((String) cells[1]));
    }

    /// Names and values in turn.
    ///
    /// @param types of the arguments; the first is a BOOLEAN: are members left out whose value is NULL?
    static NullableRowFunction object(List<ColumnType> types) {
        return cells -> {
            boolean absent = Boolean.TRUE.equals(cells[0]);
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            for (int i = 1; i + 1 < cells.length; i += 2) {
                if (cells[i] == null) {
                    throw new StorageException(
                            ErrorCode.INVALID_PARAMETER, "The name of a JSON object's member is NULL. Give it a name.");
                }
                if (cells[i + 1] != null || !absent) {
                    object.set((String) cells[i], JsonCells.node(cells[i + 1], types.get(i + 1)));
                }
            }
            return object.toString();
        };
    }

    /// @param types of the arguments; the first is a BOOLEAN: are elements left out that are NULL?
    static NullableRowFunction array(List<ColumnType> types) {
        return cells -> {
            boolean absent = Boolean.TRUE.equals(cells[0]);
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            for (int i = 1; i < cells.length; i++) {
                if (cells[i] != null || !absent) {
                    array.add(JsonCells.node(cells[i], types.get(i)));
                }
            }
            return array.toString();
        };
    }

    /// The steps of the last path.
    private static final class CachedPath {
        private String text = "$";
        private List<Object> steps = List.of();

        List<Object> of(String path) {
            if (!path.equals(text)) {
                steps = Json.path(path);
                text = path;
            }
            return steps;
        }
    }
}
