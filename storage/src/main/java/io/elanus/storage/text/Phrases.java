package io.elanus.storage.text;

import io.elanus.storage.text.TextQuery.Clause;

/// How often a phrase occurs in a text in which all its terms do.
///
/// A sloppy phrase is matched as Lucene's `SloppyPhraseMatcher` does: every term goes through its positions, less
/// its offset in the phrase; whenever the least of them can go no further without passing the next, the span from
/// it to the greatest is a match if it is within the slop, and counts 1 / (1 + span). A term that occurs twice in a
/// sloppy phrase may match one word twice; Lucene does not let it.
final class Phrases {
    private final Clause clause;
    private final Occurrences text;
    private final int[] at;
    private final int[] positions;
    private int end = Integer.MIN_VALUE;

    Phrases(Clause clause, Occurrences text) {
        this.clause = clause;
        this.text = text;
        this.at = new int[clause.terms().length];
        this.positions = new int[at.length];
    }

    static int exact(Clause clause, Occurrences text) {
        int[] terms = clause.terms();
        int found = 0;
        int[] next = new int[terms.length];
        for (int i = 0; i < text.frequency(terms[0]); i++) {
            int start = text.position(terms[0], i);
            boolean whole = true;
            for (int t = 1; t < terms.length && whole; t++) {
                int wanted = start + clause.offsets()[t];
                int count = text.frequency(terms[t]);
                while (next[t] < count && text.position(terms[t], next[t]) < wanted) {
                    next[t]++;
                }
                whole = next[t] < count && text.position(terms[t], next[t]) == wanted;
            }
            found += whole ? 1 : 0;
        }
        return found;
    }

    float sloppy() {
        for (int t = 0; t < at.length; t++) {
            advance(t);
        }
        float frequency = 0;
        int first = least(-1);
        int span = end - positions[first];
        int next = positions[least(first)];
        while (advance(first)) {
            if (positions[first] > next) {
                frequency += weight(span);
                first = least(-1);
                next = positions[least(first)];
                span = end - positions[first];
            } else {
                span = Math.min(span, end - positions[first]);
            }
        }
        return frequency + weight(span);
    }

    private float weight(int span) {
        return span <= clause.slop() ? 1f / (1f + span) : 0;
    }

    /// Moves a term to its next position; false when there is none.
    private boolean advance(int t) {
        int term = clause.terms()[t];
        if (at[t] == text.frequency(term)) {
            return false;
        }
        positions[t] = text.position(term, at[t]++) - clause.offsets()[t];
        end = Math.max(end, positions[t]);
        return true;
    }

    /// The term at the least position, other than `but`; of several the first in the phrase.
    private int least(int but) {
        int least = -1;
        for (int t = 0; t < positions.length; t++) {
            if (t != but && (least < 0 || positions[t] < positions[least])) {
                least = t;
            }
        }
        return least;
    }
}
