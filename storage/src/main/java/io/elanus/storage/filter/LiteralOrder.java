package io.elanus.storage.filter;

import io.elanus.proto.grpc.Literal;
import io.elanus.storage.type.ColumnType;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalInt;

/// The order of constants of one type, that of SQL's comparisons. Pure.
public final class LiteralOrder {
    private LiteralOrder() {}

    /// Empty when the two cannot be compared: NULL, NaN, and types whose constants do not tell their order.
    public static OptionalInt compare(Literal left, Literal right, ColumnType type) {
        if (left.getValueCase() != right.getValueCase()) {
            return OptionalInt.empty();
        }
        return switch (left.getValueCase()) {
            case BOOL -> OptionalInt.of(Boolean.compare(left.getBool(), right.getBool()));
            case INT64 -> OptionalInt.of(Long.compare(left.getInt64(), right.getInt64()));
            case FLOAT64 ->
                Double.isNaN(left.getFloat64()) || Double.isNaN(right.getFloat64())
                        ? OptionalInt.empty()
                        : OptionalInt.of(
                                left.getFloat64() < right.getFloat64()
                                        ? -1
                                        : left.getFloat64() > right.getFloat64() ? 1 : 0);
            case TEXT -> compareText(left.getText(), right.getText(), type);
            case BINARY ->
                OptionalInt.of(Arrays.compareUnsigned(
                        left.getBinary().toByteArray(), right.getBinary().toByteArray()));
            case NULL, LIST, VALUE_NOT_SET -> OptionalInt.empty();
        };
    }

    private static OptionalInt compareText(String left, String right, ColumnType type) {
        return switch (type) {
            case ColumnType.Varchar _ ->
                OptionalInt.of(Arrays.compareUnsigned(
                        left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8)));
            case ColumnType.Decimal _ -> OptionalInt.of(new BigDecimal(left).compareTo(new BigDecimal(right)));
            case ColumnType.Simple _, ColumnType.Array _, ColumnType.Vector _ -> OptionalInt.empty();
        };
    }
}
