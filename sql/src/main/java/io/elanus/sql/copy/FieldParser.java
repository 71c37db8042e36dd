package io.elanus.sql.copy;

import com.google.protobuf.UnsafeByteOperations;
import io.elanus.proto.grpc.Literal;
import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.VectorElement;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// The text of one column's fields as constants. The types that bulk loads are made of, integers and float vectors,
/// are parsed from the bytes without a String between.
final class FieldParser {
    private static final int MAX_LONG_DIGITS = 18;

    private final Column column;
    private final float[] floats;

    FieldParser(Column column) {
        this.column = column;
        boolean dense = column.type() instanceof ColumnType.Vector vector && vector.element() == VectorElement.FLOAT32;
        this.floats = new float[dense ? ((ColumnType.Vector) column.type()).dimension() : 0];
    }

    Literal parse(byte[] bytes, int from, int to) {
        try {
            return switch (column.type()) {
                case ColumnType.Vector vector
                when vector.element() == VectorElement.FLOAT32 -> vector(bytes, from, to, vector.dimension());
                case ColumnType.Simple.BIGINT -> bigint(bytes, from, to);
                case ColumnType.Varchar _ ->
                    Literal.newBuilder().setText(text(bytes, from, to)).build();
                case ColumnType.Simple _, ColumnType.Decimal _, ColumnType.Array _, ColumnType.Vector _ ->
                    Literals.parse(text(bytes, from, to), column.type());
            };
        } catch (NumberFormatException e) {
            throw new QueryException(
                    ErrorCode.INVALID_TEXT,
                    "Field of column [%s] is not a value of type [%s]."
                            .formatted(column.name(), column.type().sql()),
                    0,
                    null,
                    e);
        } catch (StorageException e) {
            throw new QueryException(
                    e.code(), "Field of column [%s]: %s".formatted(column.name(), e.getMessage()), 0, null, e);
        }
    }

    static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }

    private Literal bigint(byte[] bytes, int from, int to) {
        boolean negative = from < to && bytes[from] == '-';
        int at = negative ? from + 1 : from;
        if (at == to || to - at > MAX_LONG_DIGITS) {
            return Literals.parse(text(bytes, from, to), column.type());
        }
        long value = 0;
        for (; at < to; at++) {
            int digit = bytes[at] - '0';
            if (digit < 0 || digit > 9) {
                return Literals.parse(text(bytes, from, to).strip(), column.type());
            }
            value = value * 10 + digit;
        }
        return Literal.newBuilder().setInt64(negative ? -value : value).build();
    }

    private Literal vector(byte[] bytes, int from, int to, int dimension) {
        int count = FloatText.parseVector(bytes, from, to, floats);
        if (count != dimension) {
            throw dimensions(column, count, dimension);
        }
        return packed(floats, dimension);
    }

    static QueryException dimensions(Column column, int given, int declared) {
        return new QueryException(
                ErrorCode.DIMENSION_MISMATCH,
                "Vector for column [%s] has [%d] dimensions, declared are [%d]."
                        .formatted(column.name(), given, declared),
                "Load vectors of the declared dimension.");
    }

    static Literal packed(float[] floats, int dimension) {
        byte[] packed = new byte[dimension * Float.BYTES];
        ByteBuffer buffer = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < dimension; i++) {
            buffer.putFloat(i * Float.BYTES, floats[i]);
        }
        return Literal.newBuilder()
                .setBinary(UnsafeByteOperations.unsafeWrap(packed))
                .build();
    }
}
