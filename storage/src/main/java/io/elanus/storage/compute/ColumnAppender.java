package io.elanus.storage.compute;

import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;

/// Copies chosen slots of columns to the end of one column.
final class ColumnAppender {
    /// A row number that stands for NULL.
    static final int NULL_ROW = -1;

    private final FieldVector target;

    ColumnAppender(FieldVector target) {
        this.target = target;
    }

    /// Copies `rows[from]` … into slots `at` …; the column grows as needed.
    void append(FieldVector source, int[] rows, int from, int count, int at) {
        switch (target) {
            case BitVector bits -> copyBits((BitVector) source, bits, rows, from, count, at);
            case BaseFixedWidthVector fixed -> copyFixed((BaseFixedWidthVector) source, fixed, rows, from, count, at);
            case BaseVariableWidthVector variable -> {
                for (int i = 0; i < count; i++) {
                    copyBytes((BaseVariableWidthVector) source, variable, rows[from + i], at + i);
                }
            }
            case FixedSizeListVector list -> copyLists((FixedSizeListVector) source, list, rows, from, count, at);
            default -> {
                for (int i = 0; i < count; i++) {
                    if (rows[from + i] == NULL_ROW) {
                        setNull(at + i);
                    } else {
                        target.copyFromSafe(rows[from + i], at + i, source);
                    }
                }
            }
        }
    }

    private void setNull(int at) {
        while (target.getValueCapacity() <= at) {
            target.reAlloc();
        }
        target.setNull(at);
    }

    private static void reserve(FieldVector target, int slots) {
        if (target.getValueCapacity() < slots && target.getValueCapacity() == 0) {
            target.setInitialCapacity(Math.max(64, slots));
            target.allocateNew();
        }
        while (target.getValueCapacity() < slots) {
            target.reAlloc();
        }
    }

    private static void copyBits(BitVector source, BitVector target, int[] rows, int from, int count, int at) {
        reserve(target, at + count);
        for (int i = 0; i < count; i++) {
            int row = rows[from + i];
            boolean present = row != NULL_ROW && !source.isNull(row);
            BitVectorHelper.setValidityBit(target.getValidityBuffer(), at + i, present ? 1 : 0);
            BitVectorHelper.setValidityBit(target.getDataBuffer(), at + i, present ? source.get(row) : 0);
        }
    }

    private static void copyValidity(FieldVector source, FieldVector target, int[] rows, int from, int count, int at) {
        ArrowBuf validity = source.getValidityBuffer();
        ArrowBuf copy = target.getValidityBuffer();
        for (int i = 0; i < count; i++) {
            int row = rows[from + i];
            BitVectorHelper.setValidityBit(copy, at + i, row == NULL_ROW ? 0 : BitVectorHelper.get(validity, row));
        }
    }

    private static void copyFixed(
            BaseFixedWidthVector source, BaseFixedWidthVector target, int[] rows, int from, int count, int at) {
        reserve(target, at + count);
        copyValidity(source, target, rows, from, count, at);
        copySlots(source.getDataBuffer(), target.getDataBuffer(), source.getTypeWidth(), rows, from, count, at);
    }

    private static void copyLists(
            FixedSizeListVector source, FixedSizeListVector target, int[] rows, int from, int count, int at) {
        reserve(target, at + count);
        copyValidity(source, target, rows, from, count, at);
        var sourceElements = (BaseFixedWidthVector) source.getDataVector();
        var targetElements = (BaseFixedWidthVector) target.getDataVector();
        int size = source.getListSize();
        int width = sourceElements.getTypeWidth() * size;
        copySlots(sourceElements.getDataBuffer(), targetElements.getDataBuffer(), width, rows, from, count, at);
        ArrowBuf validity = targetElements.getValidityBuffer();
        for (long i = (long) at * size; i < (long) (at + count) * size; i++) {
            BitVectorHelper.setBit(validity, i);
        }
    }

    private static void copySlots(
            ArrowBuf source, ArrowBuf target, int width, int[] rows, int from, int count, int at) {
        long read = source.memoryAddress();
        long write = target.memoryAddress() + (long) at * width;
        for (int i = 0; i < count; i++, write += width) {
            int row = rows[from + i];
            if (row == NULL_ROW) {
                MemoryUtil.setMemory(write, width, (byte) 0);
            } else if (width == Long.BYTES) {
                MemoryUtil.putLong(write, MemoryUtil.getLong(read + 8L * row));
            } else if (width == Integer.BYTES) {
                MemoryUtil.putInt(write, MemoryUtil.getInt(read + 4L * row));
            } else {
                MemoryUtil.copyMemory(read + (long) width * row, write, width);
            }
        }
    }

    private static void copyBytes(BaseVariableWidthVector source, BaseVariableWidthVector target, int row, int at) {
        if (row == NULL_ROW || source.isNull(row)) {
            target.setNull(at);
        } else {
            int start = source.getOffsetBuffer().getInt(4L * row);
            int end = source.getOffsetBuffer().getInt(4L * row + 4);
            target.setSafe(at, 1, start, end, source.getDataBuffer());
        }
    }
}
