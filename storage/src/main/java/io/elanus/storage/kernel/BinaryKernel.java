package io.elanus.storage.kernel;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.type.Metric;

/// BINARY vectors, 64 bits at a time: `Long.bitCount` is one machine instruction, so both paths share this kernel.
final class BinaryKernel implements DistanceKernel {
    private final Metric metric;
    private final int dimension;
    private final int bytes;

    BinaryKernel(Metric metric, int dimension) {
        this.metric = metric;
        this.dimension = dimension;
        this.bytes = dimension / Byte.SIZE;
    }

    @Override
    public int queryBytes() {
        return bytes;
    }

    @Override
    public void prepare(float[] elements, long query) {
        if (elements.length != dimension) {
            throw new StorageException(
                    ErrorCode.DIMENSION_MISMATCH,
                    "The query vector has [%d] dimensions, the column has [%d]. Send a vector of the column's dimension."
                            .formatted(elements.length, dimension));
        }
        for (int i = 0; i < bytes; i++) {
            int packed = 0;
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                packed |= elements[i * Byte.SIZE + bit] > 0 ? 1 << bit : 0;
            }
            NativeMemory.putByte(query + i, (byte) packed);
        }
    }

    @Override
    public void prepareStored(long vector, long query) {
        NativeMemory.copy(vector, query, bytes);
    }

    @Override
    public float rank(long query, long vector) {
        return metric == Metric.HAMMING ? hamming(query, vector) : jaccard(query, vector);
    }

    @Override
    public void rankFour(long query, long v0, long v1, long v2, long v3, float[] ranks, int at) {
        ranks[at] = rank(query, v0);
        ranks[at + 1] = rank(query, v1);
        ranks[at + 2] = rank(query, v2);
        ranks[at + 3] = rank(query, v3);
    }

    @Override
    public float distance(float rank) {
        return rank;
    }

    @Override
    public float rankOf(float distance) {
        return distance;
    }

    private int hamming(long query, long vector) {
        int differing = 0;
        int i = 0;
        for (; i <= bytes - Long.BYTES; i += Long.BYTES) {
            differing += Long.bitCount(NativeMemory.longAt(query + i) ^ NativeMemory.longAt(vector + i));
        }
        for (; i < bytes; i++) {
            differing += Integer.bitCount((NativeMemory.byteAt(query + i) ^ NativeMemory.byteAt(vector + i)) & 0xFF);
        }
        return differing;
    }

    /// Two vectors without a set bit are equal: distance 0.
    private float jaccard(long query, long vector) {
        int shared = 0;
        int set = 0;
        int i = 0;
        for (; i <= bytes - Long.BYTES; i += Long.BYTES) {
            long a = NativeMemory.longAt(query + i);
            long b = NativeMemory.longAt(vector + i);
            shared += Long.bitCount(a & b);
            set += Long.bitCount(a | b);
        }
        for (; i < bytes; i++) {
            int a = NativeMemory.byteAt(query + i) & 0xFF;
            int b = NativeMemory.byteAt(vector + i) & 0xFF;
            shared += Integer.bitCount(a & b);
            set += Integer.bitCount(a | b);
        }
        return set == 0 ? 0 : 1 - (float) shared / set;
    }
}
