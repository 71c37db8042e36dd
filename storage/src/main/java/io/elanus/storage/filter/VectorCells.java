package io.elanus.storage.filter;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.SparseVector;
import io.elanus.storage.type.VectorElement;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.apache.arrow.memory.util.MemoryUtil;
import org.jspecify.annotations.Nullable;

/// Vectors between their packed form and elements: float[], or byte[] of the packed form for BINARY and SPARSE.
final class VectorCells {
    private VectorCells() {}

    static Object read(long address, ColumnType.Vector type) {
        byte[] packed = new byte[type.bytes()];
        MemoryUtil.copyFromMemory(address, packed, 0, packed.length);
        return unpack(packed, type);
    }

    static void write(Object cell, ColumnType.Vector type, long address) {
        byte[] packed = pack(cell, type);
        MemoryUtil.copyToMemory(packed, 0, address, packed.length);
    }

    static void checkSize(int bytes, ColumnType.Vector type) {
        if (bytes != type.bytes()) {
            throw new StorageException(
                    ErrorCode.DIMENSION_MISMATCH,
                    "A vector of [%d] bytes does not fit [%s], which takes [%d]."
                            .formatted(bytes, type.sql(), type.bytes()));
        }
    }

    static Object unpack(byte[] packed, ColumnType.Vector type) {
        if (type.sparse()) {
            return SparseVector.check(packed, type);
        }
        checkSize(packed.length, type);
        if (type.element() == VectorElement.BINARY) {
            return packed;
        }
        var buffer = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN);
        float[] elements = new float[type.dimension()];
        if (type.element() == VectorElement.FLOAT32) {
            buffer.asFloatBuffer().get(elements);
            return elements;
        }
        for (int i = 0; i < elements.length; i++) {
            elements[i] = switch (type.element()) {
                case FLOAT16 -> Float.float16ToFloat(buffer.getShort());
                case BFLOAT16 -> Float.intBitsToFloat(buffer.getShort() << 16);
                case INT8 -> buffer.get();
                case FLOAT32, BINARY, SPARSE -> throw new IllegalStateException(type.element() + " was handled above");
            };
        }
        return elements;
    }

    /// Refuses elements that are not finite or do not fit the element type.
    static byte[] pack(Object cell, ColumnType.Vector type) {
        if (type.sparse()) {
            return cell instanceof byte[] packed ? packed : SparseVector.pack((float[]) cell, type);
        }
        if (type.element() == VectorElement.BINARY) {
            return cell instanceof byte[] bits ? bits : packBits((float[]) cell);
        }
        float[] elements = (float[]) cell;
        var buffer = ByteBuffer.allocate(type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        if (type.element() == VectorElement.FLOAT32) {
            buffer.asFloatBuffer().put(checkFinite(elements, type));
            return buffer.array();
        }
        for (float element : elements) {
            switch (type.element()) {
                case FLOAT16 -> {
                    short half = Float.floatToFloat16(element);
                    finite(Float.float16ToFloat(half), element, type);
                    buffer.putShort(half);
                }
                case BFLOAT16 -> {
                    short half = toBfloat16(element);
                    finite(Float.intBitsToFloat(half << 16), element, type);
                    buffer.putShort(half);
                }
                case INT8 -> buffer.put(toInt8(element));
                case FLOAT32, BINARY, SPARSE -> throw new IllegalStateException(type.element() + " was handled above");
            }
        }
        return buffer.array();
    }

    /// The packed form of a vector that must have the type's dimension.
    static float[] checkDimension(float[] elements, ColumnType.Vector type) {
        if (elements.length != type.dimension()) {
            throw mismatch(elements.length, type);
        }
        return elements;
    }

    static StorageException mismatch(int given, ColumnType.Vector type) {
        return new StorageException(
                ErrorCode.DIMENSION_MISMATCH,
                "A vector of [%d] dimensions does not fit [%s], which has [%d]. Send a vector of [%d] dimensions."
                        .formatted(given, type.sql(), type.dimension(), type.dimension()));
    }

    /// Elements from a list of numeric cells.
    static float[] fromList(List<?> items) {
        float[] elements = new float[items.size()];
        for (int i = 0; i < elements.length; i++) {
            @Nullable Object item = items.get(i);
            if (!(item instanceof Number number)) {
                throw new StorageException(
                        ErrorCode.INVALID_TEXT,
                        "Elements of a vector are numbers and never NULL. Replace the element.");
            }
            elements[i] = number.floatValue();
        }
        return elements;
    }

    /// All elements of a cell of this type.
    static float[] elements(Object cell, ColumnType.Vector type) {
        if (!(cell instanceof byte[] packed)) {
            return (float[]) cell;
        }
        return type.sparse() ? SparseVector.expand(packed, type) : expandBits(packed, type.dimension());
    }

    /// Bits of a BINARY vector as 0 and 1.
    static float[] expandBits(byte[] bits, int dimension) {
        float[] elements = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            elements[i] = bits[i >>> 3] >>> (i & 7) & 1;
        }
        return elements;
    }

    /// Above zero is a set bit.
    static byte[] packBits(float[] elements) {
        byte[] bits = new byte[(elements.length + 7) / 8];
        for (int i = 0; i < elements.length; i++) {
            if (elements[i] > 0) {
                bits[i >>> 3] |= (byte) (1 << (i & 7));
            }
        }
        return bits;
    }

    /// The elements of a FLOAT32 vector, all finite.
    static float[] checkFinite(float[] elements, ColumnType.Vector type) {
        // Zero times a number is zero, times NaN or an infinity NaN: one sum without a branch looks at all of them.
        float sum = 0;
        for (float element : elements) {
            sum += element * 0f;
        }
        if (Float.isNaN(sum)) {
            for (float element : elements) {
                finite(element, element, type);
            }
        }
        return elements;
    }

    private static float finite(float stored, float given, ColumnType.Vector type) {
        if (!Float.isFinite(stored)) {
            throw new StorageException(
                    ErrorCode.VECTOR_NOT_FINITE,
                    Float.isFinite(given)
                            ? "An element is out of the range of [%s]. Scale the vector.".formatted(type.sql())
                            : "A vector has an element that is NaN or infinite. Elements must be finite numbers.");
        }
        return stored;
    }

    private static short toBfloat16(float element) {
        int bits = Float.floatToRawIntBits(element);
        int rounded = bits + 0x7FFF + (bits >>> 16 & 1);
        return (short) ((Float.isNaN(element) ? bits : rounded) >>> 16);
    }

    private static byte toInt8(float element) {
        if (element != Math.rint(element) || element < Byte.MIN_VALUE || element > Byte.MAX_VALUE) {
            throw new StorageException(
                    ErrorCode.NUMBER_OUT_OF_RANGE,
                    "Elements of an INT8 vector are integers from -128 to 127. Quantise the vector first.");
        }
        return (byte) element;
    }
}
