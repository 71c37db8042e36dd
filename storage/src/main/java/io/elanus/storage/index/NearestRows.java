package io.elanus.storage.index;

/// The k nearest rows seen so far: a bounded heap, farthest on top, on a primitive array that is reused. Of rows at
/// equal rank those with lower ordinals stay. One thread at a time.
public final class NearestRows implements NearestKeeper {
    private long[] heap;
    private int size;
    private int capacity;

    public NearestRows() {
        heap = new long[0];
    }

    @Override
    public void reset(int k) {
        if (heap.length < k) {
            heap = new long[k];
        }
        capacity = k;
        size = 0;
    }

    public int size() {
        return size;
    }

    /// How many more it takes until it is full.
    public int missing() {
        return capacity - size;
    }

    public boolean full() {
        return size == capacity;
    }

    /// Would a row of this rank still be taken, whatever its ordinal?
    public boolean admits(float rank) {
        return size < capacity || Ranked.of(rank, 0) < heap[0];
    }

    @Override
    public float limit() {
        return size < capacity || size == 0 ? Float.POSITIVE_INFINITY : Ranked.rank(heap[0]);
    }

    @Override
    public void offer(float rank, int row) {
        long entry = Ranked.of(rank, row);
        if (size < capacity) {
            siftUp(size++, entry);
        } else if (capacity > 0 && entry < heap[0]) {
            siftDown(entry, size);
        }
    }

    /// Moves the rows out, nearest first. Returns how many.
    public int drainTo(int[] rows, float[] ranks) {
        int count = size;
        for (int end = count - 1; end >= 0; end--) {
            long farthest = heap[0];
            rows[end] = Ranked.row(farthest);
            ranks[end] = Ranked.rank(farthest);
            siftDown(heap[end], end);
        }
        size = 0;
        return count;
    }

    /// Moves all rows into a heap of rows that are nearest first; with the memory they are in, if that heap is
    /// empty.
    public void drainTo(RankedHeap others) {
        boolean taken = others.isEmpty();
        others.addAll(heap, size);
        if (taken) {
            heap = new long[0];
        }
        size = 0;
    }

    /// Sets the bit of every row.
    void mark(long[] bits) {
        for (int i = 0; i < size; i++) {
            int row = Ranked.row(heap[i]);
            bits[row >>> 6] |= 1L << row;
        }
    }

    private void siftUp(int hole, long entry) {
        int at = hole;
        while (at > 0) {
            int parent = (at - 1) >>> 1;
            if (heap[parent] >= entry) {
                break;
            }
            heap[at] = heap[parent];
            at = parent;
        }
        heap[at] = entry;
    }

    /// Puts an entry in the place of the top and lets it sink among the first `end`.
    private void siftDown(long entry, int end) {
        int at = 0;
        int child = 1;
        while (child < end) {
            if (child + 1 < end && heap[child + 1] > heap[child]) {
                child++;
            }
            if (heap[child] <= entry) {
                break;
            }
            heap[at] = heap[child];
            at = child;
            child = 2 * at + 1;
        }
        heap[at] = entry;
    }
}
