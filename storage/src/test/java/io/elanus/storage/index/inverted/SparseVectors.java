package io.elanus.storage.index.inverted;

import io.elanus.storage.index.VectorSource;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.SparseVector;
import io.elanus.storage.type.VectorElement;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Sparse vectors in native memory.
final class SparseVectors implements VectorSource, AutoCloseable {
    private final ColumnType.Vector type;
    private final List<byte @Nullable []> rows;
    private final Arena arena = Arena.ofShared();
    private final long[] addresses;

    SparseVectors(int dimension, List<byte @Nullable []> rows) {
        this.type = new ColumnType.Vector(dimension, VectorElement.SPARSE);
        this.rows = rows;
        this.addresses = new long[rows.size()];
        for (int row = 0; row < addresses.length; row++) {
            byte[] packed = rows.get(row);
            if (packed != null) {
                MemorySegment at = arena.allocate(Math.max(1, packed.length));
                MemorySegment.copy(packed, 0, at, ValueLayout.JAVA_BYTE, 0, packed.length);
                addresses[row] = at.address();
            }
        }
    }

    /// Terms as in text: a few are in most rows, most in few.
    static List<byte @Nullable []> random(int count, int dimension, boolean negative, SplittableRandom random) {
        List<byte @Nullable []> rows = new ArrayList<>();
        for (int row = 0; row < count; row++) {
            rows.add(random.nextInt(50) == 0 ? null : vector(random.nextInt(30), dimension, negative, random));
        }
        return rows;
    }

    static byte[] vector(int terms, int dimension, boolean negative, SplittableRandom random) {
        var entries = new TreeMap<Integer, Float>();
        for (int i = 0; i < terms; i++) {
            float element = (1 + random.nextInt(8)) / 4f;
            int term = (int) (dimension * Math.pow(random.nextDouble(), 3));
            entries.put(term, negative && random.nextInt(3) == 0 ? -element : element);
        }
        int[] dimensions = entries.keySet().stream().mapToInt(Integer::intValue).toArray();
        float[] elements = new float[dimensions.length];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = entries.getOrDefault(dimensions[i], 0f);
        }
        return SparseVector.pack(dimensions, elements, elements.length);
    }

    @Override
    public ColumnType.Vector type() {
        return type;
    }

    @Override
    public int rows() {
        return addresses.length;
    }

    @Override
    public long address(int row) {
        return addresses[row];
    }

    @Override
    public int bytes(int row) {
        byte[] packed = rows.get(row);
        return packed == null ? 0 : packed.length;
    }

    @Override
    public boolean isNull(int row) {
        return rows.get(row) == null;
    }

    @Override
    public void close() {
        arena.close();
    }
}
