package io.elanus.sql.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.sql.testing.SqlFixture;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// A set of texts with word vectors, made so that neither words nor vectors tell everything. A topic is a pair of a
/// subject and a setting. Words of a subject are shared word by word between texts. Words of a setting are synonyms:
/// their vectors are near each other, but two texts seldom have the same. A text's vector is the mean of those of
/// its words. So words find the subject, vectors the setting, and only both the topic.
class HybridQualityTest {
    private static final long SEED = 310;
    private static final int SUBJECTS = 6;
    private static final int SETTINGS = 6;
    private static final int TEXTS_PER_TOPIC = 12;
    private static final int DIMENSION = 16;
    private static final int K = 60;
    private static final int CANDIDATES = 100;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final Map<String, double[]> words = new HashMap<>();
    private final Map<Long, Integer> topics = new HashMap<>();

    private record Text(String words, String vector) {}

    @Test
    void fusedRankingsBeatEachSingleOneAndEqualTheReference() {
        makeWords();
        try (var fixture = new SqlFixture()) {
            fixture.run("CREATE TABLE t (id BIGINT PRIMARY KEY, body VARCHAR, v VECTOR(16))");
            insert(fixture);
            double byVector = 0;
            double byText = 0;
            double fused = 0;
            double weighted = 0;
            int topicCount = SUBJECTS * SETTINGS;
            for (int topic = 0; topic < topicCount; topic++) {
                Text query = text(topic, 4, 2, 0);
                List<List<String>> vectors = rows(
                        fixture,
                        "SELECT id, v <=> '%1$s' AS d FROM t ORDER BY v <=> '%1$s' LIMIT %2$d"
                                .formatted(query.vector(), CANDIDATES));
                List<List<String>> texts = rows(
                        fixture,
                        "SELECT id, BM25(body, '%1$s') AS s FROM t WHERE MATCH(body, '%1$s') ORDER BY BM25(body, '%1$s') DESC LIMIT %2$d"
                                .formatted(query.words(), CANDIDATES));
                List<List<String>> hybrid = rows(fixture, hybrid(query, "rrf"));
                assertThat(hybrid).isEqualTo(reference(vectors, texts));
                byVector += ndcg(vectors, topic);
                byText += ndcg(texts, topic);
                fused += ndcg(hybrid, topic);
                weighted += ndcg(rows(fixture, hybrid(query, "weighted")), topic);
            }
            System.out.printf(
                    Locale.ROOT,
                    "nDCG@10: vectors %.3f, full text %.3f, rrf %.3f, weighted %.3f%n",
                    byVector / topicCount,
                    byText / topicCount,
                    fused / topicCount,
                    weighted / topicCount);
            assertThat(fused).isGreaterThan(1.1 * Math.max(byVector, byText));
            assertThat(weighted).isGreaterThan(1.1 * Math.max(byVector, byText));
        }
    }

    private static String hybrid(Text query, String fusion) {
        return "SELECT id, score FROM HYBRID_SEARCH(TABLE t, VECTOR => (v, '%s'), TEXT => (body, '%s'), FUSION => '%s', K => %d, LIMIT => 10, CANDIDATES => %d) ORDER BY score DESC, id"
                .formatted(query.vector(), query.words(), fusion, K, CANDIDATES);
    }

    private static List<List<String>> rows(SqlFixture fixture, String sql) {
        return fixture.run(sql).rows().stream()
                .map(row -> List.of(row.toString().split("\\|")))
                .toList();
    }

    /// Reciprocal rank fusion in plain Java: rows of one value have one rank.
    private static List<List<String>> reference(List<List<String>> vectors, List<List<String>> texts) {
        Map<Long, Double> scores = new HashMap<>();
        ranks(vectors).forEach((id, rank) -> scores.merge(id, 1.0 / (K + rank), Double::sum));
        ranks(texts).forEach((id, rank) -> scores.merge(id, 1.0 / (K + rank), Double::sum));
        return scores.entrySet().stream()
                .sorted(Map.Entry.<Long, Double>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
                .limit(10)
                .map(entry ->
                        List.of(entry.getKey().toString(), entry.getValue().toString()))
                .toList();
    }

    private static Map<Long, Integer> ranks(List<List<String>> list) {
        Map<Long, Integer> ranks = new HashMap<>();
        int rank = 0;
        for (int i = 0; i < list.size(); i++) {
            if (i == 0 || !list.get(i).get(1).equals(list.get(i - 1).get(1))) {
                rank = i + 1;
            }
            ranks.put(Long.valueOf(list.get(i).getFirst()), rank);
        }
        return ranks;
    }

    private double ndcg(List<List<String>> list, int topic) {
        double gain = 0;
        double most = 0;
        for (int i = 0; i < 10; i++) {
            double discount = 1 / (Math.log(i + 2) / Math.log(2));
            boolean relevant = i < list.size()
                    && Objects.equals(topics.get(Long.valueOf(list.get(i).getFirst())), topic);
            gain += relevant ? discount : 0;
            most += discount;
        }
        return gain / most;
    }

    private void makeWords() {
        for (int subject = 0; subject < SUBJECTS; subject++) {
            addWords("subject" + subject, 12, 0.2);
        }
        for (int setting = 0; setting < SETTINGS; setting++) {
            addWords("setting" + setting, 80, 1);
        }
        for (int i = 0; i < 300; i++) {
            words.put("filler" + i, direction(0.3));
        }
    }

    /// Words whose vectors are near each other.
    private void addWords(String name, int count, double length) {
        double[] center = direction(length);
        for (int i = 0; i < count; i++) {
            double[] vector = direction(0.5 * length);
            for (int d = 0; d < DIMENSION; d++) {
                vector[d] += center[d];
            }
            words.put(name + "w" + i, vector);
        }
    }

    private double[] direction(double length) {
        double[] vector = new double[DIMENSION];
        for (int d = 0; d < DIMENSION; d++) {
            vector[d] = length * random.nextGaussian();
        }
        return vector;
    }

    private Text text(int topic, int subjectWords, int settingWords, int fillers) {
        Set<String> chosen = new HashSet<>();
        add(chosen, "subject" + topic % SUBJECTS, 12, subjectWords);
        add(chosen, "setting" + topic / SUBJECTS, 80, settingWords);
        for (int i = 0; i < fillers; i++) {
            chosen.add("filler" + random.nextInt(300));
        }
        var sorted = new ArrayList<>(chosen);
        sorted.sort(Comparator.naturalOrder());
        double[] sum = new double[DIMENSION];
        for (String word : sorted) {
            double[] one = Objects.requireNonNull(words.get(word));
            for (int d = 0; d < DIMENSION; d++) {
                sum[d] += one[d];
            }
        }
        var vector = new ArrayList<String>();
        for (double element : sum) {
            vector.add(String.format(Locale.ROOT, "%.4f", element / sorted.size()));
        }
        return new Text(String.join(" ", sorted), "[" + String.join(",", vector) + "]");
    }

    private void add(Set<String> chosen, String name, int of, int count) {
        int wanted = chosen.size() + count;
        while (chosen.size() < wanted) {
            chosen.add(name + "w" + random.nextInt(of));
        }
    }

    private void insert(SqlFixture fixture) {
        for (int topic = 0; topic < SUBJECTS * SETTINGS; topic++) {
            var values = new ArrayList<String>();
            for (int i = 0; i < TEXTS_PER_TOPIC; i++) {
                long id = topics.size() + 1L;
                topics.put(id, topic);
                Text text = text(topic, 3, 5, 14);
                values.add("(%d, '%s', '%s')".formatted(id, text.words(), text.vector()));
            }
            fixture.run("INSERT INTO t VALUES " + String.join(", ", values));
        }
    }
}
