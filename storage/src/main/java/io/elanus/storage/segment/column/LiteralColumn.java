package io.elanus.storage.segment.column;

import io.elanus.proto.grpc.Literal;
import io.elanus.storage.type.ColumnType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Constants in column form.
public final class LiteralColumn {
    private static final int DECIMAL_BYTES = 16;

    private LiteralColumn() {}

    /// Appends one row with this constant, which is of this type or NULL.
    public static void append(ColumnBuffer target, ColumnType type, Literal literal) {
        if (literal.getValueCase() == Literal.ValueCase.NULL
                || literal.getValueCase() == Literal.ValueCase.VALUE_NOT_SET) {
            target.appendNulls(1);
        } else if (type instanceof ColumnType.Array(ColumnType item)) {
            literal.getList().getItemsList().forEach(value -> append(target.child(), item, value));
            target.endList();
        } else {
            target.appendValue(bytes(type, literal));
        }
    }

    private static byte[] bytes(ColumnType type, Literal literal) {
        return switch (type) {
            case ColumnType.Simple simple ->
                switch (simple) {
                    case BOOLEAN -> new byte[] {(byte) (literal.getBool() ? 1 : 0)};
                    case TINYINT -> integer(literal.getInt64(), 1);
                    case SMALLINT -> integer(literal.getInt64(), 2);
                    case INTEGER, DATE -> integer(literal.getInt64(), 4);
                    case BIGINT, TIME, TIMESTAMP, TIMESTAMP_TZ -> integer(literal.getInt64(), 8);
                    case REAL -> integer(Float.floatToRawIntBits((float) literal.getFloat64()), 4);
                    case DOUBLE -> integer(Double.doubleToRawLongBits(literal.getFloat64()), 8);
                    case VARBINARY, UUID -> literal.getBinary().toByteArray();
                    case JSON -> literal.getText().getBytes(StandardCharsets.UTF_8);
                };
            case ColumnType.Decimal decimal -> decimal(new BigDecimal(literal.getText()), decimal.scale());
            case ColumnType.Varchar _ -> literal.getText().getBytes(StandardCharsets.UTF_8);
            case ColumnType.Vector _ -> literal.getBinary().toByteArray();
            case ColumnType.Array _ -> throw new IllegalArgumentException("An array is not a single value");
        };
    }

    private static byte[] integer(long value, int width) {
        byte[] bytes = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array();
        return Arrays.copyOf(bytes, width);
    }

    private static byte[] decimal(BigDecimal value, int scale) {
        BigInteger unscaled = value.setScale(scale).unscaledValue();
        byte[] bytes = new byte[DECIMAL_BYTES];
        for (int i = 0; i < DECIMAL_BYTES; i++) {
            bytes[i] = unscaled.shiftRight(8 * i).byteValue();
        }
        return bytes;
    }
}
