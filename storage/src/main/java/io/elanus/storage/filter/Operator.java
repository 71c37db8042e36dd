package io.elanus.storage.filter;

/// Every operator and function that an [Expr.Call] can name. The name travels in plan fragments, so a constant is
/// never renamed. Unless said otherwise: NULL in, NULL out, and both sides have one type.
public enum Operator {
    // Logic, three-valued.
    AND,
    OR,
    NOT,
    IS_NULL,
    IS_NOT_NULL,
    IS_TRUE,
    IS_NOT_TRUE,
    IS_FALSE,
    IS_NOT_FALSE,
    // Comparison, of any one scalar type.
    EQ,
    NE,
    LT,
    LE,
    GT,
    GE,
    /// First argument equals one of the constants that follow.
    IN,
    IS_DISTINCT_FROM,
    IS_NOT_DISTINCT_FROM,
    // Arithmetic, of one numeric type; overflow is NUMBER_OUT_OF_RANGE, never wrong.
    ADD,
    SUBTRACT,
    MULTIPLY,
    DIVIDE,
    MOD,
    NEGATE,
    // Conditionals.
    /// when, then, …, else
    CASE,
    COALESCE,
    NULLIF,
    /// NULLs are passed over.
    GREATEST,
    LEAST,
    /// To the call's type; a second argument names the time zone of times with zone (a constant, UTC without it).
    /// Text that is too long is cut.
    CAST,
    /// As CAST, for values on their way into a column: text that is too long is an error.
    ASSIGN,
    // Numbers.
    ABS,
    CEIL,
    FLOOR,
    ROUND,
    TRUNCATE,
    SIGN,
    SQRT,
    EXP,
    LN,
    LOG10,
    /// base, value.
    LOG,
    CBRT,
    POWER,
    SIN,
    COS,
    TAN,
    ASIN,
    ACOS,
    ATAN,
    ATAN2,
    PI,
    DEGREES,
    RADIANS,
    SINH,
    COSH,
    TANH,
    COT,
    /// Division of numbers towards zero, without the fraction.
    QUOTIENT,
    GCD,
    LCM,
    FACTORIAL,
    /// value, low, high, buckets.
    WIDTH_BUCKET,
    BIT_AND,
    BIT_OR,
    BIT_XOR,
    // Text.
    CONCAT,
    LOWER,
    UPPER,
    TRIM,
    LTRIM,
    RTRIM,
    SUBSTRING,
    CHAR_LENGTH,
    OCTET_LENGTH,
    POSITION,
    REPLACE,
    LEFT,
    RIGHT,
    LPAD,
    RPAD,
    REVERSE,
    REPEAT,
    INITCAP,
    STARTS_WITH,
    /// value, pattern, escape; case-sensitive.
    LIKE,
    ILIKE,
    /// value, regular expression (re2 semantics: linear time).
    REGEXP_LIKE,
    /// value, regular expression, replacement, optional flags.
    REGEXP_REPLACE,
    SPLIT_PART,
    ASCII,
    CHR,
    TRANSLATE,
    MD5,
    SHA256,
    /// Texts, those that are NULL left out.
    CONCAT_ALL,
    /// separator, texts; those that are NULL left out.
    CONCAT_WITH,
    /// text, replacement, 1-based start, optionally how many characters go.
    OVERLAY,
    TO_HEX,
    /// bytes, `hex`, `base64` or `escape`.
    ENCODE,
    DECODE,
    QUOTE_LITERAL,
    QUOTE_IDENTIFIER,
    /// format with %s, %I, %L and %%, texts.
    FORMAT,
    /// text, regular expression, optionally flags: the groups of the first match, or all of it.
    REGEXP_MATCH,
    /// text, regular expression: the first group of the first match, or all of it.
    REGEXP_SUBSTRING,
    REGEXP_COUNT,
    /// text, regular expression: where the first match begins, 0 if there is none.
    REGEXP_POSITION,
    REGEXP_SPLIT,
    /// text, pattern of SIMILAR TO, escape.
    SIMILAR,
    /// time or number, pattern.
    TO_CHAR,
    /// text, pattern; a time of the call's type.
    PARSE_TIME,
    /// text, pattern; a DECIMAL.
    PARSE_NUMBER,
    // Time.
    /// field name constant, value and optionally the time zone (a constant).
    EXTRACT,
    /// field name constant, value and optionally the time zone (a constant).
    DATE_TRUNC,
    /// value (a DATE counts from its midnight and stays a DATE if the call's type is), microseconds.
    ADD_MICROS,
    /// value, months; the day is cut to the month's last.
    ADD_MONTHS,
    /// DATE, days.
    ADD_DAYS,
    /// DATE a minus DATE b.
    DAYS_BETWEEN,
    /// a minus b, in microseconds.
    MICROS_BETWEEN,
    /// year, month, day.
    MAKE_DATE,
    /// hour, minute, second.
    MAKE_TIME,
    /// year, month, day, hour, minute, second.
    MAKE_TIMESTAMP,
    /// Seconds since 1970.
    FROM_EPOCH,
    /// zone, time: TIMESTAMP there to TIMESTAMP_TZ, or back.
    AT_ZONE,
    /// microseconds, time, origin: the begin of the time's bin.
    TIME_BIN,
    /// later, earlier: what lies between as a text of years, months, days and hours.
    AGE,
    /// field, later, earlier: one field of AGE.
    AGE_FIELD,
    // JSON.
    /// value, path step (text: member, integer: element); yields JSON.
    JSON_GET,
    /// As JSON_GET, yields text.
    JSON_GET_TEXT,
    /// value, SQL/JSON path; the scalar there as the call's type, NULL if it cannot be one.
    JSON_VALUE,
    /// value, SQL/JSON path; the document there as JSON.
    JSON_QUERY,
    JSON_EXISTS,
    /// value, JSON that it may hold.
    JSON_CONTAINS,
    /// value; elements of a JSON array.
    JSON_LENGTH,
    /// value; `object`, `array`, `string`, `number`, `boolean` or `null`.
    JSON_TYPE,
    /// BOOLEAN (leave out what is NULL), then names and values in turn.
    JSON_OBJECT,
    /// BOOLEAN (leave out what is NULL), then elements.
    JSON_ARRAY,
    // Arrays.
    /// array, 1-based position; NULL outside.
    ARRAY_ELEMENT,
    ARRAY_LENGTH,
    /// array, value: `value = ANY (array)`.
    ARRAY_CONTAINS,
    /// Items, NULLs included.
    ARRAY_VALUE,
    /// An array that is NULL is left out.
    ARRAY_CONCAT,
    /// array, item; an array that is NULL is empty.
    ARRAY_APPEND,
    /// item, array.
    ARRAY_PREPEND,
    /// array, item; NULL equals NULL here and in those that follow.
    ARRAY_REMOVE,
    /// array, item, its replacement.
    ARRAY_REPLACE,
    /// array, item, optionally where to begin; the 1-based position of the first such item.
    ARRAY_POSITION,
    /// array, item; all positions.
    ARRAY_POSITIONS,
    /// array, first and last position, NULL at an open end.
    ARRAY_SLICE,
    /// array, how many items its end loses.
    ARRAY_TRIM,
    /// Does the first array hold every item of the second?
    ARRAY_HOLDS,
    /// Have the arrays an item in common?
    ARRAY_OVERLAP,
    /// array, item: is there (for all: are all) an item i with `item op i`? The operator is the third, a constant.
    ARRAY_ANY,
    ARRAY_ALL,
    /// array, delimiter, optionally text in the place of NULL.
    ARRAY_TO_TEXT,
    /// text, delimiter (NULL: every character), optionally the text that means NULL.
    TEXT_TO_ARRAY,
    /// first, last and step: an array of whole numbers.
    SERIES,
    /// first, last, step in microseconds: an array of times.
    TIME_SERIES,
    /// first, last, step in months: an array of times.
    MONTH_SERIES,
    // Vectors. Both sides have one dimension; the result is DOUBLE.
    L2_DISTANCE,
    NEGATIVE_INNER_PRODUCT,
    COSINE_DISTANCE,
    L1_DISTANCE,
    HAMMING_DISTANCE,
    JACCARD_DISTANCE,
    INNER_PRODUCT,
    VECTOR_NORM,
    VECTOR_DIMENSIONS,
    L2_NORMALIZE,
    VECTOR_ADD,
    VECTOR_SUBTRACT,
    VECTOR_MULTIPLY,
    /// vector, 1-based start, count (constants that match the call's type).
    SUBVECTOR,
    // Full text; see the package io.elanus.storage.text. Arguments after the query are constants.
    /// text, query[, mode, analyzer].
    TEXT_MATCH,
    /// text, query, mode, analyzer, statistics (BIGINT ARRAY: documents, tokens, rows per term); 0: no match.
    BM25,
    /// text, query[, mark before, mark after, analyzer].
    HIGHLIGHT,
    // Others.
    UUID_TEXT,
    /// Another number from 0 to 1, the 1 not included, for each row; a seed is taken and means nothing.
    RANDOM,
    /// Another UUID for each row.
    RANDOM_UUID;

    /// Has it another value each time that it is computed?
    public boolean varies() {
        return this == RANDOM || this == RANDOM_UUID;
    }

    /// The comparison that holds when the two sides change places; any other operator itself.
    public Operator mirrored() {
        return switch (this) {
            case LT -> GT;
            case LE -> GE;
            case GT -> LT;
            case GE -> LE;
            default -> this;
        };
    }
}
