package io.elanus.storage.compute;

import io.elanus.storage.filter.Expr;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/// Keys of few bytes as 128-bit numbers: whole numbers as they are, texts as their bytes and their length. A row whose
/// values are too long, or that has a NULL among numbers, does not fit, and the same key never fits another time.
final class PackedKeys {
    private static final int BYTES = 16;
    private static final int LEAST_TEXT = 2;
    /// Length of a text that is NULL.
    private static final long NULL_LENGTH = 0xFF;

    /// Bytes of each key.
    private final int[] widths;
    long[] low = new long[0];
    long[] high = new long[0];
    boolean[] fits = new boolean[0];

    private PackedKeys(int[] widths) {
        this.widths = widths;
    }

    /// Null for keys that this is not for.
    static @Nullable PackedKeys of(List<Expr> keys) {
        int numbers = 0;
        int texts = 0;
        for (Expr key : keys) {
            numbers += width(key.type());
            texts += key.type() instanceof ColumnType.Varchar ? 1 : 0;
            if (width(key.type()) == 0 && !(key.type() instanceof ColumnType.Varchar)) {
                return null;
            }
        }
        int share = texts == 0 ? 0 : (BYTES - numbers) / texts;
        if (numbers > BYTES || texts > 0 && share < LEAST_TEXT) {
            return null;
        }
        // Values of up to a word are shifted to their place as one; a single text may take both.
        int textWidth = keys.size() == 1 ? share : Math.min(Long.BYTES, share);
        return new PackedKeys(keys.stream()
                .mapToInt(key -> width(key.type()) == 0 ? textWidth : width(key.type()))
                .toArray());
    }

    private static int width(ColumnType type) {
        return type == Simple.BIGINT || type == Simple.TIMESTAMP || type == Simple.TIMESTAMP_TZ
                ? Long.BYTES
                : type == Simple.INTEGER || type == Simple.DATE ? Integer.BYTES : 0;
    }

    /// Packs the first `count` of these rows.
    void pack(List<FieldVector> columns, int[] rows, int count) {
        if (low.length < count) {
            low = new long[rows.length];
            high = new long[rows.length];
            fits = new boolean[rows.length];
        }
        if (widths.length > 1) { // a single key is set as a whole
            Arrays.fill(low, 0, count, 0);
            Arrays.fill(high, 0, count, 0);
        }
        Arrays.fill(fits, 0, count, true);
        int at = 0;
        for (int c = 0; c < widths.length; c++) {
            FieldVector column = columns.get(c);
            WholeColumn whole = WholeColumn.of(column);
            if (whole != null) {
                packNumbers(whole, widths[c], at, rows, count);
            } else {
                packTexts((BaseVariableWidthVector) column, widths[c], at, rows, count);
            }
            at += widths[c];
        }
    }

    private void put(int row, long value, int at) {
        int bit = 8 * at;
        if (bit < Long.SIZE) {
            low[row] |= value << bit;
            if (bit > 0) {
                high[row] |= value >>> Long.SIZE - bit;
            }
        } else {
            high[row] |= value << bit - Long.SIZE;
        }
    }

    private void packNumbers(WholeColumn column, int width, int at, int[] rows, int count) {
        long mask = width == Long.BYTES ? -1L : 0xFFFFFFFFL;
        for (int i = 0; i < count; i++) {
            if (column.isNull(rows[i])) {
                fits[i] = false;
            } else {
                put(i, column.get(rows[i]) & mask, at);
            }
        }
    }

    private void packTexts(BaseVariableWidthVector column, int width, int at, int[] rows, int count) {
        boolean nulls = column.getNullCount() > 0;
        long offsets = column.getOffsetBuffer().memoryAddress();
        long data = column.getDataBuffer().memoryAddress();
        long end = data + column.getDataBuffer().capacity();
        for (int i = 0; i < count; i++) {
            if (nulls && column.isNull(rows[i])) {
                putText(i, 0, 0, NULL_LENGTH, width, at);
                continue;
            }
            long start = data + MemoryUtil.getInt(offsets + 4L * rows[i]);
            int length = (int) (data + MemoryUtil.getInt(offsets + 4L * rows[i] + 4) - start);
            if (length >= width) {
                fits[i] = false;
            } else if (start + BYTES <= end) {
                long first = head(MemoryUtil.getLong(start), length);
                long rest = length <= Long.BYTES ? 0 : head(MemoryUtil.getLong(start + 8), length - Long.BYTES);
                putText(i, first, rest, length, width, at);
            } else {
                putText(i, tail(start, 0, length), tail(start, Long.BYTES, length), length, width, at);
            }
        }
    }

    /// Its first bytes of a word.
    private static long head(long word, int bytes) {
        return bytes >= Long.BYTES ? word : word & (1L << 8 * bytes) - 1;
    }

    /// Up to eight bytes of a text that ends where its memory does.
    private static long tail(long start, int from, int length) {
        long word = 0;
        for (int i = from; i < Math.min(length, from + Long.BYTES); i++) {
            word |= (MemoryUtil.getByte(start + i) & 0xFFL) << 8 * (i - from);
        }
        return word;
    }

    private void putText(int row, long first, long rest, long length, int width, int at) {
        if (width == BYTES) {
            low[row] = first;
            high[row] = rest | length << Long.SIZE - 8;
        } else {
            put(row, first | length << 8 * (width - 1), at);
        }
    }
}
