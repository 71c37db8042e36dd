package io.elanus.storage.segment;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// From the hash of a key to the rows that have it, newest first.
///
/// An open-addressed table has one slot for each distinct key: 32 bits of its hash above the ordinal of its newest
/// row plus 1 (0: free). Older rows of the key hang behind it, each row pointing at the one before. The keys stay
/// in their column, so a slot costs 8 bytes; the caller compares the key of a candidate row.
///
/// Thread rule: one writer, any number of readers. A slot is published after its row and chain, and a table that
/// outgrew its size is replaced as a whole.
final class KeyMap {
    private static final int INITIAL = 64;
    private static final int BLOCK_SHIFT = 12;
    private static final int BLOCK = 1 << BLOCK_SHIFT;
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle OLDER = MethodHandles.arrayElementVarHandle(int[].class);

    private volatile long[] table = new long[INITIAL];
    private volatile int[] @Nullable [] older = new int[0][];
    private int used;
    private int blocks;

    /// Does this row have the key looked for?
    interface Candidate {
        boolean matches(int row);
    }

    interface RowConsumer {
        void accept(int row);
    }

    /// Adds a row, above every row so far, and calls back for the older rows of its key.
    void add(long hash, int row, Candidate candidate, RowConsumer olderRow) {
        long[] slots = roomyTable();
        int tag = tag(hash);
        int at = tag & (slots.length - 1);
        for (; slots[at] != 0; at = (at + 1) & (slots.length - 1)) {
            if (tagOf(slots[at]) == tag && candidate.matches(rowOf(slots[at]))) {
                link(row, rowOf(slots[at]));
                for (int r = rowOf(slots[at]); r >= 0; r = olderThan(r)) {
                    olderRow.accept(r);
                }
                SLOT.setRelease(slots, at, slot(tag, row));
                return;
            }
        }
        used++;
        SLOT.setRelease(slots, at, slot(tag, row));
    }

    /// Calls back for each row of the key below `limit`, newest first. The candidate is only asked about such rows.
    void find(long hash, int limit, Candidate candidate, RowConsumer found) {
        long[] slots = table;
        int tag = tag(hash);
        int at = tag & (slots.length - 1);
        for (long slot; (slot = (long) SLOT.getAcquire(slots, at)) != 0; at = (at + 1) & (slots.length - 1)) {
            if (tagOf(slot) == tag) {
                int row = rowOf(slot);
                while (row >= limit) {
                    row = olderThan(row);
                }
                if (row >= 0 && candidate.matches(row)) {
                    for (int r = row; r >= 0; r = olderThan(r)) {
                        found.accept(r);
                    }
                    return;
                }
            }
        }
    }

    long memoryBytes() {
        return (long) table.length * Long.BYTES + (long) blocks * BLOCK * Integer.BYTES;
    }

    private int olderThan(int row) {
        int[] @Nullable [] now = older;
        int block = row >>> BLOCK_SHIFT;
        int[] rows = block < now.length ? now[block] : null;
        return rows == null ? -1 : (int) OLDER.getAcquire(rows, row & (BLOCK - 1)) - 1;
    }

    private void link(int row, int olderRow) {
        int block = row >>> BLOCK_SHIFT;
        int[] @Nullable [] now = older;
        if (block >= now.length) {
            now = Arrays.copyOf(now, Math.max(block + 1, 2 * now.length));
        }
        int[] rows = now[block];
        if (rows == null) {
            rows = new int[BLOCK];
            now[block] = rows;
            blocks++;
        }
        OLDER.setRelease(rows, row & (BLOCK - 1), olderRow + 1);
        older = now;
    }

    private long[] roomyTable() {
        long[] now = table;
        if (2 * used < now.length) {
            return now;
        }
        long[] bigger = new long[2 * now.length];
        for (long slot : now) {
            if (slot != 0) {
                int at = tagOf(slot) & (bigger.length - 1);
                while (bigger[at] != 0) {
                    at = (at + 1) & (bigger.length - 1);
                }
                bigger[at] = slot;
            }
        }
        table = bigger;
        return bigger;
    }

    private static int tag(long hash) {
        return (int) hash;
    }

    private static long slot(int tag, int row) {
        return (long) tag << 32 | (row + 1);
    }

    private static int tagOf(long slot) {
        return (int) (slot >>> 32);
    }

    private static int rowOf(long slot) {
        return (int) slot - 1;
    }
}
