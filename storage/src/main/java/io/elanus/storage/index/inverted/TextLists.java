package io.elanus.storage.index.inverted;

import io.elanus.storage.index.NearestRows;
import io.elanus.storage.index.inverted.FulltextFile.Stored;
import io.elanus.storage.text.Bm25;
import io.elanus.storage.text.TextQuery;
import io.elanus.storage.text.TextQuery.Clause;
import io.elanus.storage.text.TextQuery.Occur;
import java.util.List;

/// The lists of a query of single words, one for each clause, for one walk. A list of a word that must not be there
/// looks empty to the walk. One thread.
final class TextLists implements BlockMaxWalk.Lists {
    private final FulltextFile file;
    private final TextBlocks blocks;
    private final Bm25 bm25;
    private final float widening;
    private final NearestRows nearest;
    private final Stored[] lists;
    private final Occur[] occurs;
    private final int[] blockStarts;
    private final int[] blockEnds;
    /// The posting that the last window ended at.
    private final int[] next;
    /// The first posting not before the last row that was looked up, and the block of the last that was compared.
    private final int[] found;

    private final int[] looked;
    private int lead = BlockMaxWalk.NO_LEAD;
    private long scored;

    TextLists(FulltextFile file, TextBlocks blocks, TextQuery query, Bm25 bm25, NearestRows nearest) {
        this.file = file;
        this.blocks = blocks;
        this.bm25 = bm25;
        this.widening = bm25.widening(file.tokens(), file.documents());
        this.nearest = nearest;
        List<Clause> clauses = query.clauses();
        int count = clauses.size();
        this.lists = new Stored[count];
        this.occurs = new Occur[count];
        this.blockStarts = new int[count];
        this.blockEnds = new int[count];
        this.next = new int[count];
        this.found = new int[count];
        this.looked = new int[count];
        for (int i = 0; i < count; i++) {
            Clause clause = clauses.get(i);
            occurs[i] = clause.occur();
            int term = file.number(query.terms().get(clause.terms()[0]));
            lists[i] = term < 0 ? file.none() : file.list(term);
            if (term >= 0) {
                blocks.check(term, lists[i].count());
                blockStarts[i] = blocks.start(term);
                blockEnds[i] = blocks.start(term + 1);
                looked[i] = blockStarts[i];
            }
            if (occurs[i] == Occur.MUST && (lead < 0 || lists[i].count() < lists[lead].count())) {
                lead = i;
            }
        }
    }

    int count() {
        return lists.length;
    }

    /// The list of the rarest word that must be there, if one must.
    int lead() {
        return lead;
    }

    /// Rows compared so far.
    long scored() {
        return scored;
    }

    @Override
    public int blockStart(int list) {
        return blockStarts[list];
    }

    @Override
    public int blockEnd(int list) {
        return occurs[list] == Occur.NOT ? blockStarts[list] : blockEnds[list];
    }

    @Override
    public int firstRow(int block) {
        return blocks.firstRow(block);
    }

    @Override
    public int lastRow(int block) {
        return blocks.lastRow(block);
    }

    @Override
    public double bound(int list, int block) {
        return bm25.bound(list, blocks.impact(block), widening);
    }

    @Override
    public void add(int list, int block, int from, int to, double[] sums, long[] touched) {
        Stored postings = lists[list];
        int start = (block - blockStarts[list]) * TextBlocks.BLOCK;
        int end = Math.min(postings.count(), start + TextBlocks.BLOCK);
        int posting = Math.max(next[list], start);
        while (posting < end && postings.uncheckedRow(posting) < from) {
            posting++;
        }
        int before = posting == 0 ? 0 : postings.uncheckedEnd(posting - 1);
        for (; posting < end; posting++) {
            int row = postings.uncheckedRow(posting);
            if (row >= to) {
                break;
            }
            int after = postings.uncheckedEnd(posting);
            int frequency = after - before;
            before = after;
            int at = row - from;
            if (at < 0) {
                throw file.damaged("the rows of a term do not rise at row [%d]".formatted(row));
            }
            sums[at] += bm25.part(list, frequency, file.uncheckedNorm(row));
            touched[at >>> 6] |= 1L << at;
        }
        next[list] = posting;
    }

    @Override
    public double part(int list, int block, int row) {
        int frequency = frequency(list, block, row);
        return frequency > 0 ? bm25.part(list, frequency, file.norm(row)) : 0;
    }

    /// In steps that double from where the last row was looked up, then by halves: rows are asked for in order.
    private int frequency(int list, int block, int row) {
        Stored postings = lists[list];
        int start = (block - blockStarts[list]) * TextBlocks.BLOCK;
        int end = Math.min(postings.count(), start + TextBlocks.BLOCK);
        int low = Math.max(start, found[list]);
        int step = 1;
        while (low + step < end && postings.uncheckedRow(low + step) < row) {
            low += step;
            step *= 2;
        }
        int high = Math.min(end, low + step + 1);
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (postings.uncheckedRow(middle) < row) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        found[list] = low;
        return low < end && postings.uncheckedRow(low) == row ? postings.frequency(low) : 0;
    }

    private int frequency(int list, int row) {
        int block = looked[list];
        while (block < blockEnds[list] && blocks.lastRow(block) < row) {
            block++;
        }
        looked[list] = block;
        return block < blockEnds[list] && blocks.firstRow(block) <= row ? frequency(list, block, row) : 0;
    }

    /// Scores the row as a search without blocks does: clause by clause.
    @Override
    public void compare(int row) {
        byte norm = file.norm(row);
        double sum = 0;
        for (int i = 0; i < lists.length; i++) {
            int frequency = frequency(i, row);
            if (frequency > 0 ? occurs[i] == Occur.NOT : occurs[i] == Occur.MUST) {
                return;
            }
            sum += frequency > 0 ? bm25.part(i, frequency, norm) : 0;
        }
        scored++;
        nearest.offer((float) -sum, row);
    }

    @Override
    public double floor() {
        return nearest.full() ? -nearest.limit() : 0;
    }
}
