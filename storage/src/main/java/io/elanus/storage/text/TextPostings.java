package io.elanus.storage.text;

/// The inverted lists of the texts of one segment. Any thread.
public interface TextPostings {
    /// Texts with at least one term.
    long documents();

    /// Terms of all of them, repetitions counted.
    long tokens();

    /// The texts that have a term; an empty list for one that none has.
    PostingList find(String term);

    /// Length of a row's text as [Bm25#norm] makes it; of rows in a list only.
    byte norm(int row);
}
