package io.elanus.sql.copy;

import io.elanus.sql.dml.ColumnRules;
import io.elanus.storage.kernel.NativeMemory;
import io.elanus.storage.type.ArrowTypes;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.VectorElement;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/// Looks over whole columns that a client sent in the table's own layout, and that [ArrowBounds] has looked at: is
/// every value one that the column takes? Where the answer is no, the values are gone through one by one, which
/// finds the sentence for the client.
final class ColumnScan {
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long LOW_BITS = 0x0101010101010101L;
    private static final int EXPONENT = 0x7F800000;

    private ColumnScan() {}

    /// May the buffers of such a field become those of the column as they are?
    static boolean sameLayout(Field field, ColumnType type) {
        if (field.getDictionary() != null) {
            return false;
        }
        return switch (type) {
            case ColumnType.Simple simple ->
                switch (simple) {
                    case BOOLEAN, TINYINT, SMALLINT, INTEGER, BIGINT, REAL, DOUBLE, VARBINARY, DATE, UUID ->
                        field.getType().equals(ArrowTypes.arrow(simple));
                    case TIMESTAMP -> field.getType().equals(ArrowTypes.arrow(simple));
                    case TIMESTAMP_TZ ->
                        field.getType() instanceof ArrowType.Timestamp time
                                && time.getUnit() == TimeUnit.MICROSECOND
                                && time.getTimezone() != null;
                    // A TIME has bounds, and JSON must be JSON.
                    case TIME, JSON -> false;
                };
            case ColumnType.Varchar _ -> field.getType().equals(ArrowType.Utf8.INSTANCE);
            case ColumnType.Vector vector
            when vector.element() == VectorElement.FLOAT32 ->
                sameElements(field, vector, ArrowTypes.arrow(ColumnType.Simple.REAL));
            case ColumnType.Vector vector
            when vector.element() == VectorElement.INT8 ->
                sameElements(field, vector, ArrowTypes.arrow(ColumnType.Simple.TINYINT));
            case ColumnType.Vector _, ColumnType.Decimal _, ColumnType.Array _ -> false;
        };
    }

    private static boolean sameElements(Field field, ColumnType.Vector type, ArrowType element) {
        return field.getType() instanceof ArrowType.FixedSizeList list
                && list.getListSize() == type.dimension()
                && field.getChildren().size() == 1
                && field.getChildren().getFirst().getType().equals(element);
    }

    /// The vector's field has the [#sameLayout] as the column.
    static boolean accepts(FieldVector vector, int rows, Column column, ColumnRules rules) {
        int nulls = vector.getNullCount();
        if (nulls > 0 && !column.nullable()) {
            return false;
        }
        return switch (column.type()) {
            case ColumnType.Varchar(int maxLength) -> text((VarCharVector) vector, rows, maxLength);
            case ColumnType.Vector type ->
                nulls == 0 && elements((FixedSizeListVector) vector, rows, type, column, rules);
            case ColumnType.Simple _, ColumnType.Decimal _, ColumnType.Array _ -> true;
        };
    }

    /// UTF-8 without NUL, and none too long. Text that is all ASCII is seen at eight bytes a step.
    private static boolean text(VarCharVector vector, int rows, int maxLength) {
        ArrowBuf offsets = vector.getOffsetBuffer();
        int begin = offsets.getInt(0);
        int end = offsets.getInt((long) rows * Integer.BYTES);
        boolean ascii = ascii(vector.getDataBuffer().memoryAddress() + begin, end - begin);
        if (ascii && maxLength == ColumnType.Varchar.UNLIMITED) {
            return true;
        }
        int from = begin;
        for (int row = 0; row < rows; row++) {
            int to = offsets.getInt((row + 1L) * Integer.BYTES);
            // A text of n bytes has at most n characters.
            if (to - from > maxLength || !ascii && !clean(vector.getDataBuffer(), from, to)) {
                return false;
            }
            from = to;
        }
        return true;
    }

    private static boolean ascii(long address, int bytes) {
        int i = 0;
        long seen = 0;
        for (; i + Long.BYTES <= bytes; i += Long.BYTES) {
            long word = NativeMemory.longAt(address + i);
            // High bits, or a byte that is zero.
            seen |= (word | word - LOW_BITS & ~word) & HIGH_BITS;
        }
        boolean plain = seen == 0;
        for (; i < bytes; i++) {
            plain &= NativeMemory.byteAt(address + i) > 0;
        }
        return plain;
    }

    private static boolean clean(ArrowBuf data, int from, int to) {
        if (ascii(data.memoryAddress() + from, to - from)) {
            return true;
        }
        try {
            var text = StandardCharsets.UTF_8.newDecoder().decode(data.nioBuffer(from, to - from));
            return text.chars().noneMatch(character -> character == 0);
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static boolean elements(
            FixedSizeListVector vector, int rows, ColumnType.Vector type, Column column, ColumnRules rules) {
        FieldVector child = vector.getDataVector();
        int count = Math.multiplyExact(rows, type.dimension());
        if (child.getNullCount() > 0) {
            return false;
        }
        if (type.element() != VectorElement.FLOAT32) {
            return !rules.refusesZero(column);
        }
        long address = child.getDataBuffer().memoryAddress();
        return finite(address, count) && (!rules.refusesZero(column) || nonZero(address, rows, type.dimension()));
    }

    private static boolean finite(long address, int count) {
        int bad = 0;
        for (int i = 0; i < count; i++) {
            int bits = NativeMemory.intAt(address + (long) i * Float.BYTES);
            // Carries into the sign when, and only when, all bits of the exponent are set.
            bad |= (bits & EXPONENT) + (1 << 23);
        }
        return bad >= 0;
    }

    private static boolean nonZero(long address, int rows, int dimension) {
        for (int row = 0; row < rows; row++) {
            int any = 0;
            for (int i = 0; i < dimension; i++) {
                any |= NativeMemory.intAt(address + ((long) row * dimension + i) * Float.BYTES) << 1;
            }
            if (any == 0) {
                return false;
            }
        }
        return true;
    }
}
