package io.elanus.storage.index.ivf;

import io.elanus.storage.index.IndexFileReader;
import io.elanus.storage.index.VectorSource;
import io.elanus.storage.index.code.BlockCodes;
import io.elanus.storage.index.code.ProductCodes;
import io.elanus.storage.index.code.ResidualCodes;
import io.elanus.storage.kernel.BlockScan;
import io.elanus.storage.kernel.NativeMemory;
import io.elanus.storage.kernel.Rotation;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.VectorElement;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The sections of an inverted file that the package documents, found again in an open file.
///
/// @param blocks number of the first block of each list
/// @param coding what the lists hold; null when they hold rows only
@SuppressWarnings("ArrayRecordComponent")
record IvfFile(
        VectorSource source,
        IvfParameters parameters,
        Lists lists,
        int[] blocks,
        int nprobe,
        long codes,
        @Nullable BlockCodes coding) {
    static final int META = 1;
    static final int CENTROIDS = 2;
    static final int STARTS = 3;
    static final int ROWS = 4;
    static final int CODES = 5;
    static final int CODEBOOK = 6;
    static final int CENTRE = 7;
    static final int META_INTS = 4;

    /// @param starts address of each list's first position, and the number of vectors
    /// @param rows address of the row of each position
    record Lists(int count, int vectors, long centroids, long starts, long rows) {
        int start(int list) {
            return NativeMemory.intAt(starts + list * 4L);
        }
    }

    /// The row at a position. It came from the file: it is checked.
    int row(int position) {
        return Objects.checkIndex(NativeMemory.intAt(lists.rows + position * 4L), source.rows());
    }

    static int blocksOf(int vectors) {
        return (vectors + BlockScan.LANES - 1) / BlockScan.LANES;
    }

    /// How a query is compared with centroids.
    static Metric centroidMetric(Metric metric) {
        return metric == Metric.COSINE ? Metric.L2 : metric;
    }

    static ColumnType.Vector centroidType(ColumnType.Vector type) {
        return new ColumnType.Vector(type.dimension(), VectorElement.FLOAT32);
    }

    /// Checks the lengths of all sections against each other, and where the lists begin; the envelope has been
    /// checked.
    static IvfFile open(IndexFileReader reader, ListCodes kind, VectorSource source) {
        IvfParameters parameters = IvfParameters.check(kind, reader.spec().parameters());
        long meta = reader.section(META, META_INTS * 4L).address();
        int vectors = NativeMemory.intAt(meta);
        int count = NativeMemory.intAt(meta + 4);
        int nprobe = NativeMemory.intAt(meta + 8);
        if (vectors < 0
                || vectors > reader.rows()
                || count < 1
                || nprobe < 1
                || nprobe > count
                || NativeMemory.intAt(meta + 12) != kind.number) {
            throw reader.corrupt("it cannot have [%d] vectors in [%d] lists".formatted(vectors, count));
        }
        int dimension = reader.spec().type().dimension();
        Lists lists = new Lists(
                count,
                vectors,
                reader.section(CENTROIDS, 4L * count * dimension).address(),
                reader.section(STARTS, 4L * (count + 1)).address(),
                reader.section(ROWS, 4L * vectors).address());
        int[] blocks = blocks(reader, lists);
        BlockCodes coding = coding(reader, kind, parameters);
        long codes = coding == null
                ? 0
                : reader.section(CODES, blocks[count] * coding.planes().blockBytes())
                        .address();
        return new IvfFile(source, parameters, lists, blocks, nprobe, codes, coding);
    }

    private static int[] blocks(IndexFileReader reader, Lists lists) {
        int[] blocks = new int[lists.count + 1];
        for (int list = 0; list < lists.count; list++) {
            int size = lists.start(list + 1) - lists.start(list);
            if (size < 0 || lists.start(list) < 0 || lists.start(list + 1) > lists.vectors) {
                throw reader.corrupt("list [%d] cannot have [%d] vectors".formatted(list, size));
            }
            blocks[list + 1] = blocks[list] + blocksOf(size);
        }
        if (lists.start(0) != 0 || lists.start(lists.count) != lists.vectors) {
            throw reader.corrupt("its lists do not hold all vectors");
        }
        return blocks;
    }

    private static @Nullable BlockCodes coding(IndexFileReader reader, ListCodes kind, IvfParameters parameters) {
        int dimension = reader.spec().type().dimension();
        Metric metric = reader.spec().metric();
        return switch (kind) {
            case FLAT -> null;
            case PQ -> {
                int m = parameters.parts(dimension);
                long words = reader.section(CODEBOOK, ProductCodes.wordBytes(dimension, m))
                        .address();
                yield new ProductCodes(metric, dimension, m, words);
            }
            case RABITQ -> {
                long signs =
                        reader.section(CODEBOOK, Rotation.signBytes(dimension)).address();
                long centre = reader.section(CENTRE, dimension * 4L).address();
                yield new ResidualCodes(
                        metric,
                        new Rotation(dimension, signs),
                        centre,
                        ResidualCodes.planes(dimension, parameters.codeBits()));
            }
        };
    }
}
