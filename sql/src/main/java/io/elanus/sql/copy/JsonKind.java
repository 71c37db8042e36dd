package io.elanus.sql.copy;

import com.fasterxml.jackson.databind.JsonNode;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import io.elanus.storage.type.VectorElement;
import org.jspecify.annotations.Nullable;

/// The type that the values of a JSON member have in common: what they are in JSON, a list of numbers of one length
/// as a VECTOR, and JSON where they differ or are deeper.
final class JsonKind {
    private @Nullable ColumnType type;

    void add(JsonNode value) {
        if (!value.isNull() && type != Simple.JSON) {
            ColumnType seen = of(value);
            type = type == null || type.equals(seen) ? seen : common(type, seen);
        }
    }

    /// VARCHAR when no value was seen.
    ColumnType type() {
        return type == null ? new ColumnType.Varchar(ColumnType.Varchar.UNLIMITED) : type;
    }

    private static ColumnType common(ColumnType one, ColumnType other) {
        boolean numbers =
                (one == Simple.BIGINT && other == Simple.DOUBLE) || (one == Simple.DOUBLE && other == Simple.BIGINT);
        return numbers ? Simple.DOUBLE : Simple.JSON;
    }

    private static ColumnType of(JsonNode value) {
        if (value.isNumber()) {
            return value.canConvertToLong() && value.isIntegralNumber() ? Simple.BIGINT : Simple.DOUBLE;
        }
        if (value.isBoolean()) {
            return Simple.BOOLEAN;
        }
        if (value.isTextual()) {
            return new ColumnType.Varchar(ColumnType.Varchar.UNLIMITED);
        }
        if (value.isArray() && value.size() > 1 && value.size() <= ColumnType.Vector.MAX_DIMENSION) {
            for (JsonNode item : value) {
                if (!item.isNumber()) {
                    return Simple.JSON;
                }
            }
            return new ColumnType.Vector(value.size(), VectorElement.FLOAT32);
        }
        return Simple.JSON;
    }
}
