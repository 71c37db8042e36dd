package io.elanus.storage.index.code;

import io.elanus.storage.index.BuildPool;
import io.elanus.storage.index.VectorIndexFormat.BuildMonitor;
import io.elanus.storage.kernel.NativeMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The vectors that an index is built from, numbered from 0, as the metric's kernel prepares them: float32, for
/// cosine of length one. Any thread.
public interface PreparedVectors {
    int count();

    int dimension();

    /// Writes the elements of a vector to `to`.
    void prepare(int number, long to);

    /// The mean of all, float32.
    default MemorySegment mean(BuildPool pool, BuildMonitor monitor, Arena file) {
        int dimension = dimension();
        double[] total = new double[dimension];
        pool.forEachBlock(count(), 1024, monitor, (_, from, to) -> {
            double[] sum = new double[dimension];
            try (Arena arena = Arena.ofConfined()) {
                long vector = arena.allocate(dimension * 4L, 64).address();
                for (int number = from; number < to; number++) {
                    prepare(number, vector);
                    for (int d = 0; d < dimension; d++) {
                        sum[d] += NativeMemory.floatAt(vector + d * 4L);
                    }
                }
            }
            synchronized (total) {
                for (int d = 0; d < dimension; d++) {
                    total[d] += sum[d];
                }
            }
        });
        MemorySegment mean = file.allocate(dimension * 4L, 64);
        for (int d = 0; d < dimension; d++) {
            NativeMemory.putFloat(mean.address() + d * 4L, (float) (total[d] / Math.max(1, count())));
        }
        return mean;
    }
}
