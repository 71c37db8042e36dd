package io.elanus.storage.index;

import java.util.Arrays;

/// Any number of [Ranked] entries, the least first: a binary heap on a primitive array that grows and is reused.
/// One thread at a time.
public final class RankedHeap {
    /// A larger array is not kept for the next use.
    private static final int KEPT = 1 << 14;

    private long[] heap = new long[64];
    private int size;

    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /// Forgets everything, and gives back what only a long search needs.
    public void clear() {
        size = 0;
        if (heap.length > KEPT) {
            heap = new long[64];
        }
    }

    public void add(long entry) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, 2 * size);
        }
        int at = size++;
        while (at > 0) {
            int parent = (at - 1) >>> 1;
            if (heap[parent] <= entry) {
                break;
            }
            heap[at] = heap[parent];
            at = parent;
        }
        heap[at] = entry;
    }

    /// Adds the first `count` entries of an array in any order; a heap that is empty takes the array over.
    void addAll(long[] entries, int count) {
        if (size == 0) {
            heap = entries.length == 0 ? heap : entries;
            size = count;
            for (int at = (count >>> 1) - 1; at >= 0; at--) {
                siftDown(heap[at], at);
            }
            return;
        }
        for (int i = 0; i < count; i++) {
            add(entries[i]);
        }
    }

    /// The least; there must be one.
    public long peek() {
        return heap[0];
    }

    /// Takes the least out; there must be one.
    public long poll() {
        long least = heap[0];
        size--;
        if (size > 0) {
            siftDown(heap[size], 0);
        }
        return least;
    }

    public long heldBytes() {
        return (long) heap.length * Long.BYTES;
    }

    private void siftDown(long entry, int from) {
        int at = from;
        int child = 2 * at + 1;
        while (child < size) {
            if (child + 1 < size && heap[child + 1] < heap[child]) {
                child++;
            }
            if (heap[child] >= entry) {
                break;
            }
            heap[at] = heap[child];
            at = child;
            child = 2 * at + 1;
        }
        heap[at] = entry;
    }
}
