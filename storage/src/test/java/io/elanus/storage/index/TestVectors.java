package io.elanus.storage.index;

import io.elanus.storage.kernel.NativeMemory;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.VectorElement;
import java.lang.foreign.Arena;
import java.util.BitSet;
import java.util.SplittableRandom;

/// Vectors of any type in native memory, made from float32 elements. Closing frees them.
public final class TestVectors implements VectorSource, AutoCloseable {
    private final ColumnType.Vector type;
    private final int rows;
    private final Arena arena = Arena.ofShared();
    private final long base;
    private final BitSet nulls = new BitSet();

    public TestVectors(ColumnType.Vector type, float[][] elements) {
        this.type = type;
        this.rows = elements.length;
        this.base = arena.allocate(Math.max(64, (long) rows * type.bytes()), 64).address();
        for (int row = 0; row < rows; row++) {
            pack(type.element(), elements[row], address(row));
        }
    }

    /// Points round seeded centres; elements are whole numbers within INT8, so that every type holds them alike.
    public static float[][] clustered(int rows, int dimension, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[][] centres = new float[12][dimension];
        for (float[] centre : centres) {
            for (int i = 0; i < dimension; i++) {
                centre[i] = random.nextInt(-60, 61);
            }
        }
        float[][] elements = new float[rows][dimension];
        for (float[] element : elements) {
            float[] centre = centres[random.nextInt(centres.length)];
            for (int i = 0; i < dimension; i++) {
                element[i] = centre[i] + random.nextInt(-40, 41);
            }
        }
        return elements;
    }

    public static void pack(VectorElement element, float[] elements, long address) {
        for (int i = 0; i < elements.length; i++) {
            float x = elements[i];
            switch (element) {
                case FLOAT32 -> NativeMemory.putFloat(address + i * 4L, x);
                case FLOAT16 -> NativeMemory.putShort(address + i * 2L, Float.floatToFloat16(x));
                case BFLOAT16 -> NativeMemory.putShort(address + i * 2L, (short) (Float.floatToRawIntBits(x) >>> 16));
                case INT8 -> NativeMemory.putByte(address + i, (byte) x);
                case BINARY -> {
                    int bit = x > 0 ? 1 << (i & 7) : 0;
                    byte before = (i & 7) == 0 ? 0 : NativeMemory.byteAt(address + (i >>> 3));
                    NativeMemory.putByte(address + (i >>> 3), (byte) (before | bit));
                }
                case SPARSE -> throw new IllegalArgumentException("Sparse vectors have no fixed place for an element");
            }
        }
    }

    public TestVectors withNull(int row) {
        nulls.set(row);
        return this;
    }

    @Override
    public ColumnType.Vector type() {
        return type;
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public long address(int row) {
        return base + (long) row * type.bytes();
    }

    @Override
    public boolean isNull(int row) {
        return nulls.get(row);
    }

    @Override
    public void close() {
        arena.close();
    }
}
