package io.elanus.storage.text;

import io.elanus.storage.index.RowFilter;
import java.util.List;

/// Goes through the rows of a segment that match a query, in row order: all the query's lists side by side. One
/// thread at a time.
public final class TextRows implements Occurrences {
    private final TextQuery query;
    private final TextPostings postings;
    private final PostingList[] lists;
    private final int[] at;
    private int row = -1;

    public TextRows(TextQuery query, TextPostings postings) {
        this.query = query;
        this.postings = postings;
        List<String> terms = query.terms();
        this.lists = terms.stream().map(postings::find).toArray(PostingList[]::new);
        this.at = new int[lists.length];
    }

    /// The next row below `end` that passes and matches, or -1.
    public int next(RowFilter filter) {
        while (true) {
            int least = Integer.MAX_VALUE;
            for (int term = 0; term < lists.length; term++) {
                while (at[term] < lists[term].count() && lists[term].row(at[term]) <= row) {
                    at[term]++;
                }
                if (at[term] < lists[term].count()) {
                    least = Math.min(least, lists[term].row(at[term]));
                }
            }
            if (least >= filter.rows()) {
                return -1;
            }
            row = least;
            if (filter.passes(row) && query.matches(this)) {
                return row;
            }
        }
    }

    /// Of the row that [#next] returned.
    public float score(Bm25 bm25) {
        return bm25.score(this, postings.norm(row));
    }

    @Override
    public int frequency(int term) {
        return at[term] < lists[term].count() && lists[term].row(at[term]) == row ? lists[term].frequency(at[term]) : 0;
    }

    @Override
    public int position(int term, int i) {
        return lists[term].position(at[term], i);
    }
}
