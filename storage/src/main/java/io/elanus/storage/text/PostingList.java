package io.elanus.storage.text;

/// The rows whose texts have a term, rising.
public interface PostingList {
    int count();

    int row(int i);

    /// How often the i-th row's text has the term.
    int frequency(int i);

    /// Position of its j-th occurrence there; they rise.
    int position(int i, int j);
}
