package io.elanus.storage.filter;

import static io.elanus.storage.filter.Batches.call;
import static io.elanus.storage.filter.Batches.constant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import io.elanus.storage.type.VectorElement;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Functions and casts by example, as PostgreSQL and pgvector answer them.
class FunctionsTest {
    private static final ColumnType TEXT = new ColumnType.Varchar(ColumnType.Varchar.UNLIMITED);
    private static final ColumnType.Vector V3 = new ColumnType.Vector(3, VectorElement.FLOAT32);

    private static @Nullable Object value(Operator operator, ColumnType type, Expr... arguments) {
        return Literals.value(Literals.evaluate(call(operator, type, arguments)), type);
    }

    private static Expr text(@Nullable String value) {
        return constant(value, TEXT);
    }

    private static Expr number(long value) {
        return constant(value, Simple.BIGINT);
    }

    private static Expr vector(String value) {
        return constant(value, V3);
    }

    private static @Nullable Object cast(@Nullable Object value, ColumnType from, ColumnType to) {
        return value(Operator.CAST, to, constant(value, from));
    }

    private static ErrorCode errorOf(Runnable action) {
        try {
            action.run();
        } catch (StorageException e) {
            return e.code();
        }
        throw new AssertionError("No error");
    }

    @Test
    void countsTextInCharacters() {
        assertThat(value(Operator.SUBSTRING, TEXT, text("a😀字b"), number(2), number(2)))
                .isEqualTo("😀字");
        assertThat(value(Operator.SUBSTRING, TEXT, text("hello"), number(-1), number(4)))
                .isEqualTo("he");
        assertThat(value(Operator.CHAR_LENGTH, Simple.BIGINT, text("a😀字"))).isEqualTo(3L);
        assertThat(value(Operator.OCTET_LENGTH, Simple.BIGINT, text("a😀字"))).isEqualTo(8L);
        assertThat(value(Operator.POSITION, Simple.BIGINT, text("字"), text("😀字")))
                .isEqualTo(2L);
        assertThat(value(Operator.LEFT, TEXT, text("hello"), number(-2))).isEqualTo("hel");
        assertThat(value(Operator.RIGHT, TEXT, text("hello"), number(-2))).isEqualTo("llo");
        assertThat(value(Operator.RIGHT, TEXT, text("hello"), number(2))).isEqualTo("lo");
        assertThat(value(Operator.LPAD, TEXT, text("7"), number(3), text("ab"))).isEqualTo("ab7");
        assertThat(value(Operator.RPAD, TEXT, text("hello"), number(2))).isEqualTo("he");
        assertThat(value(Operator.TRIM, TEXT, text("xxaxx"), text("x"))).isEqualTo("a");
        assertThat(value(Operator.SPLIT_PART, TEXT, text("a.b.c"), text("."), number(-1)))
                .isEqualTo("c");
        assertThat(value(Operator.INITCAP, TEXT, text("hi THERE"))).isEqualTo("Hi There");
        assertThat(value(Operator.MD5, TEXT, text("abc"))).isEqualTo("900150983cd24fb0d6963f7d28e17f72");
        assertThat(value(Operator.TRANSLATE, TEXT, text("12345"), text("143"), text("ax")))
                .isEqualTo("a2x5");
    }

    @Test
    void matchesRegularExpressionsInLinearTime() {
        assertThat(value(Operator.REGEXP_LIKE, Simple.BOOLEAN, text("a".repeat(5000) + "!"), text("^(a+)+$")))
                .isEqualTo(false);
        assertThat(value(Operator.REGEXP_REPLACE, TEXT, text("foo bar"), text("(\\w+) (\\w+)"), text("\\2 $\\1")))
                .isEqualTo("bar $foo");
        assertThat(errorOf(() -> value(Operator.REGEXP_LIKE, Simple.BOOLEAN, text("a"), text("("))))
                .isEqualTo(ErrorCode.INVALID_PARAMETER);
        assertThat(errorOf(() -> value(Operator.REPEAT, TEXT, text("abc"), number(Long.MAX_VALUE))))
                .isEqualTo(ErrorCode.LIMIT_EXCEEDED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DOUBLE|1|1",
                "DOUBLE|0.1|0.1",
                "DOUBLE|1e20|1e+20",
                "DOUBLE|123456789012345|123456789012345",
                "DOUBLE|1e-5|1e-05",
                "DOUBLE|nan|NaN",
                "DOUBLE|-inf|-Infinity",
                "REAL|1.5e6|1.5e+06",
                "REAL|100000|100000",
                "BOOLEAN|yes|true",
                "DATE|2024-2-9|2024-02-09",
                "TIME|1:02:03.4500|01:02:03.45",
                "TIMESTAMP|2024-02-29T12:00|2024-02-29 12:00:00",
                "TIMESTAMP_TZ|2024-02-29 12:00:00.5+02|2024-02-29 10:00:00.5+00",
                "UUID|{A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11}|a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
                "VARBINARY|\\x00FF|\\x00ff",
                "BIGINT| -9223372036854775808 |-9223372036854775808",
                "JSON|[1, 2]|[1, 2]"
            })
    void readsAndPrintsTextForms(Simple type, String given, String printed) {
        assertThat(Literals.text(Literals.parse(given, type), type)).isEqualTo(printed);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "BIGINT|9223372036854775808|NUMBER_OUT_OF_RANGE",
                "TINYINT|128|NUMBER_OUT_OF_RANGE",
                "INTEGER|1x|INVALID_TEXT",
                "DOUBLE|1e999|NUMBER_OUT_OF_RANGE",
                "DOUBLE|1d|INVALID_TEXT",
                "DATE|2023-02-29|INVALID_DATETIME",
                "TIME|25:00|INVALID_DATETIME",
                "TIMESTAMP|yesterday|INVALID_DATETIME",
                "UUID|abc|INVALID_TEXT",
                "JSON|{a:1}|INVALID_TEXT",
                "JSON|1 2|INVALID_TEXT"
            })
    void refusesBadText(Simple type, String given, ErrorCode code) {
        assertThat(errorOf(() -> Literals.parse(given, type))).isEqualTo(code);
    }

    @Test
    void refusesBadVectors() {
        assertThat(errorOf(() -> Literals.parse("[1,2]", V3))).isEqualTo(ErrorCode.DIMENSION_MISMATCH);
        assertThat(errorOf(() -> Literals.parse("[1,NaN,2]", V3))).isEqualTo(ErrorCode.VECTOR_NOT_FINITE);
        assertThat(errorOf(() -> Literals.parse("[1,1e39,2]", V3))).isEqualTo(ErrorCode.VECTOR_NOT_FINITE);
        assertThat(errorOf(() -> Literals.parse("1,2,3", V3))).isEqualTo(ErrorCode.INVALID_TEXT);
        assertThat(errorOf(() -> Literals.parse("[1,,3]", V3))).isEqualTo(ErrorCode.INVALID_TEXT);
        assertThat(errorOf(() -> Literals.of(new float[] {1, Float.NaN, 0}, V3)))
                .isEqualTo(ErrorCode.VECTOR_NOT_FINITE);
        assertThatThrownBy(() -> Literals.of(List.of(1, 2), V3))
                .hasMessageContaining("[2]")
                .hasMessageContaining("[3]");
        assertThatThrownBy(() -> value(
                        Operator.L2_DISTANCE,
                        Simple.DOUBLE,
                        vector("[1,2,3]"),
                        constant("[1,2]", new ColumnType.Vector(2, VectorElement.FLOAT32))))
                .hasMessageContaining("[3]")
                .hasMessageContaining("[2]");
    }

    @Test
    void castsVectorsToTextElementsAndArrays() {
        assertThat(cast("[1,2.5,-3]", V3, TEXT)).isEqualTo("[1,2.5,-3]");
        assertThat(cast("[1,2.4,-3]", V3, new ColumnType.Vector(3, VectorElement.INT8)))
                .isEqualTo(new byte[] {1, 2, -3});
        assertThat(cast("[1,2,3]", V3, new ColumnType.Array(Simple.DOUBLE))).isEqualTo(List.of(1.0, 2.0, 3.0));
        assertThat(cast(List.of(1, 2, 3), new ColumnType.Array(Simple.INTEGER), V3))
                .isEqualTo(new float[] {1, 2, 3});
        var bits = new ColumnType.Vector(8, VectorElement.BINARY);
        assertThat(cast("10100000", bits, TEXT)).isEqualTo("[1,0,1,0,0,0,0,0]");
    }

    @Test
    void measuresDistances() {
        Expr a = vector("[1,2,2]");
        Expr b = vector("[4,6,2]");
        assertThat(distance(Operator.L2_DISTANCE, a, b)).isCloseTo(5, within(1e-6));
        assertThat(distance(Operator.L1_DISTANCE, a, b)).isCloseTo(7, within(1e-6));
        assertThat(distance(Operator.INNER_PRODUCT, a, b)).isCloseTo(20, within(1e-5));
        assertThat(distance(Operator.NEGATIVE_INNER_PRODUCT, a, b)).isCloseTo(-20, within(1e-5));
        assertThat(distance(Operator.COSINE_DISTANCE, a, b)).isCloseTo(1 - 20 / (3 * Math.sqrt(56)), within(1e-6));
        assertThat(distance(Operator.VECTOR_NORM, a)).isCloseTo(3, within(1e-9));
        assertThat(value(Operator.VECTOR_ADD, V3, a, b)).isEqualTo(new float[] {5, 8, 4});
        assertThat(errorOf(() -> distance(Operator.COSINE_DISTANCE, b, vector("[0,0,0]"))))
                .isEqualTo(ErrorCode.ZERO_VECTOR);
    }

    private static double distance(Operator operator, Expr... arguments) {
        return (Double) Objects.requireNonNull(value(operator, Simple.DOUBLE, arguments));
    }

    @Test
    void knowsTheCalendar() {
        Expr leap = constant("2024-02-29 13:45:10.25", Simple.TIMESTAMP);
        assertThat(value(Operator.EXTRACT, Simple.BIGINT, text("doy"), leap)).isEqualTo(60L);
        assertThat(value(Operator.EXTRACT, Simple.DOUBLE, text("second"), leap)).isEqualTo(10.25);
        assertThat(value(Operator.EXTRACT, Simple.BIGINT, text("ISODOW"), leap)).isEqualTo(4L);
        assertThat(print(Operator.DATE_TRUNC, Simple.TIMESTAMP, text("quarter"), leap))
                .isEqualTo("2024-01-01 00:00:00");
        assertThat(print(Operator.ADD_MONTHS, Simple.TIMESTAMP, leap, number(12)))
                .isEqualTo("2025-02-28 13:45:10.25");
        assertThat(print(Operator.ADD_MICROS, Simple.TIMESTAMP, leap, number(86_400_000_000L)))
                .isEqualTo("2024-03-01 13:45:10.25");
        assertThat(errorOf(() -> value(Operator.EXTRACT, Simple.BIGINT, text("eon"), leap)))
                .isEqualTo(ErrorCode.INVALID_PARAMETER);
        Expr instant = constant("2024-07-01 00:30:00+00", Simple.TIMESTAMP_TZ);
        assertThat(value(Operator.CAST, TEXT, instant, text("America/New_York")))
                .isEqualTo("2024-06-30 20:30:00-04");
        assertThat(value(Operator.EXTRACT, Simple.BIGINT, text("day"), instant, text("America/New_York")))
                .isEqualTo(30L);
    }

    private static String print(Operator operator, Simple type, Expr... arguments) {
        return Literals.text(Literals.evaluate(call(operator, type, arguments)), type);
    }

    @Test
    void stepsThroughJson() {
        Expr json = constant("{\"a\":{\"b\":[10,\"x\",null]},\"c d\":true}", Simple.JSON);
        assertThat(value(Operator.JSON_GET, Simple.JSON, json, text("a"))).isEqualTo("{\"b\":[10,\"x\",null]}");
        assertThat(value(Operator.JSON_VALUE, Simple.BIGINT, json, text("$.a.b[0]")))
                .isEqualTo(10L);
        assertThat(value(Operator.JSON_VALUE, TEXT, json, text("$.a.b[1]"))).isEqualTo("x");
        assertThat(value(Operator.JSON_VALUE, TEXT, json, text("$.a.b"))).isNull();
        assertThat(value(Operator.JSON_EXISTS, Simple.BOOLEAN, json, text("lax $.\"c d\"")))
                .isEqualTo(true);
        assertThat(value(Operator.JSON_EXISTS, Simple.BOOLEAN, json, text("$.a.b[3]")))
                .isEqualTo(false);
        assertThat(cast("[1,2]", Simple.JSON, new ColumnType.Array(Simple.INTEGER)))
                .isEqualTo(List.of(1, 2));
    }

    @Test
    void handlesArrays() {
        var integers = new ColumnType.Array(Simple.INTEGER);
        Expr array = constant(Arrays.asList(1, null, 3), integers);
        assertThat(value(Operator.ARRAY_ELEMENT, Simple.INTEGER, array, number(3)))
                .isEqualTo(3);
        assertThat(value(Operator.ARRAY_ELEMENT, Simple.INTEGER, array, number(4)))
                .isNull();
        assertThat(value(Operator.ARRAY_CONTAINS, Simple.BOOLEAN, array, constant(3, Simple.INTEGER)))
                .isEqualTo(true);
        assertThat(value(Operator.ARRAY_CONTAINS, Simple.BOOLEAN, array, constant(4, Simple.INTEGER)))
                .isNull();
        assertThat(cast(Arrays.asList("a b", null, "null", "x\"y"), new ColumnType.Array(TEXT), TEXT))
                .isEqualTo("{a b,NULL,\"null\",\"x\\\"y\"}".replace("a b", "\"a b\""));
        assertThat(cast("{\"a b\",NULL,\"null\",x}", TEXT, new ColumnType.Array(TEXT)))
                .isEqualTo(Arrays.asList("a b", null, "null", "x"));
    }

    @Test
    void roundsAsPostgresDoes() {
        var money = new ColumnType.Decimal(10, 1);
        assertThat(cast(2.5, Simple.DOUBLE, Simple.INTEGER)).isEqualTo(2);
        assertThat(cast(new BigDecimal("2.5"), money, Simple.INTEGER)).isEqualTo(3);
        assertThat(value(Operator.ROUND, new ColumnType.Decimal(10, 0), constant("-2.5", money)))
                .isEqualTo(new BigDecimal("-3"));
        assertThat(value(Operator.ROUND, Simple.DOUBLE, constant(1.255, Simple.DOUBLE), number(2)))
                .isEqualTo(1.26);
        assertThat(errorOf(() -> value(Operator.SQRT, Simple.DOUBLE, constant(-1, Simple.DOUBLE))))
                .isEqualTo(ErrorCode.INVALID_PARAMETER);
        assertThat(errorOf(() -> value(Operator.ABS, Simple.BIGINT, number(Long.MIN_VALUE))))
                .isEqualTo(ErrorCode.NUMBER_OUT_OF_RANGE);
    }

    @Test
    void cutsTextInACastAndRefusesItInAnAssignment() {
        var three = new ColumnType.Varchar(3);
        assertThat(value(Operator.CAST, three, text("a😀字b"))).isEqualTo("a😀字");
        assertThat(errorOf(() -> value(Operator.ASSIGN, three, text("abcd")))).isEqualTo(ErrorCode.STRING_TOO_LONG);
        assertThat(errorOf(() -> Literals.of("a\0b", TEXT))).isEqualTo(ErrorCode.INVALID_CHARACTER);
    }
}
