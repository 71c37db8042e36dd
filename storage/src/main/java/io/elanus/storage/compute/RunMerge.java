package io.elanus.storage.compute;

import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/// Merges sorted runs; of equal rows the one of the earlier run comes first. Owns the runs.
final class RunMerge implements AutoCloseable {
    private final List<SortedRun> runs;
    private final int[] places;
    /// Binary heap of run numbers, the run with the least key on top.
    private final int[] heap;
    private int size;
    private final RowAppender out;

    RunMerge(List<SortedRun> runs, Schema schema, BufferAllocator allocator) {
        this.runs = List.copyOf(runs);
        this.places = new int[runs.size()];
        this.heap = new int[runs.size()];
        this.out = new RowAppender(schema, allocator);
        for (int i = 0; i < heap.length; i++) {
            heap[size++] = i;
            siftUp(size - 1);
        }
    }

    /// The next rows, owned by the caller; null at the end.
    ///
    /// @param keys takes their keys
    @Nullable
    VectorSchemaRoot next(int maxRows, @Nullable KeyBytes keys) {
        int[] chosen = new int[maxRows];
        int pending = 0;
        int pendingRun = -1;
        int total = 0;
        while (size > 0 && total < maxRows) {
            int top = heap[0];
            SortedRun run = runs.get(top);
            if (top != pendingRun) {
                flush(pendingRun, chosen, pending);
                pending = 0;
                pendingRun = top;
            }
            if (keys != null) {
                run.appendKey(places[top], keys);
            }
            chosen[pending++] = run.row(places[top]++);
            total++;
            if (places[top] == run.rows()) {
                heap[0] = heap[--size];
            }
            siftDown();
        }
        flush(pendingRun, chosen, pending);
        return total == 0 ? null : out.take();
    }

    private void flush(int run, int[] chosen, int count) {
        if (count > 0) {
            out.append(runs.get(run).rows, chosen, 0, count);
        }
    }

    private boolean before(int a, int b) {
        int order = SortedRun.compare(runs.get(a), places[a], runs.get(b), places[b]);
        return order != 0 ? order < 0 : a < b;
    }

    private void siftUp(int from) {
        int at = from;
        while (at > 0 && before(heap[at], heap[(at - 1) / 2])) {
            swap(at, (at - 1) / 2);
            at = (at - 1) / 2;
        }
    }

    private void siftDown() {
        int at = 0;
        while (2 * at + 1 < size) {
            int child = 2 * at + 1;
            if (child + 1 < size && before(heap[child + 1], heap[child])) {
                child++;
            }
            if (before(heap[at], heap[child])) {
                return;
            }
            swap(at, child);
            at = child;
        }
    }

    private void swap(int a, int b) {
        int run = heap[a];
        heap[a] = heap[b];
        heap[b] = run;
    }

    @Override
    public void close() {
        out.close();
        runs.forEach(SortedRun::close);
    }
}
