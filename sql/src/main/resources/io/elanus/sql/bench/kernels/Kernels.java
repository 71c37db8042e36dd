package io.elanus.bench;

import io.elanus.storage.kernel.DistanceKernel;
import io.elanus.storage.kernel.Distances;
import io.elanus.storage.kernel.KernelPath;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.VectorElement;
import java.lang.foreign.Arena;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Time of one distance, of one query to vectors that are in the nearest caches, four at a time. Run by `elanus
/// bench kernels`; not part of the program.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-Djdk.incubator.vector.VECTOR_ACCESS_OOB_CHECK=0"
        })
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class Kernels {
    private static final int VECTORS = 32;

    @Param({"L2", "IP", "COSINE", "HAMMING"})
    public String metric;

    @Param({"FLOAT32", "FLOAT16", "BFLOAT16", "INT8", "BINARY"})
    public String element;

    @Param("128")
    public int dimension;

    @Param({"VECTOR", "SCALAR"})
    public String path;

    private final long[] vectors = new long[VECTORS];
    private final float[] ranks = new float[VECTORS];
    private Arena arena;
    private DistanceKernel kernel;
    private long query;

    @Setup(Level.Trial)
    public void allocate() {
        Metric chosen = Metric.valueOf(metric);
        VectorElement stored = VectorElement.valueOf(element);
        ColumnType.Vector type = new ColumnType.Vector(dimension, stored);
        arena = Arena.ofConfined();
        kernel = Distances.kernel(KernelPath.valueOf(path), chosen, type);
        query = arena.allocate(kernel.queryBytes(), 64).address();
        float[] elements = new float[dimension];
        java.util.Arrays.fill(elements, 0.5f);
        kernel.prepare(elements, query);
        for (int i = 0; i < VECTORS; i++) {
            vectors[i] = arena.allocate(type.bytes(), 64).address();
        }
    }

    @TearDown(Level.Trial)
    public void free() {
        arena.close();
    }

    @Benchmark
    @OperationsPerInvocation(VECTORS)
    public float[] distance() {
        kernel.rankAll(query, vectors, VECTORS, ranks);
        return ranks;
    }
}
