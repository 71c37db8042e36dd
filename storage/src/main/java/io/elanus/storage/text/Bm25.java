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
    private final float[] inverses;
    private final float average;

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
        this.average = average(statistics.tokens(), statistics.documents());
        this.inverses = inverses(statistics.tokens(), statistics.documents());
    }

    private static float average(long tokens, long documents) {
        return (float) (tokens / (double) Math.max(1, documents));
    }

    /// What a frequency is multiplied by for each length that [#norm] may give, by the mean length of these texts:
    /// the product is the *impact* of a term on a text. It rises and falls with what [#part] gives.
    public static float[] inverses(long tokens, long documents) {
        float average = average(tokens, documents);
        float[] inverses = new float[256];
        for (int i = 0; i < inverses.length; i++) {
            inverses[i] = 1f / (K1 * ((1 - B) + B * SmallFloat.byte4ToInt((byte) i) / average));
        }
        return inverses;
    }

    /// By how much an impact by the mean length of these texts may be less than one by the mean length of all.
    public float widening(long tokens, long documents) {
        double ratio = average / (double) average(tokens, documents);
        return (float) (Math.max(1, ratio) * ROUNDING);
    }

    /// The most that a clause adds to the score of a text on which its impact is not above this one.
    ///
    /// @param widening of the texts by whose mean length the impact is
    public float bound(int clause, float impact, float widening) {
        float weight = weights[clause];
        return weight - weight / (1f + impact * widening);
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
                sum += part(i, frequency, norm);
            }
        }
        return (float) sum;
    }

    /// What a clause that is there so often adds to the score of a text. It never falls when the clause is there
    /// more often or the text is shorter, rounding included.
    public float part(int clause, float frequency, byte norm) {
        float weight = weights[clause];
        return weight - weight / (1f + frequency * inverses[norm & 0xFF]);
    }
}
