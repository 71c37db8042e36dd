package io.elanus.storage.compute;

import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TimeStampVector;
import org.jspecify.annotations.Nullable;

/// A column of whole numbers of four or eight bytes, to be read in a loop. Valid as long as its vector.
final class WholeColumn {
    private final long address;
    private final long validity;
    private final boolean wide;
    private final boolean nulls;

    private WholeColumn(BaseFixedWidthVector column, boolean wide) {
        this.address = column.getDataBufferAddress();
        this.validity = column.getValidityBufferAddress();
        this.wide = wide;
        this.nulls = column.getNullCount() > 0;
    }

    /// Null for any other column.
    static @Nullable WholeColumn of(FieldVector column) {
        return switch (column) {
            case BigIntVector vector -> new WholeColumn(vector, true);
            case TimeStampVector vector -> new WholeColumn(vector, true);
            case IntVector vector -> new WholeColumn(vector, false);
            case DateDayVector vector -> new WholeColumn(vector, false);
            default -> null;
        };
    }

    boolean isNull(int row) {
        return nulls && (MemoryUtil.getByte(validity + (row >>> 3)) & 1 << (row & 7)) == 0;
    }

    boolean hasNulls() {
        return nulls;
    }

    /// The sum of `count` values from row `from` on, if they are narrow: it cannot overflow then.
    long sumOfNarrow(int from, int count) {
        long sum = 0;
        long end = address + 4L * (from + count);
        for (long at = address + 4L * from; at < end; at += 4) {
            sum += MemoryUtil.getInt(at);
        }
        return sum;
    }

    boolean isWide() {
        return wide;
    }

    long get(int row) {
        return wide ? MemoryUtil.getLong(address + 8L * row) : MemoryUtil.getInt(address + 4L * row);
    }
}
