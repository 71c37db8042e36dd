package io.elanus.storage.index.scalar;

import io.elanus.storage.index.IndexFileWriter;
import java.lang.foreign.Arena;
import java.util.Arrays;

/// (value, row) pairs of a build: added in row order, then sorted by value, rows of one value rising.
abstract sealed class Entries permits NumberEntries, ByteEntries {
    private int[] rows = new int[1024];
    private int size;

    final int size() {
        return size;
    }

    final int[] rows() {
        return rows;
    }

    /// The place of a new entry of this row.
    final int add(int row) {
        if (size == rows.length) {
            rows = Arrays.copyOf(rows, size + (size >>> 1));
            grow(rows.length);
        }
        rows[size] = row;
        return size++;
    }

    /// A row that has a value twice, in an array, has it once from here on.
    final void removeRepeats() {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (kept == 0 || rows[kept - 1] != rows[i] || !same(kept - 1, i)) {
                rows[kept] = rows[i];
                move(i, kept);
                kept++;
            }
        }
        size = kept;
    }

    abstract void grow(int capacity);

    abstract void sort();

    /// Have these two entries one value?
    abstract boolean same(int a, int b);

    /// Copies the value of an entry to the place of another.
    abstract void move(int from, int to);

    /// Writes the value of each run of entries.
    ///
    /// @param starts of the runs, and the end of the last
    abstract void writeKeys(int[] starts, IndexFileWriter file, Arena arena);
}
