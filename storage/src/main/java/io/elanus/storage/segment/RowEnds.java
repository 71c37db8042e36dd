package io.elanus.storage.segment;

import io.elanus.storage.type.HybridTime;
import io.elanus.storage.visibility.Visibility;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The ends of a segment's rows. Most rows live, so ends are kept in blocks of [#BLOCK] rows that exist once one of
/// their rows ended.
///
/// Thread rule: one writer, any number of readers. A reader at t may or may not see an end that is being set; it is
/// above t then, so the answer is the same.
final class RowEnds {
    static final int BLOCK = 512;
    private static final int SHIFT = 9;
    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);

    private volatile long[] @Nullable [] blocks = new long[0][];
    private volatile long least = HybridTime.MAX;
    private volatile int ended;
    private int endedByWriter;
    private int allocated;

    /// Tells of a later write of the row's key; returns true if the row lived until then.
    boolean end(int row, long rowTs, long laterTs) {
        long before = at(row);
        long end = Visibility.end(rowTs, before, laterTs);
        if (end == before) {
            return false;
        }
        ELEMENT.setRelease(blockFor(row), row & (BLOCK - 1), end);
        if (end < least) {
            least = end;
        }
        if (before == HybridTime.MAX) {
            endedByWriter++;
            ended = endedByWriter;
            return true;
        }
        return false;
    }

    long at(int row) {
        long[] @Nullable [] now = blocks;
        int block = row >>> SHIFT;
        long[] ends = block < now.length ? now[block] : null;
        return ends == null ? HybridTime.MAX : (long) ELEMENT.getOpaque(ends, row & (BLOCK - 1));
    }

    /// The least end of any row.
    long least() {
        return least;
    }

    /// How many rows have an end.
    int ended() {
        return ended;
    }

    /// Clears the bits of the first `rows` rows that ended at or before `readTs`.
    void hide(long[] words, int rows, long readTs) {
        long[] @Nullable [] now = blocks;
        for (int block = 0; block < now.length && block << SHIFT < rows; block++) {
            long[] ends = now[block];
            if (ends != null) {
                hide(words, block << SHIFT, Math.min(BLOCK, rows - (block << SHIFT)), ends, readTs);
            }
        }
    }

    long memoryBytes() {
        return (long) allocated * BLOCK * Long.BYTES;
    }

    private static void hide(long[] words, int first, int count, long[] ends, long readTs) {
        for (int i = 0; i < count; i++) {
            long end = (long) ELEMENT.getOpaque(ends, i);
            if (!Visibility.visible(HybridTime.MIN, end, readTs)) {
                words[(first + i) >>> 6] &= ~(1L << (first + i));
            }
        }
    }

    private long[] blockFor(int row) {
        int block = row >>> SHIFT;
        long[] @Nullable [] now = blocks;
        if (block >= now.length) {
            now = Arrays.copyOf(now, Math.max(block + 1, 2 * now.length));
        }
        long[] ends = now[block];
        if (ends == null) {
            ends = new long[BLOCK];
            Arrays.fill(ends, HybridTime.MAX);
            now[block] = ends;
            allocated++;
        }
        blocks = now;
        return ends;
    }
}
