package io.elanus.storage.text;

/// Where the terms of a query occur in one text; terms by their number in [TextQuery#terms].
public interface Occurrences {
    int frequency(int term);

    /// Position of the i-th occurrence; they rise.
    int position(int term, int i);
}
