package io.elanus.storage.index.inverted;

import io.elanus.storage.index.RowFilter;
import java.util.Arrays;

/// Finds the rows whose sum over some inverted lists may be among the best, without summing up all of them; the
/// package tells how. It knows rows and bounds; what a posting adds is the lists' matter. One thread at a time;
/// allocates nothing once warm.
final class BlockMaxWalk {
    /// Rows that are summed up together: 64 buckets, one a bit of a word.
    private static final int WINDOW = 4_096;
    /// Rows of a bucket, as a shift: one word of a bitmap.
    private static final int BUCKET = 6;
    /// Share of all bounds together by which sums in another order may differ.
    private static final double SLACK = 1e-9;
    /// No list must be in a row.
    static final int NO_LEAD = -1;

    /// Lists by number; their blocks by a number that is of one list only.
    interface Lists {
        int blockStart(int list);

        int blockEnd(int list);

        int firstRow(int block);

        int lastRow(int block);

        /// No posting of the block adds more; 0 when all lower a row.
        double bound(int list, int block);

        /// Adds to `sums[row - from]` at least what each posting of the block with a row from `from` to before `to`
        /// adds, and sets the row's bit in `touched`.
        void add(int list, int block, int from, int to, double[] sums, long[] touched);

        /// At least what the list adds to the row, whose posting, if any, is in this block; 0 when there is none.
        double part(int list, int block, int row);

        /// A row that may be among the best.
        void compare(int row);

        /// Rows must sum up to more than this, which never falls.
        double floor();
    }

    private final double[] sums = new double[WINDOW];
    private final long[] touched = new long[WINDOW >>> BUCKET];
    private final double[] reach = new double[WINDOW >>> BUCKET];

    /// By list: the first block that ends in the window or after it, the block of the last row looked up, the
    /// bound.
    private int[] blocks = new int[0];

    private int[] looked = new int[0];
    private double[] bounds = new double[0];
    /// Of the lists in the window by rising bound: bound and number; sum of the bounds up to each.
    private long[] order = new long[0];
    private double[] rests = new double[0];
    private int present;
    private double slack;
    private double floor;

    /// @param lead a list that a row must be in, or [#NO_LEAD]
    void search(Lists lists, int count, int lead, RowFilter filter) {
        if (blocks.length < count) {
            blocks = new int[count];
            looked = new int[count];
            bounds = new double[count];
            order = new long[count];
            rests = new double[count + 1];
        }
        for (int list = 0; list < count; list++) {
            blocks[list] = lists.blockStart(list);
            looked[list] = blocks[list];
        }
        for (int from = 0; from < filter.rows(); from += WINDOW) {
            int to = Math.min(filter.rows(), from + WINDOW);
            long live = passing(filter, from, to);
            if (live != 0) {
                searchWindow(lists, count, lead, filter, from, to, live);
            }
        }
    }

    /// The buckets in which a row passes.
    private static long passing(RowFilter filter, int from, int to) {
        long[] words = filter.words();
        long live = 0;
        for (int at = from >>> BUCKET; at < (to + 63) >>> BUCKET; at++) {
            live |= words[at] == 0 ? 0 : 1L << at;
        }
        return live;
    }

    private void searchWindow(Lists lists, int count, int lead, RowFilter filter, int from, int to, long passing) {
        Arrays.fill(reach, 0);
        present = 0;
        double all = 0;
        for (int list = 0; list < count; list++) {
            double bound = spread(lists, list, from, to);
            bounds[list] = bound;
            if (bound > 0) {
                all += bound;
                // A list that must be there is the last, whatever its bound.
                float rank = list == lead ? Float.POSITIVE_INFINITY : (float) bound;
                order[present++] = (long) Float.floatToRawIntBits(rank) << 32 | list;
            }
        }
        floor = lists.floor();
        slack = all * SLACK;
        long live = live(passing);
        if (live == 0 || (lead >= 0 && bounds[lead] == 0)) {
            return;
        }
        Arrays.sort(order, 0, present);
        int essential = lead >= 0 ? present - 1 : 0;
        for (int i = 0; i < present; i++) {
            rests[i + 1] = rests[i] + bounds[(int) order[i]];
            if (i == essential && lead < 0 && !enters(rests[i + 1])) {
                essential++;
            }
        }
        for (int i = essential; i < present; i++) {
            add(lists, (int) order[i], from, to, live);
        }
        compare(lists, essential, filter, from, live);
    }

    private boolean enters(double sum) {
        return sum + slack > floor;
    }

    /// Moves the list to its first block that ends in the window or after it, and adds the bounds of its blocks to
    /// the buckets that they cover. Returns the greatest.
    private double spread(Lists lists, int list, int from, int to) {
        int block = blocks[list];
        int end = lists.blockEnd(list);
        while (block < end && lists.lastRow(block) < from) {
            block++;
        }
        blocks[list] = block;
        double greatest = 0;
        double before = 0;
        int lastBefore = -1;
        for (; block < end && lists.firstRow(block) < to; block++) {
            double bound = lists.bound(list, block);
            int first = Math.max(lists.firstRow(block) - from, 0) >>> BUCKET;
            int last = (Math.min(lists.lastRow(block), to - 1) - from) >> BUCKET;
            if (first == lastBefore) { // the bucket has rows of both blocks
                reach[first] += Math.max(0, bound - before);
                before = last == first ? Math.max(before, bound) : bound;
                first++;
            } else {
                before = bound;
            }
            for (int bucket = first; bucket <= last; bucket++) {
                reach[bucket] += bound;
            }
            lastBefore = last;
            greatest = Math.max(greatest, bound);
        }
        return greatest;
    }

    /// The buckets of these in which a row may come among the best.
    private long live(long buckets) {
        long live = 0;
        for (long left = buckets; left != 0; left &= left - 1) {
            int bucket = Long.numberOfTrailingZeros(left);
            live |= enters(reach[bucket]) ? 1L << bucket : 0;
        }
        return live;
    }

    private void add(Lists lists, int list, int from, int to, long live) {
        int end = lists.blockEnd(list);
        for (int block = blocks[list]; block < end && lists.firstRow(block) < to; block++) {
            int first = Math.max(lists.firstRow(block) - from, 0) >>> BUCKET;
            int last = (Math.min(lists.lastRow(block), to - 1) - from) >> BUCKET;
            if (last >= first && (live & -1L << first & -1L >>> (63 - last)) != 0) {
                lists.add(list, block, from, to, sums, touched);
            }
        }
    }

    /// Compares the rows of the live buckets whose sums reach the floor, and clears the sums.
    private void compare(Lists lists, int essential, RowFilter filter, int from, long live) {
        long[] passing = filter.words();
        for (int w = 0; w < touched.length; w++) {
            long pass = touched[w] == 0 || (live & 1L << w) == 0 ? 0 : passing[(from >>> BUCKET) + w];
            for (long word = touched[w]; word != 0; word &= word - 1) {
                int at = (w << BUCKET) + Long.numberOfTrailingZeros(word);
                double sum = sums[at];
                sums[at] = 0;
                if ((pass & 1L << at) != 0
                        && enters(sum + rests[essential])
                        && enters(lists, essential, from + at, sum)) {
                    lists.compare(from + at);
                    floor = lists.floor();
                }
            }
            touched[w] = 0;
        }
    }

    /// The same once the lists that were not summed up are asked, until they cannot lift the row enough.
    private boolean enters(Lists lists, int essential, int row, double summed) {
        double sum = summed;
        for (int i = essential - 1; i >= 0; i--) {
            int list = (int) order[i];
            sum += part(lists, list, row);
            if (!enters(sum + rests[i])) {
                return false;
            }
        }
        return true;
    }

    private double part(Lists lists, int list, int row) {
        int end = lists.blockEnd(list);
        int block = Math.max(looked[list], blocks[list]);
        while (block < end && lists.lastRow(block) < row) {
            block++;
        }
        looked[list] = block;
        return block < end && lists.firstRow(block) <= row ? lists.part(list, block, row) : 0;
    }
}
