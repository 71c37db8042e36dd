package io.elanus.storage.filter;

import com.fasterxml.jackson.databind.JsonNode;
import io.elanus.storage.filter.Step.NullableRowFunction;
import io.elanus.storage.filter.Step.RowFunction;
import io.elanus.storage.type.ColumnType;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Functions of JSON and of arrays.
final class NestedFunctions {
    private NestedFunctions() {}

    static RowFunction jsonGet(boolean text) {
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

    /// The scalar at the path, as the call's type; NULL if there is none.
    static RowFunction jsonValue(ColumnType type) {
        var path = new CachedPath();
        return cells -> {
            JsonNode found = Json.follow(Json.stored((String) cells[0]), path.of((String) cells[1]));
            if (found.isContainerNode()) {
                return null;
            }
            String text = Json.text(found);
            return text == null ? null : TextForms.parse(text, type, ZoneOffset.UTC);
        };
    }

    static RowFunction jsonExists() {
        var path = new CachedPath();
        return cells -> !Json.follow(Json.stored((String) cells[0]), path.of((String) cells[1]))
                .isMissingNode();
    }

    static RowFunction jsonLength() {
        return cells -> {
            JsonNode root = Json.stored((String) cells[0]);
            return root.isArray() ? (Long) (long) root.size() : null;
        };
    }

    static RowFunction jsonType() {
        return cells -> Json.stored((String) cells[0]).getNodeType().name().toLowerCase(Locale.ROOT);
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

    static RowFunction arrayElement() {
        return cells -> {
            var list = (List<?>) cells[0];
            long position = (Long) cells[1];
            return position >= 1 && position <= list.size() ? list.get((int) position - 1) : null;
        };
    }

    /// TRUE, or NULL if it is not there but some item is NULL.
    static RowFunction arrayContains() {
        return cells -> {
            boolean unknown = false;
            for (Object item : (List<?>) cells[0]) {
                if (item == null) {
                    unknown = true;
                } else if (Comparison.compare(item, cells[1]) == 0) {
                    return true;
                }
            }
            return unknown ? null : (Boolean) false;
        };
    }

    static NullableRowFunction arrayValue() {
        return cells -> {
            var items = new ArrayList<@Nullable Object>(cells.length);
            items.addAll(Arrays.asList(cells));
            return items;
        };
    }

    static RowFunction arrayConcat() {
        return cells -> {
            var items = new ArrayList<@Nullable Object>();
            for (Object list : cells) {
                items.addAll((List<?>) list);
            }
            return items;
        };
    }
}
