package io.elanus.storage.segment;

import io.elanus.proto.grpc.FileFooter;
import io.elanus.proto.grpc.KeyFileFooter;
import io.elanus.storage.kernel.NativeMemory;
import io.elanus.storage.segment.file.SegmentFile;
import io.elanus.storage.visibility.Keys;
import java.lang.foreign.MemorySegment;

/// A key file: the filter, and the keys in order with their ordinals, searched in place. Thread safe; borrows the
/// memory of the file.
final class SortedKeys {
    private static final int FILTER = 0;
    private static final int STARTS = 1;
    private static final int KEYS = 2;
    private static final int ORDINALS = 3;

    private final SegmentFile file;
    private final int rows;
    private final int fixed;
    private final int duplicates;
    private final long filter;
    private final long filterBytes;
    private final long starts;
    private final long keys;
    private final long ordinals;

    private SortedKeys(SegmentFile file, KeyFileFooter footer) {
        this.file = file;
        this.rows = footer.getRows();
        this.fixed = footer.getFixedBytes();
        this.duplicates = footer.getDuplicates();
        this.filterBytes = footer.getFilterWords() * (long) Long.BYTES;
        this.filter = block(FILTER, filterBytes);
        this.starts = block(STARTS, fixed == 0 ? (rows + 1L) * Long.BYTES : 0);
        long keyBytes = fixed == 0 ? checkedStarts() : (long) rows * fixed;
        this.keys = block(KEYS, keyBytes);
        this.ordinals = block(ORDINALS, (long) rows * Integer.BYTES);
        for (int i = 0; i < rows; i++) {
            if (Integer.compareUnsigned(ordinal(i), rows) >= 0) {
                throw file.corrupt(file.blockStart(ORDINALS), "ordinal [%d] of [%d] rows".formatted(ordinal(i), rows));
            }
        }
    }

    static SortedKeys open(SegmentFile file) {
        FileFooter footer = file.footer();
        if (!footer.hasKeys() || file.blocks() != ORDINALS + 1) {
            throw file.corrupt(0, "it has [%d] blocks and does not describe keys".formatted(file.blocks()));
        }
        if (footer.getKeys().getRows() < 0 || footer.getKeys().getFixedBytes() < 0) {
            throw file.corrupt(0, "it has a negative number of rows");
        }
        return new SortedKeys(file, footer.getKeys());
    }

    int rows() {
        return rows;
    }

    /// Rows whose key stands at more than one place.
    int duplicates() {
        return duplicates;
    }

    boolean mayContain(long hash) {
        return KeyFilter.mayContain(filter, filterBytes, hash);
    }

    /// A copy of the filter.
    KeyBlocks filter() {
        return KeyBlocks.copyOf(filter, filterBytes);
    }

    /// Calls back for each row that has the key.
    void find(byte[] key, long hash, KeyMap.RowConsumer found) {
        if (rows == 0 || !mayContain(hash)) {
            return;
        }
        int low = 0;
        int high = rows;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (compare(middle, key) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        for (int i = low; i < rows && compare(i, key) == 0; i++) {
            found.accept(ordinal(i));
        }
    }

    /// Calls back for each pair of rows of one key, in both orders.
    void forEachDuplicate(Pair pair) {
        for (int from = 0; from < rows; ) {
            int to = from + 1;
            while (to < rows && same(from, to)) {
                to++;
            }
            for (int i = from; i < to; i++) {
                for (int j = from; j < to; j++) {
                    if (i != j) {
                        pair.accept(ordinal(i), ordinal(j));
                    }
                }
            }
            from = to;
        }
    }

    interface Pair {
        void accept(int row, int otherRow);
    }

    private int ordinal(int place) {
        return NativeMemory.intAt(ordinals + (long) place * Integer.BYTES);
    }

    private long start(int place) {
        return fixed == 0 ? NativeMemory.longAt(starts + (long) place * Long.BYTES) : (long) place * fixed;
    }

    private int compare(int place, byte[] key) {
        long from = start(place);
        int length = (int) (start(place + 1) - from);
        if (fixed == Long.BYTES && key.length == Long.BYTES) {
            long stored = Long.reverseBytes(NativeMemory.longAt(keys + from));
            return Long.compareUnsigned(stored, Keys.toLong(key) ^ Long.MIN_VALUE);
        }
        int shorter = Math.min(length, key.length);
        for (int i = 0; i < shorter; i++) {
            int order = Integer.compare(NativeMemory.byteAt(keys + from + i) & 0xFF, key[i] & 0xFF);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(length, key.length);
    }

    private boolean same(int placeA, int placeB) {
        long a = start(placeA);
        long b = start(placeB);
        return ColumnBounds.compareBytes(
                        keys + a, (int) (start(placeA + 1) - a), keys + b, (int) (start(placeB + 1) - b))
                == 0;
    }

    private long block(int block, long bytes) {
        MemorySegment content = file.block(block);
        if (content.byteSize() < bytes || (block == FILTER && (bytes <= 0 || bytes % 32 != 0))) {
            throw file.corrupt(
                    file.blockStart(block),
                    "block [%d] has [%d] bytes, not [%d]".formatted(block, content.byteSize(), bytes));
        }
        return content.address();
    }

    private long checkedStarts() {
        long last = 0;
        for (int i = 0; i <= rows; i++) {
            long start = NativeMemory.longAt(starts + (long) i * Long.BYTES);
            if (start < last || start - last > Integer.MAX_VALUE) {
                throw file.corrupt(file.blockStart(STARTS), "the starts of its keys do not rise");
            }
            last = start;
        }
        return last;
    }
}
