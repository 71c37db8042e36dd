package io.elanus.storage.index;

import io.elanus.storage.index.VectorIndex.Hits;
import io.elanus.storage.index.VectorIndex.SearchParameters;
import io.elanus.storage.index.VectorIndex.Searcher;
import io.elanus.storage.index.VectorIndexFormat.BuildMonitor;
import io.elanus.storage.kernel.DistanceKernel;
import io.elanus.storage.kernel.Distances;
import io.elanus.storage.kernel.NativeMemory;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.VectorElement;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What recall each value of an index's search parameter reaches, measured when the index was built and kept in its
/// file (section [#SECTION]: per value the value, int32, and the recall at ten, float32; both ascend).
///
/// It is measured with points half way between a row and its tenth neighbour: they lie where the data lies, and on
/// no row. Small indexes are searched exactly and have no calibration.
public final class Calibration {
    /// Id of the section, above those of every format.
    public static final int SECTION = 100;

    private static final int LEAST_ROWS = 5_000;
    private static final int QUERIES = 48;
    private static final int K = 10;
    private static final int ENTRY_BYTES = 8;
    private static final int MOST_EFFORT = 2_048;
    private static final double ENOUGH = 0.998;

    private final int[] efforts;
    private final float[] recalls;

    private Calibration(int[] efforts, float[] recalls) {
        this.efforts = efforts;
        this.recalls = recalls;
    }

    /// That of an open file; empty when it has none.
    public static Calibration of(IndexFileReader reader) {
        if (!reader.hasSection(SECTION)) {
            return new Calibration(new int[0], new float[0]);
        }
        MemorySegment section = reader.section(SECTION);
        int count = Math.toIntExact(section.byteSize() / ENTRY_BYTES);
        Calibration calibration = new Calibration(new int[count], new float[count]);
        for (int i = 0; i < count; i++) {
            long at = section.address() + (long) i * ENTRY_BYTES;
            calibration.efforts[i] = Math.max(1, NativeMemory.intAt(at));
            calibration.recalls[i] = NativeMemory.floatAt(at + 4);
        }
        return calibration;
    }

    /// The value of the search parameter for a search.
    ///
    /// @param otherwise taken when the search asks for neither effort nor accuracy, or nothing was measured
    public int effort(SearchParameters parameters, int otherwise) {
        if (parameters.effort() > 0) {
            return parameters.effort();
        }
        if (parameters.accuracy() <= 0 || efforts.length == 0) {
            return otherwise;
        }
        for (int i = 0; i < efforts.length; i++) {
            if (recalls[i] * 100 >= parameters.accuracy()) {
                return efforts[i];
            }
        }
        return 2 * efforts[efforts.length - 1];
    }

    /// Measures the index that a writer holds and adds the section; does nothing for a small one.
    ///
    /// @param least value of the search parameter that makes sense
    public static void add(
            IndexFileWriter writer,
            VectorIndexFormat format,
            VectorSource source,
            int least,
            BuildMonitor monitor,
            Arena file) {
        List<Integer> rows = sample(source);
        if (rows.isEmpty() || source.type().element() == VectorElement.BINARY) {
            return;
        }
        try (Arena scratch = monitor.newContent();
                VectorIndex index = format.open("index under construction", writer.image(scratch), source);
                Searcher searcher = index.newSearcher();
                BruteForceSearch exact =
                        new BruteForceSearch(source, writer.spec().metric())) {
            RowFilter all = RowFilter.all(source.rows());
            List<float[]> queries = queries(source, rows, exact, all);
            List<Hits> truth =
                    queries.stream().map(query -> found(exact, query, 0, all)).toList();
            Measured measured = new Measured();
            for (int effort = least; effort <= MOST_EFFORT; effort += Math.max(1, effort / 3)) {
                double recall = recall(searcher, queries, truth, effort, all);
                measured.add(effort, recall);
                if (recall >= ENOUGH) {
                    break;
                }
            }
            writer.section(SECTION, measured.section(file));
        }
    }

    private static final class Measured {
        private final List<Integer> efforts = new ArrayList<>();
        private final List<Float> recalls = new ArrayList<>();

        /// A wider search that found less, by chance, is left out.
        void add(int effort, double recall) {
            if (recalls.isEmpty() || recall > recalls.getLast()) {
                efforts.add(effort);
                recalls.add((float) recall);
            }
        }

        MemorySegment section(Arena arena) {
            MemorySegment section = arena.allocate((long) ENTRY_BYTES * efforts.size(), 64);
            for (int i = 0; i < efforts.size(); i++) {
                section.setAtIndex(ValueLayout.JAVA_INT.withOrder(NativeMemory.ORDER), 2L * i, efforts.get(i));
                section.setAtIndex(ValueLayout.JAVA_FLOAT.withOrder(NativeMemory.ORDER), 2L * i + 1, recalls.get(i));
            }
            return section;
        }
    }

    /// Rows with a vector, evenly spread; none when there are too few for a calibration.
    private static List<Integer> sample(VectorSource source) {
        List<Integer> rows = new ArrayList<>();
        for (int i = 0; i < QUERIES && source.rows() >= LEAST_ROWS; i++) {
            int row = (int) ((long) source.rows() * i / QUERIES);
            if (!source.isNull(row)) {
                rows.add(row);
            }
        }
        return rows;
    }

    private static List<float[]> queries(
            VectorSource source, List<Integer> rows, BruteForceSearch exact, RowFilter all) {
        List<float[]> queries = new ArrayList<>();
        for (int row : rows) {
            float[] own = floats(source, row);
            Optional<float[]> far = tenth(source, own, exact, all);
            far.ifPresent(other -> {
                for (int d = 0; d < own.length; d++) {
                    own[d] = own[d] / 2 + other[d] / 2;
                }
                queries.add(own);
            });
        }
        return queries;
    }

    /// The tenth neighbour of a vector; none of a vector without direction.
    private static Optional<float[]> tenth(VectorSource source, float[] vector, BruteForceSearch exact, RowFilter all) {
        boolean zero = true;
        for (float x : vector) {
            zero &= x == 0;
        }
        if (zero) {
            return Optional.empty();
        }
        Hits hits = found(exact, vector, 0, all);
        return hits.count == 0 ? Optional.empty() : Optional.of(floats(source, hits.rows[hits.count - 1]));
    }

    private static float[] floats(VectorSource source, int row) {
        ColumnType.Vector type = source.type();
        DistanceKernel kernel = Distances.kernel(Metric.L2, type);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment elements = arena.allocate(kernel.queryBytes(), 64);
            kernel.prepareStored(source.address(row), elements.address());
            return elements.toArray(ValueLayout.JAVA_FLOAT.withOrder(NativeMemory.ORDER));
        }
    }

    private static Hits found(Searcher searcher, float[] query, int effort, RowFilter all) {
        Hits hits = new Hits(K);
        searcher.search(query, new SearchParameters(K, effort, Float.POSITIVE_INFINITY), all, hits);
        return hits;
    }

    private static double recall(
            Searcher searcher, List<float[]> queries, List<Hits> truth, int effort, RowFilter all) {
        double sum = 0;
        for (int i = 0; i < queries.size(); i++) {
            Hits wanted = truth.get(i);
            Hits hits = found(searcher, queries.get(i), effort, all);
            float farthest = wanted.distances[wanted.count - 1];
            int right = 0;
            for (int h = 0; h < hits.count; h++) {
                right += hits.distances[h] <= farthest ? 1 : 0;
            }
            sum += (double) right / wanted.count;
        }
        return queries.isEmpty() ? 1 : sum / queries.size();
    }
}
