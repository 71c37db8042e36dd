package io.elanus.storage.compute;

import org.apache.arrow.vector.VectorSchemaRoot;

/// Rows with their keys and the order they are in. Owns the rows.
final class SortedRun implements AutoCloseable {
    private static final int INSERTION = 12;

    final VectorSchemaRoot rows;
    private final KeyBytes keys;
    /// Row numbers in order.
    private final int[] order;
    private final long[] prefixes;

    private SortedRun(VectorSchemaRoot rows, KeyBytes keys, int[] order) {
        this.rows = rows;
        this.keys = keys;
        this.order = order;
        this.prefixes = new long[order.length];
        for (int i = 0; i < order.length; i++) {
            prefixes[i] = keys.prefix(i);
        }
    }

    /// Rows that are in order already.
    static SortedRun sorted(VectorSchemaRoot rows, KeyBytes keys) {
        return new SortedRun(rows, keys, Selections.all(rows.getRowCount()));
    }

    static SortedRun sort(VectorSchemaRoot rows, KeyBytes keys) {
        var run = sorted(rows, keys);
        run.mergeSort(run.order.clone(), run.order, 0, run.order.length);
        return run;
    }

    int rows() {
        return order.length;
    }

    /// The row number at a place of the order.
    int row(int place) {
        return order[place];
    }

    long heapBytes() {
        return keys.heapBytes() + 12L * order.length;
    }

    /// A copy of the key at a place of the order.
    KeyBytes key(int place) {
        var copy = new KeyBytes();
        copy.append(keys, order[place]);
        return copy;
    }

    void appendKey(int place, KeyBytes target) {
        target.append(keys, order[place]);
    }

    /// Compares the keys at two places of two runs.
    static int compare(SortedRun a, int i, SortedRun b, int j) {
        return compareRows(a, a.order[i], b, b.order[j]);
    }

    private static int compareRows(SortedRun a, int i, SortedRun b, int j) {
        int first = Long.compareUnsigned(a.prefixes[i], b.prefixes[j]);
        return first != 0 ? first : KeyBytes.compare(a.keys, i, b.keys, j);
    }

    /// Stable: sorts `[from, to)` of `source` into `target`; both hold the same numbers there.
    private void mergeSort(int[] source, int[] target, int from, int to) {
        if (to - from <= INSERTION) {
            for (int i = from + 1; i < to; i++) {
                int row = target[i];
                int at = i - 1;
                while (at >= from && compareRows(this, target[at], this, row) > 0) {
                    target[at + 1] = target[at];
                    at--;
                }
                target[at + 1] = row;
            }
            return;
        }
        int middle = (from + to) >>> 1;
        mergeSort(target, source, from, middle);
        mergeSort(target, source, middle, to);
        if (compareRows(this, source[middle - 1], this, source[middle]) <= 0) {
            System.arraycopy(source, from, target, from, to - from);
            return;
        }
        int left = from;
        int right = middle;
        for (int i = from; i < to; i++) {
            boolean takeLeft =
                    left < middle && (right >= to || compareRows(this, source[left], this, source[right]) <= 0);
            target[i] = takeLeft ? source[left++] : source[right++];
        }
    }

    @Override
    public void close() {
        rows.close();
    }
}
