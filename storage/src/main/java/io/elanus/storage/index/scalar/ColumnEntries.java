package io.elanus.storage.index.scalar;

import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.complex.ListVector;
import org.roaringbitmap.RoaringBitmap;

/// From Arrow columns to entries. Pure.
final class ColumnEntries {
    private ColumnEntries() {}

    static void addValues(FieldVector vector, int firstRow, int rows, Entries entries, RoaringBitmap nulls) {
        for (int i = 0; i < rows; i++) {
            if (vector.isNull(i)) {
                nulls.add(firstRow + i);
            } else {
                add(vector, i, firstRow + i, entries);
            }
        }
    }

    /// NULL items are left out: nothing equals them.
    static void addItems(FieldVector vector, int firstRow, int rows, Entries entries, RoaringBitmap nulls) {
        var list = (ListVector) vector;
        FieldVector items = list.getDataVector();
        for (int i = 0; i < rows; i++) {
            if (list.isNull(i)) {
                nulls.add(firstRow + i);
                continue;
            }
            for (int item = list.getElementStartIndex(i); item < list.getElementEndIndex(i); item++) {
                if (!items.isNull(item)) {
                    add(items, item, firstRow + i, entries);
                }
            }
        }
    }

    private static void add(FieldVector vector, int place, int row, Entries entries) {
        switch (entries) {
            case NumberEntries numbers -> numbers.add(number(vector, place), row);
            case ByteEntries bytes -> addBytes(vector, place, row, bytes);
        }
    }

    private static long number(FieldVector vector, int place) {
        return switch (vector) {
            case BigIntVector values -> values.get(place);
            case IntVector values -> values.get(place);
            case SmallIntVector values -> values.get(place);
            case TinyIntVector values -> values.get(place);
            case DateDayVector values -> values.get(place);
            case TimeMicroVector values -> values.get(place);
            case TimeStampVector values -> values.get(place);
            case BitVector values -> values.get(place);
            case Float4Vector values -> KeyForm.orderedBits(values.get(place));
            case Float8Vector values -> KeyForm.orderedBits(values.get(place));
            case DecimalVector values ->
                MemoryUtil.getLong(values.getDataBuffer().memoryAddress() + (long) place * DecimalVector.TYPE_WIDTH);
            default -> throw new IllegalStateException("No numbers in " + vector.getField());
        };
    }

    private static void addBytes(FieldVector vector, int place, int row, ByteEntries entries) {
        switch (vector) {
            case BaseVariableWidthVector values -> {
                long offsets = values.getOffsetBuffer().memoryAddress() + 4L * place;
                int start = MemoryUtil.getInt(offsets);
                int length = MemoryUtil.getInt(offsets + 4) - start;
                entries.add(values.getDataBuffer().memoryAddress() + start, length, row);
            }
            case FixedSizeBinaryVector values ->
                entries.add(
                        values.getDataBuffer().memoryAddress() + (long) place * values.getByteWidth(),
                        values.getByteWidth(),
                        row);
            case DecimalVector values ->
                entries.add(KeyForm.wideKey(values.getObject(place).unscaledValue()), row);
            default -> throw new IllegalStateException("No bytes in " + vector.getField());
        }
    }
}
