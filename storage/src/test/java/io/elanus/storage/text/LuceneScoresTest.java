package io.elanus.storage.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.elanus.storage.StorageException;
import io.elanus.storage.index.IndexFiles;
import io.elanus.storage.index.IndexSpec;
import io.elanus.storage.index.NearestRows;
import io.elanus.storage.index.Query;
import io.elanus.storage.index.RowFilter;
import io.elanus.storage.index.VectorIndex;
import io.elanus.storage.index.VectorIndex.Hits;
import io.elanus.storage.index.VectorIndex.SearchParameters;
import io.elanus.storage.index.inverted.FulltextFormat;
import io.elanus.storage.type.Metric;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Rows and scores against Lucene's own over the same texts: from lists in memory, from the index file, and text by
/// text.
class LuceneScoresTest {
    private static final long SEED = 1_606;
    private static final int ROWS = 3_000;
    private static final int WORDS = 400;

    private final SplittableRandom random = new SplittableRandom(SEED);

    private static Analyzer lucene(String name) {
        return name.equals("english") ? new EnglishAnalyzer() : new StandardAnalyzer();
    }

    /// Score by row, as Lucene has it.
    private static Map<Integer, Float> expected(
            List<@Nullable String> texts, RowFilter living, TextQuery query, String analyzer) throws IOException {
        try (var directory = new ByteBuffersDirectory();
                var kind = lucene(analyzer)) {
            try (var writer =
                    new IndexWriter(directory, new IndexWriterConfig(kind).setMergePolicy(NoMergePolicy.INSTANCE))) {
                for (int row = 0; row < texts.size(); row++) {
                    var document = new Document();
                    document.add(new StringField("row", Integer.toString(row), Field.Store.YES));
                    String text = texts.get(row);
                    if (text != null) {
                        document.add(new TextField("text", text, Field.Store.NO));
                    }
                    writer.addDocument(document);
                }
                for (int row = 0; row < texts.size(); row++) {
                    if (!living.passes(row)) {
                        writer.deleteDocuments(new Term("row", Integer.toString(row)));
                    }
                }
            }
            try (var reader = DirectoryReader.open(directory)) {
                var searcher = new IndexSearcher(reader);
                Map<Integer, Float> scores = new HashMap<>();
                for (ScoreDoc hit : searcher.search(translated(query), texts.size()).scoreDocs) {
                    String row = reader.storedFields().document(hit.doc).get("row");
                    scores.put(Integer.valueOf(row), hit.score);
                }
                return scores;
            }
        }
    }

    private static org.apache.lucene.search.Query translated(TextQuery query) {
        var builder = new BooleanQuery.Builder();
        for (TextQuery.Clause clause : query.clauses()) {
            var phrase = new PhraseQuery.Builder().setSlop(clause.slop());
            for (int i = 0; i < clause.terms().length; i++) {
                phrase.add(new Term("text", query.terms().get(clause.terms()[i])), clause.offsets()[i]);
            }
            builder.add(
                    clause.terms().length == 1
                            ? new TermQuery(new Term("text", query.terms().get(clause.terms()[0])))
                            : phrase.build(),
                    switch (clause.occur()) {
                        case MUST -> BooleanClause.Occur.MUST;
                        case SHOULD -> BooleanClause.Occur.SHOULD;
                        case NOT -> BooleanClause.Occur.MUST_NOT;
                    });
        }
        return builder.build();
    }

    private String randomQuery() {
        var query = new StringBuilder();
        int clauses = 1 + random.nextInt(5);
        for (int i = 0; i < clauses; i++) {
            query.append(new String[] {"", "", "", "+", "-"}[random.nextInt(5)]);
            String word = Texts.word(WORDS / 8, random);
            switch (random.nextInt(4)) {
                case 0 ->
                    query.append('"')
                            .append(word)
                            .append(' ')
                            .append(Texts.word(10, random))
                            .append('"');
                case 1 -> query.append("\"%s %sx1\"~%d".formatted(word, Texts.word(10, random), 1 + random.nextInt(4)));
                default -> query.append(word);
            }
            query.append(' ');
        }
        return query.toString();
    }

    private static Map<Integer, Float> found(TextPostings postings, TextQuery query, RowFilter filter) {
        var bm25 = new Bm25(query, TextStatistics.of(query, postings));
        var rows = new TextRows(query, postings);
        Map<Integer, Float> scores = new HashMap<>();
        for (int row = rows.next(filter); row >= 0; row = rows.next(filter)) {
            scores.put(row, rows.score(bm25));
        }
        return scores;
    }

    private static void assertSame(Map<Integer, Float> found, Map<Integer, Float> expected, String query) {
        assertThat(found.keySet()).as(query).isEqualTo(expected.keySet());
        expected.forEach((row, score) -> assertThat(found.get(row))
                .as("score of row %d for [%s]", row, query)
                .isCloseTo(score, within(1e-5f * Math.max(1, score))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"english", "standard"})
    void rowsAndScoresAreThoseOfLucene(String name) throws IOException {
        List<@Nullable String> texts = Texts.random(ROWS, WORDS, random);
        RowFilter living = share(ROWS, 0.8);
        var analyzer = TextAnalyzer.of(name);
        try (var source = new Texts(texts);
                Arena arena = Arena.ofShared()) {
            TextMemory memory = new TextMemory(name).extend(source, ROWS / 3).extend(source);
            var spec = new IndexSpec(FulltextFormat.NAME, FulltextFormat.TEXT, Metric.BM25, Map.of("analyzer", name));
            byte[] bytes = IndexFiles.bytes(new FulltextFormat(), spec, source);
            var index = (FulltextFormat.FulltextIndex)
                    new FulltextFormat().open("test.idx", IndexFiles.mapped(bytes, arena), source);
            index.verify();
            int hits = 0;
            for (int i = 0; i < 25; i++) {
                String text = randomQuery();
                TextQuery query = TextQuery.parse(text, analyzer, TextQuery.Mode.QUERY);
                Map<Integer, Float> expected = expected(texts, living, query, name);
                hits += expected.size();
                assertSame(found(memory, query, living), expected, text);
                assertSame(found(index.postings(), query, living), expected, text);
                assertSame(oneByOne(texts, text, name, query, memory, living), expected, text);
                assertBest(index, query, living, expected);
            }
            assertThat(hits).isGreaterThan(5_000);
        }
    }

    private static Map<Integer, Float> oneByOne(
            List<@Nullable String> texts,
            String text,
            String name,
            TextQuery query,
            TextPostings postings,
            RowFilter living) {
        var cell = new TextCell(text, name, TextQuery.Mode.QUERY);
        var bm25 = new Bm25(query, TextStatistics.of(query, postings));
        Map<Integer, Float> scores = new HashMap<>();
        for (int row = 0; row < texts.size(); row++) {
            String value = texts.get(row);
            if (value != null && living.passes(row) && cell.matches(value)) {
                scores.put(row, cell.score(value, bm25));
            }
        }
        return scores;
    }

    /// The search gives the best first, rows of one score in row order, then those that do not match.
    private static void assertBest(VectorIndex index, TextQuery query, RowFilter living, Map<Integer, Float> expected) {
        var postings = ((FulltextFormat.FulltextIndex) index).postings();
        var hits = new Hits(50);
        try (var searcher = index.newSearcher()) {
            searcher.search(
                    new Query.Text(query, new Bm25(query, TextStatistics.of(query, postings)), "english"),
                    SearchParameters.nearest(50),
                    living,
                    hits);
        }
        assertThat(hits.count).isEqualTo(50);
        for (int i = 0; i < 50; i++) {
            assertThat(-hits.distances[i]).isCloseTo(expected.getOrDefault(hits.rows[i], 0f), within(1e-4f));
            assertThat(living.passes(hits.rows[i])).isTrue();
            if (i > 0) {
                assertThat(hits.distances[i - 1]).isLessThanOrEqualTo(hits.distances[i]);
            }
        }
    }

    /// Rows that cannot be among the best are not looked at, and the best are those of looking at all of them.
    @Test
    void leavesOutRowsThatCannotBeAmongTheBest() {
        List<@Nullable String> texts = Texts.random(ROWS, WORDS, random);
        RowFilter living = share(ROWS, 0.8);
        var analyzer = TextAnalyzer.of("standard");
        long scored = 0;
        long all = 0;
        try (var source = new Texts(texts)) {
            var postings = new TextMemory("standard").extend(source);
            for (int i = 0; i < 200; i++) {
                int k = 1 + random.nextInt(20);
                String text = i % 2 == 0
                        ? randomQuery()
                        : Texts.word(5, random) + " " + Texts.word(WORDS, random) + " " + Texts.word(WORDS, random);
                TextQuery query = TextQuery.parse(text, analyzer, TextQuery.Mode.QUERY);
                Map<Integer, Float> scores = found(postings, query, living);
                var hits = new Hits(k);
                try (var searcher = new TextSearcher(postings, source)) {
                    var bm25 = new Bm25(query, TextStatistics.of(query, postings));
                    searcher.search(new Query.Text(query, bm25, "standard"), SearchParameters.nearest(k), living, hits);
                }
                int matching = Math.min(k, scores.size());
                assertThat(Arrays.stream(hits.rows, 0, matching).boxed())
                        .as("seed %d, [%s], %d", SEED, text, k)
                        .containsExactlyElementsOf(scores.entrySet().stream()
                                .sorted(Map.Entry.<Integer, Float>comparingByValue()
                                        .reversed()
                                        .thenComparing(Map.Entry.comparingByKey()))
                                .limit(matching)
                                .map(Map.Entry::getKey)
                                .toList());
                scored += hits.distancesComputed;
                all += scores.size();
            }
        }
        assertThat(scored).isLessThan(all * 3 / 4);
    }

    /// A file's blocks are left out by their bounds, whatever the mean length of all texts is; what is found is
    /// what scoring every row finds. A file of the version without blocks finds the same.
    @Test
    void leavesOutBlocksThatCannotHoldOneOfTheBest() {
        int rows = 12_000;
        var analyzer = TextAnalyzer.of("standard");
        var spec = new IndexSpec(FulltextFormat.NAME, FulltextFormat.TEXT, Metric.BM25, Map.of("analyzer", "standard"));
        long scored = 0;
        long all = 0;
        try (var source = new Texts(Texts.random(rows, WORDS, random));
                Arena arena = Arena.ofShared()) {
            byte[] bytes = IndexFiles.bytes(new FulltextFormat(), spec, source);
            byte[] older = IndexFiles.olderVersion(bytes, 1, 10, 11);
            var index = (FulltextFormat.FulltextIndex)
                    new FulltextFormat().open("new.idx", IndexFiles.mapped(bytes, arena), source);
            VectorIndex without = new FulltextFormat().open("old.idx", IndexFiles.mapped(older, arena), source);
            try (var searcher = index.newSearcher();
                    var olderSearcher = without.newSearcher()) {
                for (int i = 0; i < 150; i++) {
                    String text = i % 3 == 0
                            ? randomQuery()
                            : Texts.word(5, random) + " " + Texts.word(WORDS, random) + " " + Texts.word(60, random)
                                    + (i % 3 == 1 ? " -" + Texts.word(30, random) : "");
                    TextQuery query = TextQuery.parse(text, analyzer, TextQuery.Mode.QUERY);
                    TextStatistics own = TextStatistics.of(query, index.postings());
                    var bm25 = new Bm25(
                            query,
                            new TextStatistics(
                                    own.documents(), own.tokens() * (1 + random.nextInt(4)) / 2, own.frequencies()));
                    RowFilter filter = share(rows, i % 2 == 0 ? 1 : 0.3);
                    int k = 1 + random.nextInt(20);
                    var found = new Hits(k);
                    var expected = new Hits(k);
                    var asked = new Query.Text(query, bm25, "standard");
                    searcher.search(asked, SearchParameters.nearest(k), filter, found);
                    olderSearcher.search(asked, SearchParameters.nearest(k), filter, expected);
                    long matching = best(index.postings(), query, bm25, filter, k, expected);
                    assertThat(Arrays.copyOf(found.rows, found.count))
                            .as("seed %d, [%s], %d", SEED, text, k)
                            .isEqualTo(Arrays.copyOf(expected.rows, expected.count));
                    assertThat(Arrays.copyOf(found.distances, found.count))
                            .isEqualTo(Arrays.copyOf(expected.distances, expected.count));
                    scored += found.distancesComputed;
                    all += matching;
                }
            }
        }
        assertThat(scored).isLessThan(all / 3);
    }

    /// Checks the hits against scoring every row. Returns how many match.
    private static long best(
            TextPostings postings, TextQuery query, Bm25 bm25, RowFilter filter, int k, Hits expected) {
        var rows = new TextRows(query, postings);
        var nearest = new NearestRows();
        nearest.reset(k);
        long matching = 0;
        for (int row = rows.next(filter); row >= 0; row = rows.next(filter)) {
            nearest.offer(-rows.score(bm25), row);
            matching++;
        }
        var truth = new Hits(k);
        truth.count = nearest.drainTo(truth.rows, truth.distances);
        assertThat(Arrays.copyOf(expected.rows, truth.count)).isEqualTo(Arrays.copyOf(truth.rows, truth.count));
        return matching;
    }

    @Test
    void refusesADamagedFileAndSurvivesOneThatWasNotVerified() {
        try (var source = new Texts(Texts.random(600, WORDS, random))) {
            var spec = new IndexSpec(FulltextFormat.NAME, FulltextFormat.TEXT, Metric.BM25, Map.of());
            byte[] bytes = IndexFiles.bytes(new FulltextFormat(), spec, source);
            for (int i = 0; i < 150; i++) {
                byte[] damaged = bytes.clone();
                damaged[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                try (Arena arena = Arena.ofConfined()) {
                    assertThatThrownBy(() -> new FulltextFormat()
                                    .open("bad.idx", IndexFiles.mapped(damaged, arena), source)
                                    .verify())
                            .isInstanceOf(StorageException.class)
                            .hasMessageContaining("bad.idx");
                }
            }
            TextQuery query =
                    TextQuery.parse("run \"cat index\"~3 the", TextAnalyzer.of("standard"), TextQuery.Mode.QUERY);
            TextQuery words = TextQuery.parse("run the cat", TextAnalyzer.of("standard"), TextQuery.Mode.QUERY);
            for (int i = 0; i < 150; i++) {
                byte[] damaged = bytes.clone();
                for (int hit = 0; hit < 500; hit++) {
                    damaged[random.nextInt(512, bytes.length)] = (byte) random.nextInt();
                }
                try (Arena arena = Arena.ofConfined()) {
                    var index = (FulltextFormat.FulltextIndex)
                            new FulltextFormat().open("bad.idx", IndexFiles.mapped(damaged, arena), source);
                    found(index.postings(), query, RowFilter.all(600));
                    var bm25 = new Bm25(words, TextStatistics.of(words, index.postings()));
                    try (var searcher = index.newSearcher()) {
                        searcher.search(
                                new Query.Text(words, bm25, "standard"),
                                SearchParameters.nearest(10),
                                RowFilter.all(600),
                                new Hits(10));
                    }
                } catch (StorageException e) {
                    assertThat(e).hasMessageContaining("bad.idx");
                }
            }
        }
    }

    @Test
    void readsQueriesAsDocumented() {
        var english = TextAnalyzer.of("english");
        assertThat(TextQuery.parse("Running the cats", english, TextQuery.Mode.QUERY)
                        .terms())
                .containsExactly("run", "cat");
        assertThat(occurs("+a b -c")).containsExactly("MUST", "SHOULD", "NOT");
        assertThat(TextQuery.parse("a b", TextAnalyzer.of("simple"), TextQuery.Mode.PHRASE)
                        .clauses())
                .hasSize(1);
        assertThatThrownBy(() -> TextQuery.parse("a \"b", english, TextQuery.Mode.QUERY))
                .hasMessageContaining("character [3]");
        assertThatThrownBy(() -> TextAnalyzer.of("klingon")).hasMessageContaining("english");
        assertThat(new TextCell("cats \"light house\"", "english", TextQuery.Mode.QUERY)
                        .highlight("A cat, a LIGHT house & more", "<b>", "</b>"))
                .isEqualTo("A <b>cat</b>, a <b>LIGHT</b> <b>house</b> & more");
    }

    private static List<String> occurs(String text) {
        var occurs = new ArrayList<String>();
        TextQuery.parse(text, TextAnalyzer.of("simple"), TextQuery.Mode.QUERY)
                .clauses()
                .forEach(clause -> occurs.add(clause.occur().name()));
        return occurs;
    }

    private RowFilter share(int rows, double share) {
        long[] words = new long[(rows + 63) / 64];
        Arrays.fill(words, 0);
        for (int row = 0; row < rows; row++) {
            if (random.nextDouble() < share) {
                words[row >>> 6] |= 1L << row;
            }
        }
        return RowFilter.of(words, rows);
    }
}
