package io.elanus.sql.bench;

import io.elanus.storage.index.RowFilter;
import io.elanus.storage.type.Metric;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Writes `base.fvecs`, `query.fvecs` and `truth.ivecs`: Gaussian clusters whose points lie near a subspace of few
/// dimensions, as embeddings do. The same seed gives the same files.
@Command(
        name = "generate",
        description = "Write seeded clustered vectors, queries and their true neighbours as fvecs and ivecs files.",
        mixinStandardHelpOptions = true)
public final class GenerateVectors implements Callable<Integer> {
    private static final int NEIGHBORS = 100;

    @Option(names = "--out", required = true, description = "The folder to write to.")
    private Path out = Path.of("");

    @Option(names = "--rows", defaultValue = "100000", description = "Vectors. Default: ${DEFAULT-VALUE}.")
    private int rows;

    @Option(names = "--queries", defaultValue = "1000", description = "Queries. Default: ${DEFAULT-VALUE}.")
    private int queries;

    @Option(names = "--dimension", defaultValue = "128", description = "Dimensions. Default: ${DEFAULT-VALUE}.")
    private int dimension;

    @Option(names = "--clusters", defaultValue = "200", description = "Clusters. Default: ${DEFAULT-VALUE}.")
    private int clusters;

    @Option(
            names = "--intrinsic",
            defaultValue = "24",
            description = "Dimensions in which a cluster spreads; more is harder. Default: ${DEFAULT-VALUE}.")
    private int intrinsic;

    @Option(names = "--metric", defaultValue = "l2", description = "Metric of the truth. Default: ${DEFAULT-VALUE}.")
    private String metric = "";

    @Option(names = "--seed", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Override
    public Integer call() throws IOException {
        Metric chosen = BenchFiles.metric(metric);
        Files.createDirectories(out);
        Clusters source = new Clusters();
        source.write(out.resolve("base.fvecs"), rows);
        source.write(out.resolve("query.fvecs"), queries);
        try (VectorFile base = new VectorFile(out.resolve("base.fvecs"));
                VectorFile query = new VectorFile(out.resolve("query.fvecs"))) {
            float[][] asked = query.all();
            int k = Math.min(NEIGHBORS, rows);
            Truth.compute(base, asked, chosen, k, RowFilter.all(rows)).write(out.resolve("truth.ivecs"));
        }
        return 0;
    }

    /// Centres and directions of all clusters, and the random numbers after them.
    private final class Clusters {
        private final SplittableRandom random = new SplittableRandom(seed);
        private final float[][] centres = new float[clusters][dimension];
        private final float[][] directions = new float[intrinsic * 4][dimension];

        Clusters() {
            for (float[] centre : centres) {
                fill(centre, 1);
            }
            for (float[] direction : directions) {
                fill(direction, (float) (1 / Math.sqrt(intrinsic)));
            }
        }

        private void fill(float[] values, float scale) {
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian() * scale;
            }
        }

        void write(Path path, int count) throws IOException {
            ByteBuffer line = ByteBuffer.allocate(4 * (dimension + 1)).order(ByteOrder.LITTLE_ENDIAN);
            try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(path), 1 << 16)) {
                for (int row = 0; row < count; row++) {
                    line.clear().putInt(dimension);
                    for (float x : draw()) {
                        line.putFloat(x);
                    }
                    file.write(line.array());
                }
            }
        }

        /// A centre, a step along a few of the shared directions, and a little noise in all.
        private float[] draw() {
            int cluster = random.nextInt(clusters);
            float[] point = centres[cluster].clone();
            for (int i = 0; i < intrinsic; i++) {
                float[] direction = directions[(cluster + i * 4) % directions.length];
                float length = (float) random.nextGaussian();
                for (int d = 0; d < dimension; d++) {
                    point[d] += length * direction[d];
                }
            }
            for (int d = 0; d < dimension; d++) {
                point[d] += (float) random.nextGaussian() * 0.1f;
            }
            return point;
        }
    }
}
