package io.elanus.storage.type;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// The packed form of a sparse vector: in segments, in the log, in Arrow batches and in constants. For n elements
/// other than zero, all little endian:
///
/// | offset | bytes | what |
/// |---|---|---|
/// | 0 | 4 n | dimensions of the elements, uint32 from 0, strictly rising |
/// | 4 n | 4 n | the elements in that order, float32, finite and never zero |
///
/// So equal vectors have equal bytes, n is an eighth of the size, and a vector of zeros only takes no bytes.
public final class SparseVector {
    public static final int MAX_DIMENSION = Integer.MAX_VALUE - 1;
    /// Elements other than zero.
    public static final int MAX_ENTRIES = 32_768;
    /// Bytes of an element with its dimension.
    public static final int ENTRY_BYTES = 8;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();

    private SparseVector() {}

    /// @param dimensions strictly rising
    /// @param elements as many
    public static byte[] pack(int[] dimensions, float[] elements, int count) {
        byte[] packed = new byte[ENTRY_BYTES * count];
        for (int i = 0; i < count; i++) {
            INT.set(packed, Integer.BYTES * i, dimensions[i]);
            INT.set(packed, Integer.BYTES * (count + i), Float.floatToRawIntBits(elements[i]));
        }
        return packed;
    }

    /// Of a vector with all its elements.
    public static byte[] pack(float[] elements, ColumnType.Vector type) {
        int[] dimensions = new int[elements.length];
        float[] kept = new float[elements.length];
        int count = 0;
        for (int i = 0; i < elements.length; i++) {
            if (elements[i] != 0) {
                dimensions[count] = i;
                kept[count++] = elements[i];
            }
        }
        return check(pack(dimensions, kept, count), type);
    }

    public static int entries(byte[] packed) {
        return packed.length / ENTRY_BYTES;
    }

    /// Dimension, from 0, of the i-th of `count` elements packed at `at`.
    public static int dimension(byte[] heap, int at, int i) {
        return (int) INT.get(heap, at + Integer.BYTES * i);
    }

    public static float element(byte[] heap, int at, int count, int i) {
        return Float.intBitsToFloat((int) INT.get(heap, at + Integer.BYTES * (count + i)));
    }

    /// With all its elements; for dimensions that a dense vector may have.
    public static float[] expand(byte[] packed, ColumnType.Vector type) {
        float[] elements = new float[type.dimension()];
        int count = entries(packed);
        for (int i = 0; i < count; i++) {
            elements[dimension(packed, 0, i)] = element(packed, 0, count, i);
        }
        return elements;
    }

    /// The same bytes, once they are known to be the packed form of a vector of this type.
    public static byte[] check(byte[] packed, ColumnType.Vector type) {
        int count = entries(packed);
        if (packed.length != ENTRY_BYTES * count) {
            throw invalid("[%d] bytes are no multiple of [%d]".formatted(packed.length, ENTRY_BYTES), type);
        }
        checkEntries(count, type);
        int before = -1;
        for (int i = 0; i < count; i++) {
            int dimension = dimension(packed, 0, i);
            if (dimension <= before) {
                throw invalid("the dimensions do not rise at entry [%d]".formatted(i + 1), type);
            }
            float element = element(packed, 0, count, i);
            if (!Float.isFinite(element)) {
                throw new StorageException(
                        ErrorCode.VECTOR_NOT_FINITE,
                        "Entry [%d] of a sparse vector is NaN or infinite. Elements must be finite numbers."
                                .formatted(i + 1));
            }
            if (element == 0) {
                throw invalid("entry [%d] is zero".formatted(i + 1), type);
            }
            before = dimension;
        }
        if (before >= type.dimension()) {
            throw new StorageException(
                    ErrorCode.DIMENSION_MISMATCH,
                    "Dimension [%d] of a sparse vector is beyond [%s]. Use dimensions from 1 to [%d]."
                            .formatted(before + 1L, type.sql(), type.dimension()));
        }
        return packed;
    }

    public static void checkEntries(int count, ColumnType.Vector type) {
        if (count > MAX_ENTRIES) {
            throw new StorageException(
                    ErrorCode.LIMIT_EXCEEDED,
                    "A sparse vector of [%d] elements is too long for [%s]. Send at most [%d] other than zero."
                            .formatted(count, type.sql(), MAX_ENTRIES));
        }
    }

    /// Scaled to length one; zeros stay zeros.
    public static byte[] normalize(byte[] packed) {
        double norm = norm(packed, 0, packed.length);
        if (norm == 0) {
            return packed;
        }
        int count = entries(packed);
        int[] dimensions = new int[count];
        float[] elements = new float[count];
        int kept = 0;
        for (int i = 0; i < count; i++) {
            float scaled = (float) (element(packed, 0, count, i) / norm);
            if (scaled != 0) {
                dimensions[kept] = dimension(packed, 0, i);
                elements[kept++] = scaled;
            }
        }
        return pack(Arrays.copyOf(dimensions, kept), elements, kept);
    }

    public static double norm(byte[] heap, int at, int bytes) {
        int count = bytes / ENTRY_BYTES;
        double sum = 0;
        for (int i = 0; i < count; i++) {
            double element = element(heap, at, count, i);
            sum += element * element;
        }
        return Math.sqrt(sum);
    }

    private static StorageException invalid(String what, ColumnType.Vector type) {
        return new StorageException(
                ErrorCode.INVALID_TEXT,
                "The bytes are no [%s]: %s. Send text such as {1:0.5,7:2}/%d, dimensions counted from 1."
                        .formatted(type.sql(), what, type.dimension()));
    }
}
