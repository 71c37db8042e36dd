package io.elanus.storage.text;

import java.util.ArrayList;
import java.util.List;

/// What a text search asks for. Immutable.
///
/// As Lucene's boolean query: a text matches when every MUST clause is there, no NOT clause is, and, where there is
/// no MUST clause, at least one SHOULD clause is. The clauses that are there add up to the score, NOT ones aside.
///
/// @param terms every term of a clause once, in the order of first use
public record TextQuery(List<Clause> clauses, List<String> terms) {
    public TextQuery {
        clauses = List.copyOf(clauses);
        terms = List.copyOf(terms);
    }

    /// How a query's text is read.
    public enum Mode {
        /// Words are SHOULD; `+word` is MUST, `-word` is NOT, `"some words"` is a phrase, `"some words"~2` one that
        /// may be two moves out of order.
        QUERY,
        /// Every word is MUST; nothing else has a meaning.
        ALL,
        /// All words are one phrase.
        PHRASE
    }

    public enum Occur {
        MUST,
        SHOULD,
        NOT
    }

    /// One term, or several at set distances: `offsets[i]` after the first.
    ///
    /// @param slop moves by which a phrase may be out of order; 0 for a term
    @SuppressWarnings("ArrayRecordComponent")
    public record Clause(Occur occur, int[] terms, int[] offsets, int slop) {
        public boolean phrase() {
            return terms.length > 1;
        }
    }

    public static TextQuery parse(String text, TextAnalyzer analyzer, Mode mode) {
        return new TextQueryParser(analyzer).parse(text, mode);
    }

    public boolean matches(Occurrences text) {
        boolean must = false;
        boolean found = false;
        for (Clause clause : clauses) {
            boolean there = frequency(clause, text) > 0;
            switch (clause.occur()) {
                case MUST -> {
                    if (!there) {
                        return false;
                    }
                    must = true;
                }
                case NOT -> {
                    if (there) {
                        return false;
                    }
                }
                case SHOULD -> found |= there;
            }
        }
        return must || found;
    }

    /// How often the clause is there; sloppy phrases count less the farther apart they are.
    static float frequency(Clause clause, Occurrences text) {
        if (!clause.phrase()) {
            return text.frequency(clause.terms()[0]);
        }
        for (int term : clause.terms()) {
            if (text.frequency(term) == 0) {
                return 0;
            }
        }
        return clause.slop() == 0 ? Phrases.exact(clause, text) : new Phrases(clause, text).sloppy();
    }

    /// Numbers of the terms that speak for a text.
    List<Integer> wanted() {
        var wanted = new ArrayList<Integer>();
        for (Clause clause : clauses) {
            if (clause.occur() != Occur.NOT) {
                for (int term : clause.terms()) {
                    wanted.add(term);
                }
            }
        }
        return wanted;
    }
}
