package io.elanus.storage.index.ivf;

import io.elanus.storage.index.IndexFileReader;
import io.elanus.storage.index.VectorSource;
import io.elanus.storage.index.code.BlockCodes;
import io.elanus.storage.index.code.ProductCodes;
import io.elanus.storage.index.code.ResidualCodes;
import io.elanus.storage.index.code.ScalarCodes;
import io.elanus.storage.kernel.BlockScan;
import io.elanus.storage.kernel.NativeMemory;
import io.elanus.storage.kernel.Rotation;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.VectorElement;
import java.util.Objects;

/// The sections of an inverted file that the package documents, found again in an open file.
///
/// @param blocks number of the first block of each list
/// @param coding what the lists hold besides rows
@SuppressWarnings("ArrayRecordComponent")
record IvfFile(VectorSource source, IvfParameters parameters, Lists lists, int[] blocks, int nprobe, Coding coding) {
    /// What stands for the vectors of the lists.
    sealed interface Coding {
        record None() implements Coding {}

        /// Numbered by position.
        record Scalars(ScalarCodes codes) implements Coding {}

        /// @param address of the first block
        record Blocks(BlockCodes codes, long address) implements Coding {}
    }

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
        return switch (metric) {
            case COSINE, HAMMING, JACCARD, BM25 -> Metric.L2;
            case L2, IP, L1 -> metric;
        };
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
        return new IvfFile(source, parameters, lists, blocks, nprobe, coding(reader, kind, parameters, blocks[count]));
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

    private static Coding coding(IndexFileReader reader, ListCodes kind, IvfParameters parameters, int blocks) {
        int dimension = reader.spec().type().dimension();
        Metric metric = reader.spec().metric();
        return switch (kind) {
            case FLAT -> new Coding.None();
            case SQ8 -> {
                long scales = reader.section(CODEBOOK, ScalarCodes.scaleBytes(dimension))
                        .address();
                int vectors = NativeMemory.intAt(reader.section(META).address());
                long entries = reader.section(CODES, (long) vectors * ScalarCodes.entryBytes(dimension))
                        .address();
                yield new Coding.Scalars(new ScalarCodes(metric, dimension, scales, entries));
            }
            case PQ -> {
                int m = parameters.parts(dimension);
                long words = reader.section(CODEBOOK, ProductCodes.wordBytes(dimension, m))
                        .address();
                yield blocks(reader, new ProductCodes(metric, dimension, m, words), blocks);
            }
            case RABITQ -> {
                long signs =
                        reader.section(CODEBOOK, Rotation.signBytes(dimension)).address();
                long centre = reader.section(CENTRE, dimension * 4L).address();
                yield blocks(
                        reader,
                        new ResidualCodes(
                                metric,
                                new Rotation(dimension, signs),
                                centre,
                                ResidualCodes.planes(dimension, parameters.codeBits())),
                        blocks);
            }
        };
    }

    private static Coding blocks(IndexFileReader reader, BlockCodes codes, int blocks) {
        return new Coding.Blocks(
                codes,
                reader.section(CODES, blocks * codes.planes().blockBytes()).address());
    }
}
