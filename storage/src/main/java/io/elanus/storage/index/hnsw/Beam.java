package io.elanus.storage.index.hnsw;

import io.elanus.storage.index.Ranked;
import io.elanus.storage.kernel.SortedLongs;

/// The ef nearest nodes met by a walk, in order, each marked once it was expanded: the paper's result list and its
/// candidate queue in one. A candidate beyond the ef nearest would end the paper's loop, so it need not be kept.
///
/// An entry is a [Ranked] whose low half is twice the node, plus one when expanded. Inserting moves the tail of a
/// primitive array ([SortedLongs]); for the widths in use that is cheaper than the two heaps it replaces.
public final class Beam {
    private static final int FIRST = SortedLongs.FIRST;

    private long[] entries = SortedLongs.allocate(64);
    private int size;
    private int width;
    /// No entry before this one is unexpanded.
    private int cursor;
    /// Rank of the last entry of a full beam; what is not below it need not be offered.
    private float limit;

    public void reset(int ef) {
        if (entries.length < FIRST + ef) {
            entries = SortedLongs.allocate(ef);
        }
        width = ef;
        size = 0;
        cursor = FIRST;
        limit = Float.POSITIVE_INFINITY;
    }

    public int size() {
        return size;
    }

    public int node(int i) {
        return Ranked.row(entries[FIRST + i]) >>> 1;
    }

    public float rank(int i) {
        return Ranked.rank(entries[FIRST + i]);
    }

    /// Only ranks below this one are taken.
    public float limit() {
        return limit;
    }

    public void offer(float rank, int node) {
        if (size == width && !(rank < limit)) {
            return;
        }
        int end = FIRST + Math.min(size, width - 1);
        int place = SortedLongs.insert(entries, end, Ranked.of(rank, node << 1));
        size = Math.min(size + 1, width);
        cursor = Math.min(cursor, place);
        if (size == width) {
            limit = Ranked.rank(entries[FIRST + width - 1]);
        }
    }

    /// The nearest node not expanded yet; -1 when there is none.
    public int peekNearest() {
        skipExpanded();
        return cursor == FIRST + size ? -1 : node(cursor - FIRST);
    }

    /// The nearest node not expanded yet, marked as expanded from now on; -1 when there is none.
    public int takeNearest() {
        skipExpanded();
        if (cursor == FIRST + size) {
            return -1;
        }
        entries[cursor] |= 1;
        return node(cursor - FIRST);
    }

    private void skipExpanded() {
        while (cursor < FIRST + size && (entries[cursor] & 1) != 0) {
            cursor++;
        }
    }
}
