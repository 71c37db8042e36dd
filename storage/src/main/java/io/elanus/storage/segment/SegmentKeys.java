package io.elanus.storage.segment;

import io.elanus.storage.compute.MergeSort;
import io.elanus.storage.compute.RadixSort;
import io.elanus.storage.segment.column.ColumnMemory;
import io.elanus.storage.type.ColumnType;
import java.util.Arrays;
import java.util.List;

/// The keys of all rows of a segment by ordinal, and their order. Borrows the memory of the key column.
final class SegmentKeys {
    private final List<KeyReader> chunks;
    private final int shift;
    private final int rows;
    private byte[] scratchA = new byte[64];
    private byte[] scratchB = new byte[64];

    /// @param chunks the key column of each chunk
    SegmentKeys(ColumnType type, List<ColumnMemory> chunks, int chunkRows, int rows) {
        this.chunks = chunks.stream().map(memory -> KeyReader.of(type, memory)).toList();
        this.shift = Integer.numberOfTrailingZeros(chunkRows);
        this.rows = rows;
    }

    int rows() {
        return rows;
    }

    /// Length of every key; 0: they vary.
    int fixedLength() {
        return chunks.isEmpty() ? Long.BYTES : chunks.getFirst().fixedLength();
    }

    int length(int row) {
        return chunk(row).length(local(row));
    }

    /// Puts the key at the start of an array; returns its length.
    int copy(int row, byte[] target) {
        return chunk(row).copy(local(row), target);
    }

    /// Ordinals in the order of their keys; equal keys in the order of their ordinals.
    int[] sorted() {
        long[] prefixes = new long[rows];
        int[] ordinals = new int[rows];
        boolean rising = true;
        for (int row = 0; row < rows; row++) {
            prefixes[row] = prefix(row);
            ordinals[row] = row;
            rising &= row == 0 || Long.compareUnsigned(prefixes[row - 1], prefixes[row]) < 0;
        }
        if (!rising) {
            RadixSort.sort(prefixes, ordinals);
            if (fixedLength() != Long.BYTES) {
                sortTies(prefixes, ordinals);
            }
        }
        return ordinals;
    }

    /// The first 8 bytes as an unsigned number, zeros after the end.
    private long prefix(int row) {
        KeyReader chunk = chunk(row);
        if (chunk.integer()) {
            return chunk.number(local(row)) ^ Long.MIN_VALUE;
        }
        scratchA = fill(scratchA, row);
        int length = length(row);
        long prefix = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            prefix = prefix << 8 | (i < length ? scratchA[i] & 0xFF : 0);
        }
        return prefix;
    }

    /// Keys with equal prefixes stand together, in the order of their ordinals: sort each such run by the rest.
    private void sortTies(long[] prefixes, int[] ordinals) {
        for (int from = 0; from < rows; ) {
            int to = from + 1;
            while (to < rows && prefixes[to] == prefixes[from]) {
                to++;
            }
            if (to - from > 1) {
                MergeSort.sort(ordinals, from, to, this::compare);
            }
            from = to;
        }
    }

    private int compare(int rowA, int rowB) {
        scratchA = fill(scratchA, rowA);
        scratchB = fill(scratchB, rowB);
        return Arrays.compareUnsigned(scratchA, 0, length(rowA), scratchB, 0, length(rowB));
    }

    private byte[] fill(byte[] scratch, int row) {
        int length = length(row);
        byte[] target = length <= scratch.length ? scratch : new byte[Math.max(length, 2 * scratch.length)];
        copy(row, target);
        return target;
    }

    private KeyReader chunk(int row) {
        return chunks.get(row >>> shift);
    }

    private int local(int row) {
        return row & ((1 << shift) - 1);
    }
}
