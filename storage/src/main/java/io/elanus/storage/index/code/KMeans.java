package io.elanus.storage.index.code;

import io.elanus.storage.index.BuildPool;
import io.elanus.storage.index.VectorIndexFormat.BuildMonitor;
import io.elanus.storage.kernel.DistanceKernel;
import io.elanus.storage.kernel.Distances;
import io.elanus.storage.kernel.NativeMemory;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.VectorElement;
import java.util.SplittableRandom;

/// Lloyd's k-means over a sample: from k points drawn at random, assign and average, a fixed number of times. The
/// same seed, points and order give the same centroids on any number of threads.
public final class KMeans {
    private static final int ROUNDS = 10;
    private static final int BLOCK = 256;

    private final long points;
    private final int count;
    private final int dimension;
    private final DistanceKernel kernel;
    private final int[] assigned;

    /// @param points address of the sample, float32, one after the other
    public KMeans(long points, int count, int dimension) {
        this.points = points;
        this.count = count;
        this.dimension = dimension;
        this.kernel = Distances.kernel(Metric.L2, new ColumnType.Vector(dimension, VectorElement.FLOAT32));
        this.assigned = new int[count];
    }

    /// Writes k centroids. With fewer than k points some of them are equal.
    public void train(int k, long seed, long centroids, BuildPool pool, BuildMonitor monitor) {
        SplittableRandom random = new SplittableRandom(seed);
        draw(k, random, centroids);
        for (int round = 0; round < ROUNDS && count > k; round++) {
            pool.forEachBlock(count, BLOCK, monitor, (_, from, to) -> {
                Centroids all = new Centroids(kernel, centroids, k);
                for (int point = from; point < to; point++) {
                    assigned[point] = all.nearest(address(point));
                }
            });
            average(k, random, centroids);
        }
    }

    private long address(int point) {
        return points + (long) point * dimension * 4;
    }

    /// The first k of a shuffle.
    private void draw(int k, SplittableRandom random, long centroids) {
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            order[i] = i;
        }
        for (int i = 0; i < k; i++) {
            if (i < count) {
                int other = i + random.nextInt(count - i);
                int chosen = order[other];
                order[other] = order[i];
                order[i] = chosen;
            }
            if (count > 0) {
                copy(order[i % count], centroids, i);
            }
        }
    }

    private void copy(int point, long centroids, int centroid) {
        NativeMemory.copy(address(point), centroids + (long) centroid * dimension * 4, dimension * 4L);
    }

    /// The mean of each centroid's points; one without points starts again at a random point.
    private void average(int k, SplittableRandom random, long centroids) {
        int[] sizes = new int[k];
        for (int point = 0; point < count; point++) {
            sizes[assigned[point]]++;
        }
        for (int centroid = 0; centroid < k; centroid++) {
            if (sizes[centroid] == 0) {
                copy(random.nextInt(count), centroids, centroid);
            } else {
                for (int d = 0; d < dimension; d++) {
                    NativeMemory.putFloat(centroids + 4L * ((long) centroid * dimension + d), 0);
                }
            }
        }
        for (int point = 0; point < count; point++) {
            float share = 1f / sizes[assigned[point]];
            long to = centroids + (long) assigned[point] * dimension * 4;
            for (int d = 0; d < dimension; d++) {
                float sum = Math.fma(
                        NativeMemory.floatAt(address(point) + d * 4L), share, NativeMemory.floatAt(to + d * 4L));
                NativeMemory.putFloat(to + d * 4L, sum);
            }
        }
    }
}
