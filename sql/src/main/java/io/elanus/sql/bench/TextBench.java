package io.elanus.sql.bench;

import io.elanus.storage.index.IndexSpec;
import io.elanus.storage.index.NearestRows;
import io.elanus.storage.index.Query;
import io.elanus.storage.index.RowFilter;
import io.elanus.storage.index.SparseBruteForceSearch;
import io.elanus.storage.index.VectorIndex.Hits;
import io.elanus.storage.index.VectorIndex.SearchParameters;
import io.elanus.storage.index.VectorIndex.Searcher;
import io.elanus.storage.index.inverted.FulltextFormat;
import io.elanus.storage.index.inverted.FulltextFormat.FulltextIndex;
import io.elanus.storage.index.inverted.SparseInvertedFormat;
import io.elanus.storage.text.Bm25;
import io.elanus.storage.text.TextAnalyzer;
import io.elanus.storage.text.TextPostings;
import io.elanus.storage.text.TextQuery;
import io.elanus.storage.text.TextRows;
import io.elanus.storage.text.TextSearcher;
import io.elanus.storage.text.TextStatistics;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.SparseVector;
import io.elanus.storage.type.VectorElement;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Full text and sparse vectors over a generated corpus: queries a second of one thread's processor time by blocks,
/// by whole lists, by scoring every row, and of Lucene over the same texts in this process; the answers are
/// compared.
@Command(
        name = "text",
        description = "Measure full-text and sparse searches with and without pruning, and Lucene.",
        mixinStandardHelpOptions = true)
public final class TextBench implements Callable<Integer> {
    private static final String ANALYZER = "standard";
    private static final int DIMENSION = 30_000;
    private static final int ENTRIES = 120;
    private static final int QUERY_ENTRIES = 30;
    private static final float TOLERANCE = 1e-4f;

    @Option(names = "--rows", defaultValue = "200000", description = "Texts. Default: ${DEFAULT-VALUE}.")
    private int rows;

    @Option(names = "--queries", defaultValue = "200", description = "Of each kind. Default: ${DEFAULT-VALUE}.")
    private int queries;

    @Option(names = "--k", defaultValue = "10", description = "Rows to find. Default: ${DEFAULT-VALUE}.")
    private int k;

    @Option(names = "--seconds", defaultValue = "2", description = "Time per measurement. Default: ${DEFAULT-VALUE}.")
    private double seconds;

    @Option(names = "--seed", defaultValue = "1", description = "Of the corpus. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--only", description = "text or sparse; both when left out.")
    private @Nullable String only;

    @Spec
    private @Nullable CommandSpec command;

    /// Answers query `i` into the hits.
    private interface Answer {
        void of(int i, Hits hits) throws IOException;
    }

    @Override
    public Integer call() throws IOException {
        PrintWriter out = Objects.requireNonNull(command).commandLine().getOut();
        if (!"sparse".equals(only)) {
            texts(out);
        }
        if (!"text".equals(only)) {
            sparse(out);
        }
        return 0;
    }

    private void texts(PrintWriter out) throws IOException {
        var corpus = new TextCorpus(seed);
        List<String> texts = corpus.texts(rows);
        Path file = Files.createTempFile("elanus-text", ".idx");
        try (Arena arena = Arena.ofShared()) {
            var source = TextCorpus.Values.of(FulltextFormat.TEXT, arena, texts);
            var spec = new IndexSpec(
                    FulltextFormat.NAME, FulltextFormat.TEXT, Metric.BM25, Map.of(FulltextFormat.ANALYZER, ANALYZER));
            BuiltFile built = BuiltFile.build(spec, source, file, 1);
            out.printf("%d texts: built in %.1f s, %d MB%n", rows, built.seconds(), built.bytes() >> 20);
            var index = (FulltextIndex) built.open(source, arena);
            try (LuceneTexts lucene = LuceneTexts.of(texts)) {
                out.printf("%-16s %12s %12s %12s %12s %8s%n", "queries/s", "blocks", "lists", "all", "Lucene", "ratio");
                measure(out, "2 words", corpus.queries(queries, 2, ""), index, source, lucene);
                measure(out, "4 words", corpus.queries(queries, 4, ""), index, source, lucene);
                measure(out, "8 words", corpus.queries(queries, 8, ""), index, source, lucene);
                measure(out, "2 of 2 words", corpus.queries(queries, 2, "+"), index, source, lucene);
            }
        } finally {
            Files.delete(file);
        }
    }

    private void measure(
            PrintWriter out,
            String kind,
            List<String> texts,
            FulltextIndex index,
            TextCorpus.Values source,
            LuceneTexts lucene)
            throws IOException {
        var analyzer = TextAnalyzer.of(ANALYZER);
        List<Query.Text> asked = new ArrayList<>();
        for (String text : texts) {
            TextQuery query = TextQuery.parse(text, analyzer, TextQuery.Mode.QUERY);
            asked.add(new Query.Text(query, new Bm25(query, TextStatistics.of(query, index.postings())), ANALYZER));
        }
        RowFilter every = RowFilter.all(rows);
        SearchParameters parameters = SearchParameters.nearest(k);
        List<TextQuery> plain = asked.stream().map(Query.Text::query).toList();
        try (Searcher blocks = index.newSearcher();
                Searcher lists = new TextSearcher(index.postings(), source)) {
            Answer byBlocks = (i, hits) -> blocks.search(asked.get(i), parameters, every, hits);
            Answer byLists = (i, hits) -> lists.search(asked.get(i), parameters, every, hits);
            Answer all = (i, hits) -> scoreAll(asked.get(i), index.postings(), every, hits);
            Answer byLucene = (i, hits) -> lucene.search(plain.get(i), k, hits);
            double best = rate(byBlocks);
            double other = rate(byLucene);
            out.printf(
                    "%-16s %12.0f %12.0f %12.0f %12.0f %8.2f%n",
                    kind, best, rate(byLists), rate(all), other, best / other);
            out.flush();
            compare(byBlocks, all, true);
            compare(byBlocks, byLists, true);
            compare(byBlocks, byLucene, false);
        }
    }

    private void scoreAll(Query.Text query, TextPostings postings, RowFilter filter, Hits hits) {
        var nearest = new NearestRows();
        nearest.reset(k);
        var found = new TextRows(query.query(), postings);
        for (int row = found.next(filter); row >= 0; row = found.next(filter)) {
            nearest.offer(-found.score(query.score()), row);
        }
        hits.count = nearest.drainTo(hits.rows, hits.distances);
    }

    /// Queries a second of processor time, once warm.
    private double rate(Answer answer) throws IOException {
        var hits = new Hits(k);
        run(answer, hits, seconds / 2);
        return run(answer, hits, seconds);
    }

    private double run(Answer answer, Hits hits, double limit) throws IOException {
        var threads = ManagementFactory.getThreadMXBean();
        long end = System.nanoTime() + (long) (limit * 1e9);
        long cpu = threads.getCurrentThreadCpuTime();
        long done = 0;
        while (System.nanoTime() < end) {
            for (int i = 0; i < queries; i++) {
                answer.of(i, hits);
            }
            done += queries;
        }
        return done * 1e9 / (threads.getCurrentThreadCpuTime() - cpu);
    }

    /// Fails unless both find the same scores, and the same rows if they are to.
    private void compare(Answer one, Answer other, boolean rowsToo) throws IOException {
        var found = new Hits(k);
        var expected = new Hits(k);
        for (int i = 0; i < queries; i++) {
            one.of(i, found);
            other.of(i, expected);
            for (int hit = 0; hit < expected.count; hit++) {
                float difference = Math.abs(found.distances[hit] - expected.distances[hit]);
                boolean same = rowsToo
                        ? difference == 0 && found.rows[hit] == expected.rows[hit]
                        : difference <= TOLERANCE * Math.max(1, Math.abs(expected.distances[hit]));
                if (!same) {
                    throw new IllegalStateException("Query %d, hit %d: row %d at %s, expected row %d at %s"
                            .formatted(
                                    i,
                                    hit,
                                    found.rows[hit],
                                    found.distances[hit],
                                    expected.rows[hit],
                                    expected.distances[hit]));
                }
            }
        }
    }

    private void sparse(PrintWriter out) throws IOException {
        var type = new ColumnType.Vector(DIMENSION, VectorElement.SPARSE);
        var random = new SplittableRandom(seed);
        List<byte[]> vectors = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            vectors.add(vector(ENTRIES, random));
        }
        List<Query.Sparse> asked = new ArrayList<>();
        for (int i = 0; i < queries; i++) {
            asked.add(new Query.Sparse(vector(QUERY_ENTRIES, random)));
        }
        RowFilter every = RowFilter.all(rows);
        SearchParameters parameters = SearchParameters.nearest(k);
        out.printf(
                "%d sparse vectors of %d entries, queries of %d%n%-16s %12s %12s%n",
                rows, ENTRIES, QUERY_ENTRIES, "codes", "MB", "queries/s");
        try (Arena arena = Arena.ofShared()) {
            var source = TextCorpus.Values.of(type, vectors, arena);
            var exact = new SparseBruteForceSearch(source, Metric.IP);
            Answer all = (i, hits) -> exact.search(asked.get(i), parameters, every, hits);
            for (String codes : List.of("none", "sq8")) {
                Path file = Files.createTempFile("elanus-sparse", ".idx");
                var spec = new IndexSpec(
                        SparseInvertedFormat.NAME, type, Metric.IP, Map.of(SparseInvertedFormat.CODES, codes));
                BuiltFile built = BuiltFile.build(spec, source, file, 1);
                try (Searcher searcher = built.open(source, arena).newSearcher()) {
                    Answer pruned = (i, hits) -> searcher.search(asked.get(i), parameters, every, hits);
                    out.printf("%-16s %12d %12.0f%n", codes, built.bytes() >> 20, rate(pruned));
                    out.flush();
                    compare(pruned, all, true);
                } finally {
                    Files.delete(file);
                }
            }
            out.printf("%-16s %12s %12.0f%n", "every vector", "", rate(all));
        }
    }

    /// Dimensions as frequent as words; weights as of learned sparse vectors, most small and few great.
    private static byte[] vector(int entries, SplittableRandom random) {
        var found = new TreeMap<Integer, Float>();
        while (found.size() < entries) {
            int dimension = (int) (DIMENSION * Math.pow(random.nextDouble(), 3));
            found.put(dimension, (float) Math.exp(random.nextGaussian() * 0.8 - 1));
        }
        int[] dimensions = found.keySet().stream().mapToInt(Integer::intValue).toArray();
        float[] elements = new float[entries];
        int at = 0;
        for (float element : found.values()) {
            elements[at++] = element;
        }
        return SparseVector.pack(dimensions, elements, entries);
    }
}
