package io.elanus.storage.text;

import io.elanus.storage.text.TextQuery.Clause;
import io.elanus.storage.text.TextQuery.Occur;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.lucene.util.SmallFloat;

/// The score of texts for one query, computed as Lucene's `BM25Similarity` does: the weight of a clause is `ln(1 +
/// (N - n + 0.5) / (n + 0.5))`, summed over the terms of a phrase; a text of length l gets `weight - weight / (1 +
/// f / (k1 × (1 - b + b × l / average)))`. Immutable.
public final class Bm25 {
    private static final float K1 = 1.2f;
    private static final float B = 0.75f;
    /// A sum in another order is off by less.
    private static final double ROUNDING = 1 + 1e-5;

    private final TextQuery query;
    private final float[] weights;
    private final float[] inverses = new float[256];

    public Bm25(TextQuery query, TextStatistics statistics) {
        this.query = query;
        this.weights = new float[query.clauses().size()];
        for (int i = 0; i < weights.length; i++) {
            double weight = 0;
            for (int term : query.clauses().get(i).terms()) {
                weight += idf(statistics.frequencies().get(term), statistics.documents());
            }
            weights[i] = (float) weight;
        }
        float average = (float) (statistics.tokens() / (double) Math.max(1, statistics.documents()));
        for (int i = 0; i < inverses.length; i++) {
            inverses[i] = 1f / (K1 * ((1 - B) + B * SmallFloat.byte4ToInt((byte) i) / average));
        }
    }

    private static float idf(long frequency, long documents) {
        return (float) Math.log(1 + (documents - frequency + 0.5D) / (frequency + 0.5D));
    }

    /// A text's length as it is kept: in a byte.
    public static byte norm(int length) {
        return SmallFloat.intToByte4(length);
    }

    /// The SHOULD clauses of which a text must have one to reach this score, if no other clause must be there: the
    /// rest weighs less together. A clause gives less than its weight, however often and in however short a text it
    /// is there.
    List<Clause> essential(float score) {
        List<Integer> light = IntStream.range(0, weights.length)
                .filter(i -> query.clauses().get(i).occur() == Occur.SHOULD)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> weights[i]))
                .toList();
        double sum = 0;
        int left = 0;
        while (left < light.size() && (sum + weights[light.get(left)]) * ROUNDING < score) {
            sum += weights[light.get(left++)];
        }
        return light.stream().skip(left).map(query.clauses()::get).toList();
    }

    /// Of a text that matches.
    public float score(Occurrences text, byte norm) {
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            Clause clause = query.clauses().get(i);
            float frequency = clause.occur() == Occur.NOT ? 0 : TextQuery.frequency(clause, text);
            if (frequency > 0) {
                sum += weights[i] - weights[i] / (1f + frequency * inverses[norm & 0xFF]);
            }
        }
        return (float) sum;
    }
}
