package io.elanus.sql.avatica;

import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.VectorElement;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;

/// Vectors as people and BI tools read them: `[1,2.5,-3]`, and `1010…` for bits.
final class VectorText {
    private VectorText() {}

    /// The buffer of packed elements: row i starts at byte i × [ColumnType.Vector#bytes()].
    static ArrowBuf packed(ColumnType.Vector type, FieldVector vector) {
        return switch (type.element()) {
            case FLOAT32, INT8 -> ((FixedSizeListVector) vector).getDataVector().getDataBuffer();
            case FLOAT16, BFLOAT16, BINARY -> ((FixedSizeBinaryVector) vector).getDataBuffer();
            case SPARSE -> throw new IllegalStateException("Sparse vectors travel as text");
        };
    }

    static String of(ColumnType.Vector type, ArrowBuf data, long start) {
        var text = new StringBuilder(type.dimension() * 10).append('[');
        for (int i = 0; i < type.dimension(); i++) {
            if (i > 0) {
                text.append(',');
            }
            append(text, element(type.element(), data, start, i));
        }
        return text.append(']').toString();
    }

    static String bits(ColumnType.Vector type, ArrowBuf data, long start) {
        var text = new StringBuilder(type.dimension());
        for (int i = 0; i < type.dimension(); i++) {
            text.append(element(type.element(), data, start, i) == 0 ? '0' : '1');
        }
        return text.toString();
    }

    private static void append(StringBuilder text, float value) {
        if (value == (int) value) {
            text.append((int) value);
        } else {
            text.append(value);
        }
    }

    static float element(VectorElement element, ArrowBuf data, long start, int index) {
        return switch (element) {
            case FLOAT32 -> data.getFloat(start + (long) index * Float.BYTES);
            case FLOAT16 -> Float.float16ToFloat(data.getShort(start + (long) index * Short.BYTES));
            case BFLOAT16 -> Float.intBitsToFloat(data.getShort(start + (long) index * Short.BYTES) << 16);
            case INT8 -> data.getByte(start + index);
            case SPARSE -> throw new IllegalStateException("A sparse vector has no element at each place");
            case BINARY -> (data.getByte(start + index / 8) >> (index % 8)) & 1;
        };
    }
}
