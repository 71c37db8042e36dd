package io.elanus.storage.index.code;

import io.elanus.storage.index.NearestKeeper;
import io.elanus.storage.kernel.DistanceKernel;

/// Compares vectors with centroids that lie one after the other, float32. One thread at a time; allocates nothing
/// per call.
public final class Centroids {
    private static final int BATCH = 64;

    private final DistanceKernel kernel;
    private final long address;
    private final int count;
    private final int vectorBytes;
    private final long[] vectors = new long[BATCH];
    private final float[] ranks = new float[BATCH];

    /// @param kernel of float32 vectors of the centroids' dimension
    public Centroids(DistanceKernel kernel, long address, int count) {
        this.kernel = kernel;
        this.address = address;
        this.count = count;
        this.vectorBytes = kernel.queryBytes();
    }

    /// The nearest centroid.
    public int nearest(long vector) {
        int nearest = 0;
        float least = Float.POSITIVE_INFINITY;
        for (int from = 0; from < count; from += BATCH) {
            int size = rank(vector, from);
            for (int i = 0; i < size; i++) {
                if (ranks[i] < least) {
                    least = ranks[i];
                    nearest = from + i;
                }
            }
        }
        return nearest;
    }

    /// Offers all of them.
    public void offerTo(NearestKeeper nearest, long query) {
        for (int from = 0; from < count; from += BATCH) {
            int size = rank(query, from);
            for (int i = 0; i < size; i++) {
                nearest.offer(ranks[i], from + i);
            }
        }
    }

    private int rank(long query, int from) {
        int size = Math.min(BATCH, count - from);
        for (int i = 0; i < size; i++) {
            vectors[i] = address + (long) (from + i) * vectorBytes;
        }
        kernel.rankAll(query, vectors, size, ranks);
        return size;
    }
}
