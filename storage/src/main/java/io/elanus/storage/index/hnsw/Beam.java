package io.elanus.storage.index.hnsw;

import io.elanus.storage.index.Ranked;

/// The ef nearest nodes met by a walk, in order, each marked once it was expanded: the paper's result list and its
/// candidate queue in one. A candidate beyond the ef nearest would end the paper's loop, so it need not be kept.
///
/// An entry is a [Ranked] whose low half is twice the node, plus one when expanded. Inserting moves the tail of a
/// primitive array; for the widths in use that is cheaper than the two heaps it replaces.
final class Beam {
    private long[] entries = new long[64];
    private int size;
    private int width;
    /// No entry before this one is unexpanded.
    private int cursor;
    /// Rank of the last entry of a full beam; what is not below it need not be offered.
    private float limit;

    void reset(int ef) {
        if (entries.length < ef) {
            entries = new long[ef];
        }
        width = ef;
        size = 0;
        cursor = 0;
        limit = Float.POSITIVE_INFINITY;
    }

    int size() {
        return size;
    }

    int node(int i) {
        return Ranked.row(entries[i]) >>> 1;
    }

    float rank(int i) {
        return Ranked.rank(entries[i]);
    }

    /// Only ranks below this one are taken.
    float limit() {
        return limit;
    }

    void offer(float rank, int node) {
        if (size == width && !(rank < limit)) {
            return;
        }
        long entry = Ranked.of(rank, node << 1);
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (entries[middle] < entry) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        int moved = Math.min(size, width - 1) - low;
        System.arraycopy(entries, low, entries, low + 1, moved);
        entries[low] = entry;
        size = Math.min(size + 1, width);
        cursor = Math.min(cursor, low);
        if (size == width) {
            limit = Ranked.rank(entries[width - 1]);
        }
    }

    /// The nearest node not expanded yet; -1 when there is none.
    int peekNearest() {
        skipExpanded();
        return cursor == size ? -1 : node(cursor);
    }

    /// The nearest node not expanded yet, marked as expanded from now on; -1 when there is none.
    int takeNearest() {
        skipExpanded();
        if (cursor == size) {
            return -1;
        }
        entries[cursor] |= 1;
        return node(cursor);
    }

    private void skipExpanded() {
        while (cursor < size && (entries[cursor] & 1) != 0) {
            cursor++;
        }
    }
}
