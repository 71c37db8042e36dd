package io.elanus.sql.catalog;

import static io.elanus.storage.filter.Operator.*;

import io.elanus.sql.catalog.TypedFunction.Signature;
import io.elanus.sql.catalog.TypedFunction.Slot;
import io.elanus.sql.type.Types;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The functions of PostgreSQL that are one operator of the evaluator, with their signatures.
final class FunctionCatalog {
    private static final Slot TEXT = new Slot.Of(Types.TEXT);
    private static final Slot TEXTS = new Slot.Of(new ColumnType.Array(Types.TEXT));
    private static final Slot WHOLE = new Slot.Of(Simple.BIGINT);
    private static final Slot INT = new Slot.Of(Simple.INTEGER);
    private static final Slot NUMBER = new Slot.Of(Simple.DOUBLE);
    private static final Slot EXACT = new Slot.Of(new ColumnType.Decimal(38, 10));
    private static final Slot DIGITS = new Slot.Of(new ColumnType.Decimal(38, 0));
    private static final Slot BOOL = new Slot.Of(Simple.BOOLEAN);
    private static final Slot BINARY = new Slot.Of(Simple.VARBINARY);
    private static final Slot DATE = new Slot.Of(Simple.DATE);
    private static final Slot TIME = new Slot.Of(Simple.TIME);
    private static final Slot TIMESTAMP = new Slot.Of(Simple.TIMESTAMP);
    private static final Slot INSTANT = new Slot.Of(Simple.TIMESTAMP_TZ);
    private static final Slot JSON = new Slot.Of(Simple.JSON);
    private static final Slot ANY = new Slot.Written();
    private static final Slot ITEMS = new Slot.Items();
    private static final Slot ITEM = new Slot.Item();
    private static final Slot NUMBERS = new Slot.Of(new ColumnType.Array(Simple.BIGINT));
    private static final Slot INTS = new Slot.Of(new ColumnType.Array(Simple.INTEGER));
    private static final Slot TIMES = new Slot.Of(new ColumnType.Array(Simple.TIMESTAMP));
    private static final Slot INSTANTS = new Slot.Of(new ColumnType.Array(Simple.TIMESTAMP_TZ));

    private final Map<String, List<Signature>> signatures = new LinkedHashMap<>();

    private FunctionCatalog() {}

    static List<TypedFunction> all() {
        var catalog = new FunctionCatalog();
        catalog.texts();
        catalog.patterns();
        catalog.numbers();
        catalog.times();
        catalog.ages();
        catalog.random();
        catalog.arrays();
        catalog.series();
        return catalog.signatures.entrySet().stream()
                .map(entry -> new TypedFunction(entry.getKey(), entry.getValue()))
                .toList();
    }

    private void texts() {
        many("CONCAT", CONCAT_ALL, TEXT, 1, ANY);
        many("CONCAT_WS", CONCAT_WITH, TEXT, 1, TEXT, ANY);
        many("FORMAT", FORMAT, TEXT, 1, TEXT, ANY);
        add("LTRIM", LTRIM, TEXT, 1, TEXT, TEXT);
        add("RTRIM", RTRIM, TEXT, 1, TEXT, TEXT);
        add("BTRIM", TRIM, TEXT, 1, TEXT, TEXT);
        add("CHR", CHR, TEXT, 1, WHOLE);
        add("TRANSLATE", TRANSLATE, TEXT, 3, TEXT, TEXT, TEXT);
        add("OVERLAY", OVERLAY, TEXT, 3, TEXT, TEXT, WHOLE, WHOLE);
        add("TO_HEX", TO_HEX, TEXT, 1, INT);
        add("TO_HEX", TO_HEX, TEXT, 1, WHOLE);
        add("SHA256", SHA256, BINARY, 1, TEXT);
        add("SHA256", SHA256, BINARY, 1, BINARY);
        add("OCTET_LENGTH", OCTET_LENGTH, INT, 1, TEXT);
        add("OCTET_LENGTH", OCTET_LENGTH, INT, 1, BINARY);
        add("ENCODE", ENCODE, TEXT, 2, TEXT, TEXT);
        add("ENCODE", ENCODE, TEXT, 2, BINARY, TEXT);
        add("DECODE", DECODE, BINARY, 2, TEXT, TEXT);
        add("QUOTE_LITERAL", Operator.QUOTE_LITERAL, TEXT, 1, ANY);
        add("QUOTE_IDENT", QUOTE_IDENTIFIER, TEXT, 1, TEXT);
        add("STRING_TO_ARRAY", TEXT_TO_ARRAY, TEXTS, 2, TEXT, TEXT, TEXT);
    }

    private void patterns() {
        add("REGEXP_LIKE", REGEXP_LIKE, BOOL, 2, TEXT, TEXT, TEXT);
        add("REGEXP_REPLACE", REGEXP_REPLACE, TEXT, 3, TEXT, TEXT, TEXT, TEXT);
        add("REGEXP_MATCH", REGEXP_MATCH, TEXTS, 2, TEXT, TEXT, TEXT);
        add("REGEXP_SUBSTR", REGEXP_SUBSTRING, TEXT, 2, TEXT, TEXT);
        add("REGEXP_COUNT", REGEXP_COUNT, INT, 2, TEXT, TEXT);
        add("REGEXP_INSTR", REGEXP_POSITION, INT, 2, TEXT, TEXT);
        add("REGEXP_SPLIT_TO_ARRAY", REGEXP_SPLIT, TEXTS, 2, TEXT, TEXT, TEXT);
        add("TO_CHAR", TO_CHAR, TEXT, 2, TIMESTAMP, TEXT);
        add("TO_CHAR", TO_CHAR, TEXT, 2, INSTANT, TEXT);
        add("TO_CHAR", TO_CHAR, TEXT, 2, TIME, TEXT);
        add("TO_CHAR", TO_CHAR, TEXT, 2, WHOLE, TEXT);
        add("TO_CHAR", TO_CHAR, TEXT, 2, EXACT, TEXT);
        add("TO_CHAR", TO_CHAR, TEXT, 2, NUMBER, TEXT);
        add("TO_DATE", PARSE_TIME, DATE, 2, TEXT, TEXT);
        add("TO_TIMESTAMP", PARSE_TIME, INSTANT, 2, TEXT, TEXT);
        add("TO_TIMESTAMP", FROM_EPOCH, INSTANT, 1, NUMBER);
        add("TO_NUMBER", PARSE_NUMBER, EXACT, 2, TEXT, TEXT);
    }

    private void numbers() {
        add("DIV", QUOTIENT, WHOLE, 2, WHOLE, WHOLE);
        add("DIV", QUOTIENT, DIGITS, 2, EXACT, EXACT);
        add("GCD", GCD, WHOLE, 2, WHOLE, WHOLE);
        add("LCM", LCM, WHOLE, 2, WHOLE, WHOLE);
        add("FACTORIAL", FACTORIAL, DIGITS, 1, WHOLE);
        add("WIDTH_BUCKET", WIDTH_BUCKET, INT, 4, NUMBER, NUMBER, NUMBER, WHOLE);
        add("CBRT", CBRT, NUMBER, 1, NUMBER);
        add("LOG", LOG10, NUMBER, 1, NUMBER);
        add("LOG", Operator.LOG, NUMBER, 2, NUMBER, NUMBER);
        add("SINH", SINH, NUMBER, 1, NUMBER);
        add("COSH", COSH, NUMBER, 1, NUMBER);
        add("TANH", TANH, NUMBER, 1, NUMBER);
        add("COT", COT, NUMBER, 1, NUMBER);
        add("BITAND", Operator.BIT_AND, WHOLE, 2, WHOLE, WHOLE);
        add("BITOR", Operator.BIT_OR, WHOLE, 2, WHOLE, WHOLE);
        add("BITXOR", Operator.BIT_XOR, WHOLE, 2, WHOLE, WHOLE);
    }

    private void times() {
        add("MAKE_DATE", MAKE_DATE, DATE, 3, WHOLE, WHOLE, WHOLE);
        add("MAKE_TIME", MAKE_TIME, TIME, 3, WHOLE, WHOLE, NUMBER);
        add("MAKE_TIMESTAMP", MAKE_TIMESTAMP, TIMESTAMP, 6, WHOLE, WHOLE, WHOLE, WHOLE, WHOLE, NUMBER);
        add("DATE_PART", EXTRACT, NUMBER, 2, TEXT, DATE);
        add("DATE_PART", EXTRACT, NUMBER, 2, TEXT, TIMESTAMP);
        add("DATE_PART", EXTRACT, NUMBER, 2, TEXT, INSTANT);
        add("DATE_PART", EXTRACT, NUMBER, 2, TEXT, TIME);
        add("TIMEZONE", AT_ZONE, INSTANT, 2, TEXT, TIMESTAMP);
        add("TIMEZONE", AT_ZONE, TIMESTAMP, 2, TEXT, INSTANT);
    }

    private void ages() {
        for (Slot first : List.of(TIMESTAMP, INSTANT)) {
            for (Slot second : List.of(TIMESTAMP, INSTANT)) {
                add("AGE", AGE, TEXT, 2, first, second);
                add("$AGE_FIELD", AGE_FIELD, NUMBER, 3, TEXT, first, second);
            }
        }
        add("$ADD_DAYS", ADD_DAYS, DATE, 2, DATE, WHOLE);
    }

    private void random() {
        add("RAND", Operator.RANDOM, NUMBER, 0);
        add("RAND", Operator.RANDOM, NUMBER, 1, WHOLE);
        add("GEN_RANDOM_UUID", RANDOM_UUID, new Slot.Of(Simple.UUID), 0);
    }

    private void arrays() {
        add("ARRAY_APPEND", ARRAY_APPEND, ITEMS, 2, ITEMS, ITEM);
        add("ARRAY_PREPEND", ARRAY_PREPEND, ITEMS, 2, ITEM, ITEMS);
        add("ARRAY_CAT", ARRAY_CONCAT, ITEMS, 2, ITEMS, ITEMS);
        add("ARRAY_REMOVE", ARRAY_REMOVE, ITEMS, 2, ITEMS, ITEM);
        add("ARRAY_REPLACE", ARRAY_REPLACE, ITEMS, 3, ITEMS, ITEM, ITEM);
        add("ARRAY_POSITION", ARRAY_POSITION, INT, 2, ITEMS, ITEM, WHOLE);
        add("ARRAY_POSITIONS", ARRAY_POSITIONS, INTS, 2, ITEMS, ITEM);
        add("ARRAY_SLICE", ARRAY_SLICE, ITEMS, 3, ITEMS, WHOLE, WHOLE);
        add("TRIM_ARRAY", ARRAY_TRIM, ITEMS, 2, ITEMS, WHOLE);
        add("ARRAY_OVERLAP", ARRAY_OVERLAP, BOOL, 2, ITEMS, ITEMS);
        add("$HOLDS", JSON_CONTAINS, BOOL, 2, JSON, JSON);
        add("$HOLDS", ARRAY_HOLDS, BOOL, 2, ITEMS, ITEMS);
        add("$ANY", ARRAY_ANY, BOOL, 3, ITEMS, ITEM, TEXT);
        add("$ALL", ARRAY_ALL, BOOL, 3, ITEMS, ITEM, TEXT);
        add("ARRAY_TO_STRING", ARRAY_TO_TEXT, TEXT, 2, TEXTS, TEXT, TEXT);
    }

    /// Arrays of what the set-returning functions return.
    private void series() {
        add("$SERIES", SERIES, INTS, 2, INT, INT, INT);
        add("$SERIES", SERIES, NUMBERS, 2, WHOLE, WHOLE, WHOLE);
        add("$TIME_SERIES", TIME_SERIES, INSTANTS, 3, INSTANT, INSTANT, WHOLE);
        add("$TIME_SERIES", TIME_SERIES, TIMES, 3, TIMESTAMP, TIMESTAMP, WHOLE);
        add("$MONTH_SERIES", MONTH_SERIES, INSTANTS, 3, INSTANT, INSTANT, WHOLE);
        add("$MONTH_SERIES", MONTH_SERIES, TIMES, 3, TIMESTAMP, TIMESTAMP, WHOLE);
    }

    private void add(String name, Operator operator, Slot returns, int least, Slot... slots) {
        signature(name, new Signature(operator, returns, List.of(slots), least, false));
    }

    private void many(String name, Operator operator, Slot returns, int least, Slot... slots) {
        signature(name, new Signature(operator, returns, List.of(slots), least, true));
    }

    private void signature(String name, Signature signature) {
        signatures.computeIfAbsent(name, _ -> new ArrayList<>()).add(signature);
    }
}
