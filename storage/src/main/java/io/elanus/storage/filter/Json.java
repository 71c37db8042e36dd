package io.elanus.storage.filter;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// JSON documents: parsing within limits, steps into members and elements, and the plain part of SQL/JSON paths
/// (`$.member`, `$."member"`, `$[3]`, `$[last]`, `lax` and `strict` before it).
final class Json {
    private static final int MAX_DEPTH = 512;
    private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxStringLength(Integer.MAX_VALUE)
                            .build())
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private Json() {}

    static JsonNode parse(String text) throws JsonProcessingException {
        JsonNode node = MAPPER.readTree(text);
        if (node == null || node.isMissingNode()) {
            throw new com.fasterxml.jackson.core.JsonParseException(null, "An empty document");
        }
        return node;
    }

    /// Parses a stored document.
    static JsonNode stored(String text) {
        try {
            return parse(text);
        } catch (JsonProcessingException e) {
            throw new StorageException(
                    ErrorCode.INVALID_TEXT, "A JSON value is not valid. Cast the text to JSON where it is stored.", e);
        }
    }

    static @Nullable JsonNode member(JsonNode node, String name) {
        return node.get(name);
    }

    /// Elements count from 0; negative ones from the end.
    static @Nullable JsonNode element(JsonNode node, long index) {
        if (!node.isArray()) {
            return null;
        }
        long position = index < 0 ? node.size() + index : index;
        return position >= 0 && position < node.size() ? node.get((int) position) : null;
    }

    static @Nullable String text(@Nullable JsonNode node) {
        if (node == null || node.isNull() || node.isMissingNode()) {
            return null;
        }
        return node.isTextual() ? node.textValue() : node.toString();
    }

    /// One step of a path: a String (member) or a Long (element, -1 is the last).
    static List<Object> path(String path) {
        String steps = path.strip();
        if (steps.startsWith("lax ") || steps.startsWith("strict ")) {
            steps = steps.substring(steps.indexOf(' ') + 1).strip();
        }
        if (!steps.startsWith("$")) {
            throw badPath(path);
        }
        var result = new ArrayList<Object>();
        int at = 1;
        while (at < steps.length()) {
            char c = steps.charAt(at);
            if (c == '.' && at + 1 < steps.length() && steps.charAt(at + 1) == '"') {
                int end = steps.indexOf('"', at + 2);
                if (end < 0) {
                    throw badPath(path);
                }
                result.add(steps.substring(at + 2, end));
                at = end + 1;
            } else if (c == '.') {
                int end = at + 1;
                while (end < steps.length() && steps.charAt(end) != '.' && steps.charAt(end) != '[') {
                    end++;
                }
                String name = steps.substring(at + 1, end).strip();
                if (name.isEmpty() || name.equals("*")) {
                    throw badPath(path);
                }
                result.add(name);
                at = end;
            } else if (c == '[') {
                int end = steps.indexOf(']', at);
                if (end < 0) {
                    throw badPath(path);
                }
                result.add(index(steps.substring(at + 1, end).strip(), path));
                at = end + 1;
            } else {
                throw badPath(path);
            }
        }
        return result;
    }

    private static Long index(String text, String path) {
        if (text.equals("last")) {
            return -1L;
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException _) {
            throw badPath(path);
        }
    }

    static JsonNode follow(JsonNode root, List<Object> path) {
        JsonNode node = root;
        for (Object step : path) {
            JsonNode next = step instanceof String name ? member(node, name) : element(node, (Long) step);
            if (next == null) {
                return MissingNode.getInstance();
            }
            node = next;
        }
        return node;
    }

    /// An object holds another if it has its members, each holding the other's; an array if each element of the
    /// other is held by one of its own; an array holds a scalar that is among its elements.
    static boolean contains(JsonNode whole, JsonNode part) {
        if (whole.isObject() && part.isObject()) {
            return part.properties().stream().allMatch(member -> {
                JsonNode mine = whole.get(member.getKey());
                return mine != null && contains(mine, member.getValue());
            });
        }
        if (whole.isArray()) {
            return part.isArray()
                    ? part.valueStream().allMatch(element -> hasElement(whole, element))
                    : part.isValueNode() && hasElement(whole, part);
        }
        return equal(whole, part);
    }

    private static boolean hasElement(JsonNode array, JsonNode wanted) {
        return array.valueStream()
                .anyMatch(element -> wanted.isContainerNode() ? contains(element, wanted) : equal(element, wanted));
    }

    private static boolean equal(JsonNode a, JsonNode b) {
        return a.isNumber() && b.isNumber() ? a.decimalValue().compareTo(b.decimalValue()) == 0 : a.equals(b);
    }

    private static StorageException badPath(String path) {
        return new StorageException(
                ErrorCode.INVALID_PARAMETER,
                "JSON path [%s] is not understood. Use members and elements, such as $.name.items[0].".formatted(path));
    }
}
