package io.elanus.storage.index.ivf;

import io.elanus.storage.index.BuildPool;
import io.elanus.storage.index.IndexFileWriter;
import io.elanus.storage.index.IndexSpec;
import io.elanus.storage.index.VectorIndexFormat.BuildMonitor;
import io.elanus.storage.index.VectorSource;
import io.elanus.storage.index.code.BlockCodes;
import io.elanus.storage.index.code.Centroids;
import io.elanus.storage.index.code.KMeans;
import io.elanus.storage.index.code.PreparedVectors;
import io.elanus.storage.index.code.ProductCodes;
import io.elanus.storage.index.code.ResidualCodes;
import io.elanus.storage.index.code.ScalarCodes;
import io.elanus.storage.kernel.BlockScan;
import io.elanus.storage.kernel.DistanceKernel;
import io.elanus.storage.kernel.Distances;
import io.elanus.storage.kernel.NativeMemory;
import io.elanus.storage.kernel.Rotation;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.VectorElement;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// One build of an inverted file. Beside the file it holds the sample, of [#SAMPLE_BYTES] at most, and a few ints a
/// row.
final class IvfBuild {
    private static final int BLOCK = 256;
    private static final int SAMPLE_OF_LIST = 48;
    private static final int LEAST_SAMPLE = 4096;
    private static final long SAMPLE_BYTES = 256L << 20;
    private static final int WORD_SAMPLE = 8192;

    private final IndexSpec spec;
    private final IvfParameters parameters;
    private final BuildPool pool;
    private final BuildMonitor monitor;
    private final BuildMonitor stop;
    private final int dimension;
    private final DistanceKernel toCentroids;
    private final PreparedVectors vectors;
    private final int[] rowOf;
    private final int lists;

    IvfBuild(IndexSpec spec, VectorSource source, IvfParameters parameters, BuildPool pool, BuildMonitor monitor) {
        this.spec = spec;
        this.parameters = parameters;
        this.pool = pool;
        this.monitor = monitor;
        this.stop = monitor.withoutProgress();
        this.dimension = spec.type().dimension();
        this.toCentroids = Distances.kernel(Metric.L2, IvfFile.centroidType(spec.type()));
        this.rowOf = IntStream.range(0, source.rows())
                .filter(row -> !source.isNull(row))
                .toArray();
        this.lists = parameters.lists(rowOf.length);
        this.vectors = new SourceVectors(source, rowOf, Distances.kernel(spec.metric(), spec.type()));
    }

    private record SourceVectors(VectorSource source, int[] rowOf, DistanceKernel kernel) implements PreparedVectors {
        @Override
        public int count() {
            return rowOf.length;
        }

        @Override
        public int dimension() {
            return source.type().dimension();
        }

        @Override
        public void prepare(int number, long to) {
            long stored = source.address(rowOf[number]);
            if (source.type().element() != VectorElement.BINARY) {
                kernel.prepareStored(stored, to);
                return;
            }
            for (int d = 0; d < dimension(); d++) {
                int bit = (NativeMemory.byteAt(stored + d / Byte.SIZE) >> (d % Byte.SIZE)) & 1;
                NativeMemory.putFloat(to + d * 4L, bit);
            }
        }
    }

    /// The vectors in another order.
    private record Ordered(PreparedVectors vectors, int[] order) implements PreparedVectors {
        @Override
        public int count() {
            return order.length;
        }

        @Override
        public int dimension() {
            return vectors.dimension();
        }

        @Override
        public void prepare(int number, long to) {
            vectors.prepare(order[number], to);
        }
    }

    void write(ListCodes kind, IndexFileWriter writer, Arena file) {
        MemorySegment centroids = file.allocate(4L * lists * dimension, 64);
        MemorySegment codebook = MemorySegment.NULL;
        try (Arena scratch = stop.newScratch()) {
            int count = sampleSize();
            long sample =
                    scratch.allocate(Math.max(64, 4L * count * dimension), 64).address();
            drawSample(count, sample);
            new KMeans(sample, count, dimension).train(lists, parameters.seed(), centroids.address(), pool, stop);
            if (kind == ListCodes.PQ) {
                codebook = trainWords(sample, Math.min(count, WORD_SAMPLE), centroids, file);
            }
        }
        int[] listOf = assign(centroids.address());
        int[] starts = starts(listOf);
        int[] order = order(listOf, starts);
        int[] meta = {rowOf.length, lists, parameters.probes(lists), kind.number};
        writer.section(IvfFile.META, ints(meta, file));
        writer.section(IvfFile.CENTROIDS, centroids);
        writer.section(IvfFile.STARTS, ints(starts, file));
        writer.section(
                IvfFile.ROWS,
                ints(IntStream.of(order).map(number -> rowOf[number]).toArray(), file));
        switch (kind) {
            case FLAT -> {}
            case SQ8 -> {
                PreparedVectors byPosition = new Ordered(vectors, order);
                MemorySegment scales = ScalarCodes.measure(byPosition, pool, stop, file);
                writer.section(IvfFile.CODES, ScalarCodes.encode(spec.metric(), byPosition, scales, pool, stop, file));
                writer.section(IvfFile.CODEBOOK, scales);
            }
            case PQ -> {
                writer.section(IvfFile.CODES, encode(productCodes(codebook), centroids.address(), starts, order, file));
                writer.section(IvfFile.CODEBOOK, codebook);
            }
            case RABITQ -> {
                MemorySegment signs = ResidualCodes.drawSigns(dimension, file);
                MemorySegment centre =
                        spec.metric() == Metric.IP ? file.allocate(dimension * 4L, 64) : vectors.mean(pool, stop, file);
                ResidualCodes codes = new ResidualCodes(
                        spec.metric(),
                        new Rotation(dimension, signs.address()),
                        centre.address(),
                        ResidualCodes.planes(dimension, parameters.codeBits()));
                writer.section(IvfFile.CODES, encode(codes, centroids.address(), starts, order, file));
                writer.section(IvfFile.CODEBOOK, signs);
                writer.section(IvfFile.CENTRE, centre);
            }
        }
    }

    private int sampleSize() {
        long most = Math.max(1, SAMPLE_BYTES / (4L * dimension));
        long wanted = Math.max((long) lists * SAMPLE_OF_LIST, LEAST_SAMPLE);
        return (int) Math.min(rowOf.length, Math.min(most, wanted));
    }

    private void drawSample(int count, long sample) {
        SplittableRandom random = new SplittableRandom(parameters.seed());
        int[] order = IntStream.range(0, rowOf.length).toArray();
        for (int i = 0; i < count; i++) {
            int other = i + random.nextInt(order.length - i);
            int chosen = order[other];
            order[other] = order[i];
            order[i] = chosen;
        }
        pool.forEachBlock(count, BLOCK, stop, (_, from, to) -> {
            for (int i = from; i < to; i++) {
                vectors.prepare(order[i], sample + 4L * i * dimension);
            }
        });
    }

    private ProductCodes productCodes(MemorySegment words) {
        return new ProductCodes(spec.metric(), dimension, parameters.parts(dimension), words.address());
    }

    private MemorySegment trainWords(long sample, int count, MemorySegment centroids, Arena file) {
        MemorySegment words = file.allocate(ProductCodes.wordBytes(dimension, parameters.parts(dimension)), 64);
        ProductCodes codes = productCodes(words);
        long each = codes.transformedBytes();
        try (Arena scratch = stop.newScratch()) {
            long residuals = scratch.allocate(Math.max(64, count * each), 64).address();
            pool.forEachBlock(count, BLOCK, stop, (_, from, to) -> {
                Centroids all = new Centroids(toCentroids, centroids.address(), lists);
                try (Arena arena = Arena.ofConfined()) {
                    long residual = arena.allocate(dimension * 4L, 64).address();
                    for (int i = from; i < to; i++) {
                        long vector = sample + 4L * i * dimension;
                        long centroid = centroids.address() + 4L * all.nearest(vector) * dimension;
                        for (int d = 0; d < dimension; d++) {
                            NativeMemory.putFloat(
                                    residual + d * 4L,
                                    NativeMemory.floatAt(vector + d * 4L) - NativeMemory.floatAt(centroid + d * 4L));
                        }
                        codes.transform(residual, residuals + i * each);
                    }
                }
            });
            codes.train(residuals, count, parameters.seed(), pool, stop);
        }
        return words;
    }

    private int[] assign(long centroids) {
        int[] listOf = new int[rowOf.length];
        pool.forEachBlock(rowOf.length, BLOCK, monitor, (_, from, to) -> {
            Centroids all = new Centroids(toCentroids, centroids, lists);
            try (Arena arena = Arena.ofConfined()) {
                long vector = arena.allocate(dimension * 4L, 64).address();
                for (int number = from; number < to; number++) {
                    vectors.prepare(number, vector);
                    listOf[number] = all.nearest(vector);
                }
            }
        });
        return listOf;
    }

    private int[] starts(int[] listOf) {
        int[] starts = new int[lists + 1];
        for (int list : listOf) {
            starts[list + 1]++;
        }
        for (int list = 0; list < lists; list++) {
            starts[list + 1] += starts[list];
        }
        return starts;
    }

    /// The vectors list by list, in row order within one.
    private static int[] order(int[] listOf, int[] starts) {
        int[] next = starts.clone();
        int[] order = new int[listOf.length];
        for (int number = 0; number < listOf.length; number++) {
            order[next[listOf[number]]++] = number;
        }
        return order;
    }

    private static MemorySegment ints(int[] values, Arena arena) {
        MemorySegment section = arena.allocate(Math.max(64, values.length * 4L), 64);
        for (int i = 0; i < values.length; i++) {
            NativeMemory.putInt(section.address() + i * 4L, values[i]);
        }
        return section.asSlice(0, values.length * 4L);
    }

    private MemorySegment encode(BlockCodes codes, long centroids, int[] starts, int[] order, Arena file) {
        int[] blocks = new int[lists + 1];
        for (int list = 0; list < lists; list++) {
            blocks[list + 1] = blocks[list] + IvfFile.blocksOf(starts[list + 1] - starts[list]);
        }
        long blockBytes = codes.planes().blockBytes();
        long bytes = blocks[lists] * blockBytes;
        MemorySegment section = file.allocate(Math.max(64, bytes), 64).asSlice(0, bytes);
        pool.forEachBlock(lists, 1, stop, (_, from, to) -> {
            try (Arena arena = Arena.ofConfined()) {
                long prepared = arena.allocate(dimension * 4L, 64).address();
                long base = arena.allocate(2 * codes.transformedBytes(), 64).address();
                long vector = arena.allocate(2 * codes.transformedBytes(), 64).address();
                for (int list = from; list < to; list++) {
                    codes.transform(centroids + 4L * list * dimension, base);
                    for (int i = 0; i < starts[list + 1] - starts[list]; i++) {
                        vectors.prepare(order[starts[list] + i], prepared);
                        codes.transform(prepared, vector);
                        long block = section.address() + (blocks[list] + i / BlockScan.LANES) * blockBytes;
                        codes.encode(base, vector, block, i % BlockScan.LANES);
                    }
                }
            }
        });
        return section;
    }
}
