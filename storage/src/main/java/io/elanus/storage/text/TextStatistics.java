package io.elanus.storage.text;

import java.util.ArrayList;
import java.util.List;

/// What BM25 needs to know of all texts.
///
/// @param documents texts with at least one term
/// @param tokens terms of all of them, repetitions counted
/// @param frequencies texts that have each of [TextQuery#terms]
public record TextStatistics(long documents, long tokens, List<Long> frequencies) {
    public TextStatistics {
        frequencies = List.copyOf(frequencies);
    }

    /// Of one segment.
    public static TextStatistics of(TextQuery query, TextPostings postings) {
        return new TextStatistics(
                postings.documents(),
                postings.tokens(),
                query.terms().stream()
                        .map(term -> (long) postings.find(term).count())
                        .toList());
    }

    /// Of the texts of both; both are of one query.
    public TextStatistics plus(TextStatistics other) {
        var sums = new ArrayList<Long>();
        for (int i = 0; i < frequencies.size(); i++) {
            sums.add(frequencies.get(i) + other.frequencies().get(i));
        }
        return new TextStatistics(documents + other.documents(), tokens + other.tokens(), sums);
    }
}
