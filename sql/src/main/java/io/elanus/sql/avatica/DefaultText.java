package io.elanus.sql.avatica;

import io.elanus.proto.grpc.Literal;

/// A column's default as SQL text, where it has a plain one.
final class DefaultText {
    private DefaultText() {}

    static String of(Literal literal) {
        return switch (literal.getValueCase()) {
            case BOOL -> Boolean.toString(literal.getBool());
            case INT64 -> Long.toString(literal.getInt64());
            case FLOAT64 -> Double.toString(literal.getFloat64());
            case TEXT -> "'" + literal.getText().replace("'", "''") + "'";
            case NULL, VALUE_NOT_SET -> "NULL";
            case BINARY, LIST -> "(value)";
        };
    }
}
