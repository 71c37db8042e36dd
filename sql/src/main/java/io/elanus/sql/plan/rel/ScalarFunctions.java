package io.elanus.sql.plan.rel;

import io.elanus.storage.filter.Operator;
import java.util.Map;

/// Functions that are one operator with the same arguments.
final class ScalarFunctions {
    /// How arguments are brought to a type first.
    enum Arguments {
        AS_THEY_ARE,
        DOUBLE,
        /// The first argument takes the call's type.
        FIRST_AS_RESULT,
        /// All arguments take the call's type.
        ALL_AS_RESULT,
        TEXT_FIRST,
        ALL_TEXT,
        ALL_JSON,
        /// A document, and the name or the number of what is looked for in it.
        DOCUMENT_AND_KEY,
        /// Both sides become vectors of one type.
        VECTORS
    }

    record Function(Operator operator, Arguments arguments) {}

    private static Function of(Operator operator, Arguments arguments) {
        return new Function(operator, arguments);
    }

    static final Map<String, Function> BY_NAME = Map.ofEntries(
            Map.entry("ABS", of(Operator.ABS, Arguments.FIRST_AS_RESULT)),
            Map.entry("CEIL", of(Operator.CEIL, Arguments.FIRST_AS_RESULT)),
            Map.entry("FLOOR", of(Operator.FLOOR, Arguments.FIRST_AS_RESULT)),
            Map.entry("ROUND", of(Operator.ROUND, Arguments.FIRST_AS_RESULT)),
            Map.entry("TRUNCATE", of(Operator.TRUNCATE, Arguments.FIRST_AS_RESULT)),
            Map.entry("SIGN", of(Operator.SIGN, Arguments.FIRST_AS_RESULT)),
            Map.entry("SQRT", of(Operator.SQRT, Arguments.DOUBLE)),
            Map.entry("EXP", of(Operator.EXP, Arguments.DOUBLE)),
            Map.entry("LN", of(Operator.LN, Arguments.DOUBLE)),
            Map.entry("LOG10", of(Operator.LOG10, Arguments.DOUBLE)),
            Map.entry("POWER", of(Operator.POWER, Arguments.DOUBLE)),
            Map.entry("SIN", of(Operator.SIN, Arguments.DOUBLE)),
            Map.entry("COS", of(Operator.COS, Arguments.DOUBLE)),
            Map.entry("TAN", of(Operator.TAN, Arguments.DOUBLE)),
            Map.entry("ASIN", of(Operator.ASIN, Arguments.DOUBLE)),
            Map.entry("ACOS", of(Operator.ACOS, Arguments.DOUBLE)),
            Map.entry("ATAN", of(Operator.ATAN, Arguments.DOUBLE)),
            Map.entry("ATAN2", of(Operator.ATAN2, Arguments.DOUBLE)),
            Map.entry("DEGREES", of(Operator.DEGREES, Arguments.DOUBLE)),
            Map.entry("RADIANS", of(Operator.RADIANS, Arguments.DOUBLE)),
            Map.entry("PI", of(Operator.PI, Arguments.AS_THEY_ARE)),
            Map.entry("MOD", of(Operator.MOD, Arguments.ALL_AS_RESULT)),
            Map.entry("GREATEST", of(Operator.GREATEST, Arguments.ALL_AS_RESULT)),
            Map.entry("LEAST", of(Operator.LEAST, Arguments.ALL_AS_RESULT)),
            Map.entry("COALESCE", of(Operator.COALESCE, Arguments.ALL_AS_RESULT)),
            Map.entry("NULLIF", of(Operator.NULLIF, Arguments.ALL_AS_RESULT)),
            Map.entry("CONCAT", of(Operator.CONCAT, Arguments.ALL_TEXT)),
            Map.entry("LOWER", of(Operator.LOWER, Arguments.ALL_TEXT)),
            Map.entry("UPPER", of(Operator.UPPER, Arguments.ALL_TEXT)),
            Map.entry("INITCAP", of(Operator.INITCAP, Arguments.ALL_TEXT)),
            Map.entry("LTRIM", of(Operator.LTRIM, Arguments.ALL_TEXT)),
            Map.entry("RTRIM", of(Operator.RTRIM, Arguments.ALL_TEXT)),
            Map.entry("SUBSTRING", of(Operator.SUBSTRING, Arguments.TEXT_FIRST)),
            Map.entry("CHAR_LENGTH", of(Operator.CHAR_LENGTH, Arguments.ALL_TEXT)),
            Map.entry("CHARACTER_LENGTH", of(Operator.CHAR_LENGTH, Arguments.ALL_TEXT)),
            Map.entry("OCTET_LENGTH", of(Operator.OCTET_LENGTH, Arguments.AS_THEY_ARE)),
            Map.entry("POSITION", of(Operator.POSITION, Arguments.AS_THEY_ARE)),
            Map.entry("REPLACE", of(Operator.REPLACE, Arguments.ALL_TEXT)),
            Map.entry("LEFT", of(Operator.LEFT, Arguments.TEXT_FIRST)),
            Map.entry("RIGHT", of(Operator.RIGHT, Arguments.TEXT_FIRST)),
            Map.entry("LPAD", of(Operator.LPAD, Arguments.AS_THEY_ARE)),
            Map.entry("RPAD", of(Operator.RPAD, Arguments.AS_THEY_ARE)),
            Map.entry("REVERSE", of(Operator.REVERSE, Arguments.ALL_TEXT)),
            Map.entry("REPEAT", of(Operator.REPEAT, Arguments.TEXT_FIRST)),
            Map.entry("STARTS_WITH", of(Operator.STARTS_WITH, Arguments.ALL_TEXT)),
            Map.entry("SPLIT_PART", of(Operator.SPLIT_PART, Arguments.AS_THEY_ARE)),
            Map.entry("MD5", of(Operator.MD5, Arguments.ALL_TEXT)),
            Map.entry("REGEXP_LIKE", of(Operator.REGEXP_LIKE, Arguments.ALL_TEXT)),
            Map.entry("JSON_GET", of(Operator.JSON_GET, Arguments.DOCUMENT_AND_KEY)),
            Map.entry("JSON_GET_TEXT", of(Operator.JSON_GET_TEXT, Arguments.DOCUMENT_AND_KEY)),
            Map.entry("JSON_CONTAINS", of(Operator.JSON_CONTAINS, Arguments.ALL_JSON)),
            Map.entry("JSON_TYPEOF", of(Operator.JSON_TYPE, Arguments.ALL_JSON)),
            Map.entry("JSON_ARRAY_LENGTH", of(Operator.JSON_LENGTH, Arguments.ALL_JSON)),
            Map.entry("DATE_TRUNC_TEXT", of(Operator.DATE_TRUNC, Arguments.AS_THEY_ARE)),
            Map.entry("ITEM", of(Operator.ARRAY_ELEMENT, Arguments.AS_THEY_ARE)),
            Map.entry("CARDINALITY", of(Operator.ARRAY_LENGTH, Arguments.AS_THEY_ARE)),
            Map.entry("ARRAY_LENGTH", of(Operator.ARRAY_LENGTH, Arguments.AS_THEY_ARE)),
            Map.entry("ARRAY_CONTAINS", of(Operator.ARRAY_CONTAINS, Arguments.AS_THEY_ARE)),
            Map.entry("MATCH", of(Operator.TEXT_MATCH, Arguments.ALL_TEXT)),
            Map.entry("BM25", of(Operator.BM25, Arguments.ALL_TEXT)),
            Map.entry("HIGHLIGHT", of(Operator.HIGHLIGHT, Arguments.ALL_TEXT)),
            Map.entry("L2_DISTANCE", of(Operator.L2_DISTANCE, Arguments.VECTORS)),
            Map.entry("COSINE_DISTANCE", of(Operator.COSINE_DISTANCE, Arguments.VECTORS)),
            Map.entry("NEGATIVE_INNER_PRODUCT", of(Operator.NEGATIVE_INNER_PRODUCT, Arguments.VECTORS)),
            Map.entry("INNER_PRODUCT", of(Operator.INNER_PRODUCT, Arguments.VECTORS)),
            Map.entry("L1_DISTANCE", of(Operator.L1_DISTANCE, Arguments.VECTORS)),
            Map.entry("HAMMING_DISTANCE", of(Operator.HAMMING_DISTANCE, Arguments.VECTORS)),
            Map.entry("JACCARD_DISTANCE", of(Operator.JACCARD_DISTANCE, Arguments.VECTORS)),
            Map.entry("VECTOR_NORM", of(Operator.VECTOR_NORM, Arguments.VECTORS)),
            Map.entry("VECTOR_DIMS", of(Operator.VECTOR_DIMENSIONS, Arguments.VECTORS)),
            Map.entry("L2_NORMALIZE", of(Operator.L2_NORMALIZE, Arguments.VECTORS)),
            Map.entry("VECTOR_ADD", of(Operator.VECTOR_ADD, Arguments.VECTORS)),
            Map.entry("VECTOR_SUBTRACT", of(Operator.VECTOR_SUBTRACT, Arguments.VECTORS)),
            Map.entry("VECTOR_MULTIPLY", of(Operator.VECTOR_MULTIPLY, Arguments.VECTORS)));

    /// Functions without arguments whose value belongs to the session.
    static final Map<String, SessionValue> SESSION_VALUES = Map.ofEntries(
            Map.entry("CURRENT_TIMESTAMP", SessionValue.CURRENT_TIMESTAMP),
            Map.entry("LOCALTIMESTAMP", SessionValue.LOCALTIMESTAMP),
            Map.entry("CURRENT_DATE", SessionValue.CURRENT_DATE),
            Map.entry("CURRENT_TIME", SessionValue.CURRENT_TIME),
            Map.entry("LOCALTIME", SessionValue.CURRENT_TIME),
            Map.entry("CURRENT_USER", SessionValue.CURRENT_USER),
            Map.entry("SESSION_USER", SessionValue.SESSION_USER),
            Map.entry("SYSTEM_USER", SessionValue.SESSION_USER),
            Map.entry("CURRENT_ROLE", SessionValue.CURRENT_USER),
            Map.entry("USER", SessionValue.CURRENT_USER),
            Map.entry("CURRENT_SCHEMA", SessionValue.CURRENT_SCHEMA),
            Map.entry("CURRENT_CATALOG", SessionValue.CURRENT_CATALOG),
            Map.entry("CURRENT_DATABASE", SessionValue.CURRENT_CATALOG),
            Map.entry("VERSION", SessionValue.VERSION));

    private ScalarFunctions() {}
}
