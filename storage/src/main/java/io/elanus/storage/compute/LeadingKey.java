package io.elanus.storage.compute;

import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/// The first key of an order, if it is a number or a time: tells by it alone, as a number, that a row comes after
/// another, so that most rows need no encoded keys. Equal first keys say nothing.
final class LeadingKey {
    private final Simple type;
    private final boolean descending;
    private final byte nullMark;

    private LeadingKey(Simple type, SortKey key) {
        this.type = type;
        this.descending = key.descending();
        this.nullMark = KeyWriter.nullMark(key.nullsFirst());
    }

    /// Null for a key of another type.
    static @Nullable LeadingKey of(SortKey key) {
        ColumnType type = key.expr().type();
        return KeyWriter.isPlain(type) ? new LeadingKey((Simple) type, key) : null;
    }

    /// Leaves of the first `count` rows, in their order, those that do not come after the key that is encoded there.
    /// Returns how many they are.
    int keep(FieldVector column, int[] rows, int count, KeyBytes last) {
        byte mark = last.heap[last.starts[0]];
        boolean nullsStay = nullMark <= mark;
        if (mark != KeyWriter.VALUE_MARK) { // NULL: first of all, or last of all
            return nullMark < KeyWriter.VALUE_MARK ? keepNulls(column, rows, count) : count;
        }
        long bound = KeyWriter.bits(last, descending, KeyWriter.width(type)) ^ Long.MIN_VALUE;
        long validity = column.getNullCount() == 0 ? 0 : column.getValidityBufferAddress();
        long data = column.getDataBufferAddress();
        int kept = 0;
        for (int i = 0; i < count; i++) {
            int row = rows[i];
            boolean stays;
            if (validity != 0 && isNull(validity, row)) {
                stays = nullsStay;
            } else {
                long bits = KeyWriter.bits(data, type, row) ^ Long.MIN_VALUE;
                stays = descending ? bits >= bound : bits <= bound;
            }
            rows[kept] = row;
            kept += stays ? 1 : 0;
        }
        return kept;
    }

    private static int keepNulls(FieldVector column, int[] rows, int count) {
        long validity = column.getValidityBufferAddress();
        int kept = 0;
        for (int i = 0; i < count; i++) {
            rows[kept] = rows[i];
            kept += isNull(validity, rows[i]) ? 1 : 0;
        }
        return kept;
    }

    private static boolean isNull(long validity, int row) {
        return (MemoryUtil.getByte(validity + (row >>> 3)) & 1 << (row & 7)) == 0;
    }
}
