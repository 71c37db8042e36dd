package io.elanus.storage.text;

import io.elanus.storage.index.RowFilter;
import io.elanus.storage.text.TextQuery.Clause;
import io.elanus.storage.text.TextQuery.Occur;
import java.util.Arrays;
import java.util.List;

/// Goes through the rows of a segment that match a query, in row order. Only the lists that *lead* are gone
/// through, the others are asked about the rows found there: with a MUST clause its rarest term leads; else all
/// terms of SHOULD clauses do, until [#needs] says that rows must score more than some clauses can give together:
/// rows that have only these are never looked at (MaxScore: Turtle and Flood, "Query evaluation: strategies and
/// optimizations", 1995). One thread at a time.
public final class TextRows implements Occurrences {
    private final TextQuery query;
    private final TextPostings postings;
    private final PostingList[] lists;
    private final int[] at;
    /// Numbers of the terms that lead.
    private int[] leading;
    private int row = -1;

    public TextRows(TextQuery query, TextPostings postings) {
        this.query = query;
        this.postings = postings;
        List<String> terms = query.terms();
        this.lists = terms.stream().map(postings::find).toArray(PostingList[]::new);
        this.at = new int[lists.length];
        this.leading = leaders();
    }

    private int[] leaders() {
        int rarest = -1;
        for (Clause clause : query.clauses()) {
            if (clause.occur() == Occur.MUST) {
                for (int term : clause.terms()) {
                    rarest = rarest < 0 || lists[term].count() < lists[rarest].count() ? term : rarest;
                }
            }
        }
        return rarest >= 0 ? new int[] {rarest} : leaders(query.clauses());
    }

    /// The rarest term of each of the clauses that speak for a row: without it the clause is not there.
    private int[] leaders(List<Clause> clauses) {
        return clauses.stream()
                .filter(clause -> clause.occur() == Occur.SHOULD)
                .mapToInt(clause -> Arrays.stream(clause.terms())
                        .boxed()
                        .min((a, b) -> Integer.compare(lists[a].count(), lists[b].count()))
                        .orElseThrow())
                .distinct()
                .toArray();
    }

    /// From now on rows of a lower score need not be found.
    void needs(float score, Bm25 bm25) {
        if (query.clauses().stream().noneMatch(clause -> clause.occur() == Occur.MUST)) {
            leading = leaders(bm25.essential(score));
        }
    }

    /// The next row that passes and matches, or -1.
    public int next(RowFilter filter) {
        while (true) {
            int least = Integer.MAX_VALUE;
            for (int term : leading) {
                seek(term, row + 1);
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

    /// Moves to the first posting of this row or a later one, in steps that double.
    private void seek(int term, int wanted) {
        PostingList list = lists[term];
        int count = list.count();
        int low = at[term];
        if (low == count || list.row(low) >= wanted) {
            return;
        }
        int step = 1;
        while (low + step < count && list.row(low + step) < wanted) {
            low += step;
            step *= 2;
        }
        int high = Math.min(count, low + step);
        // The row of `low` is before the wanted one, that of `high` is not.
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (list.row(middle) < wanted) {
                low = middle;
            } else {
                high = middle;
            }
        }
        at[term] = high;
    }

    /// Of the row that [#next] returned.
    public float score(Bm25 bm25) {
        return bm25.score(this, postings.norm(row));
    }

    @Override
    public int frequency(int term) {
        seek(term, row);
        return at[term] < lists[term].count() && lists[term].row(at[term]) == row ? lists[term].frequency(at[term]) : 0;
    }

    @Override
    public int position(int term, int i) {
        return lists[term].position(at[term], i);
    }
}
