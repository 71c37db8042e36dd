package io.elanus.storage.compute;

import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;

/// Copies chosen slots of columns to the end of one column: room is made once for all of them, then they are copied
/// by address.
final class ColumnAppender {
    /// A row number that stands for NULL.
    static final int NULL_ROW = -1;
    /// What a text is expected to take, when the first are appended.
    private static final int TEXT_BYTES = 16;

    /// Room for numbers up to this width is made for all rows that are expected.
    private static final int NARROW = 16;

    private final FieldVector target;
    private final int expected;

    ColumnAppender(FieldVector target) {
        this(target, 0);
    }

    /// @param expected rows that are likely to be appended in all
    ColumnAppender(FieldVector target, int expected) {
        this.target = target;
        this.expected = target instanceof BaseFixedWidthVector fixed && fixed.getTypeWidth() <= NARROW ? expected : 0;
    }

    /// Copies `rows[from]` … into slots `at` …; the column grows as needed.
    void append(FieldVector source, int[] rows, int from, int count, int at) {
        if (count > 0) {
            append(SourceColumn.of(source), rows, from, count, at);
        }
    }

    /// As above.
    void append(SourceColumn source, int[] rows, int from, int count, int at) {
        if (count == 0) {
            return;
        }
        switch (target) {
            case BitVector bits -> copyBits(source, bits, rows, from, count, at);
            case BaseFixedWidthVector fixed -> copyFixed(source, fixed, rows, from, count, at);
            case BaseVariableWidthVector variable -> copyTexts(source, variable, rows, from, count, at);
            case FixedSizeListVector list -> copyLists(source, list, rows, from, count, at);
            default -> {
                for (int i = 0; i < count; i++) {
                    int row = rows[from + i];
                    if (row == NULL_ROW) {
                        setNull(at + i);
                    } else {
                        target.copyFromSafe(row & source.mask, at + i, source.pieces[row >>> source.shift]);
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

    private void reserve(int slots) {
        if (target.getValueCapacity() < slots && target.getValueCapacity() == 0) {
            target.setInitialCapacity(Math.max(Math.max(64, expected), slots));
            target.allocateNew();
        }
        while (target.getValueCapacity() < slots) {
            target.reAlloc();
        }
    }

    private void copyBits(SourceColumn source, BitVector target, int[] rows, int from, int count, int at) {
        reserve(at + count);
        copyValidity(source, target, rows, from, count, at);
        var values = new BitWriter(target.getDataBuffer().memoryAddress(), at);
        for (int i = 0; i < count; i++) {
            int row = rows[from + i];
            values.put(row != NULL_ROW && source.bit(row));
        }
        values.end();
    }

    private static void copyValidity(SourceColumn source, FieldVector target, int[] rows, int from, int count, int at) {
        long address = target.getValidityBuffer().memoryAddress();
        if (!source.hasNulls() && allNamed(rows, from, count)) {
            BitWriter.ones(address, at, count);
            return;
        }
        var validity = new BitWriter(address, at);
        for (int i = 0; i < count; i++) {
            int row = rows[from + i];
            validity.put(row != NULL_ROW && source.isPresent(row));
        }
        validity.end();
    }

    /// Is none of them [#NULL_ROW]?
    private static boolean allNamed(int[] rows, int from, int count) {
        int any = 0;
        for (int i = 0; i < count; i++) {
            any |= rows[from + i];
        }
        return any >= 0;
    }

    private void copyFixed(SourceColumn source, BaseFixedWidthVector target, int[] rows, int from, int count, int at) {
        reserve(at + count);
        copyValidity(source, target, rows, from, count, at);
        copySlots(source, target.getDataBuffer().memoryAddress(), target.getTypeWidth(), rows, from, count, at);
    }

    private void copyLists(SourceColumn source, FixedSizeListVector target, int[] rows, int from, int count, int at) {
        reserve(at + count);
        copyValidity(source, target, rows, from, count, at);
        var elements = (BaseFixedWidthVector) target.getDataVector();
        int size = target.getListSize();
        int width = elements.getTypeWidth() * size;
        copySlots(source, elements.getDataBuffer().memoryAddress(), width, rows, from, count, at);
        for (long i = (long) at * size; i < (long) (at + count) * size; i++) {
            BitVectorHelper.setBit(elements.getValidityBuffer(), i);
        }
    }

    private static void copySlots(
            SourceColumn source, long target, int width, int[] rows, int from, int count, int at) {
        long write = target + (long) at * width;
        if (source.isRun(rows, from, count)) {
            MemoryUtil.copyMemory(source.fixed(rows[from], width), write, (long) count * width);
            return;
        }
        switch (width) {
            case Long.BYTES -> {
                for (int i = 0; i < count; i++) {
                    int row = rows[from + i];
                    long value = row == NULL_ROW ? 0 : MemoryUtil.getLong(source.fixed(row, Long.BYTES));
                    MemoryUtil.putLong(write + 8L * i, value);
                }
            }
            case Integer.BYTES -> {
                for (int i = 0; i < count; i++) {
                    int row = rows[from + i];
                    int value = row == NULL_ROW ? 0 : MemoryUtil.getInt(source.fixed(row, Integer.BYTES));
                    MemoryUtil.putInt(write + 4L * i, value);
                }
            }
            case 2 * Long.BYTES -> {
                for (int i = 0; i < count; i++) {
                    int row = rows[from + i];
                    long read = row == NULL_ROW ? 0 : source.fixed(row, 2 * Long.BYTES);
                    MemoryUtil.putLong(write + 16L * i, read == 0 ? 0 : MemoryUtil.getLong(read));
                    MemoryUtil.putLong(write + 16L * i + 8, read == 0 ? 0 : MemoryUtil.getLong(read + 8));
                }
            }
            default -> {
                for (int i = 0; i < count; i++, write += width) {
                    int row = rows[from + i];
                    if (row == NULL_ROW) {
                        MemoryUtil.setMemory(write, width, (byte) 0);
                    } else {
                        MemoryUtil.copyMemory(source.fixed(row, width), write, width);
                    }
                }
            }
        }
    }

    private static void copyTexts(
            SourceColumn source, BaseVariableWidthVector target, int[] rows, int from, int count, int at) {
        boolean run = !source.hasNulls() && source.isRun(rows, from, count);
        long bytes = run
                ? source.end(rows[from + count - 1]) - source.start(rows[from])
                : textBytes(source, rows, from, count);
        reserveTexts(target, at, count, bytes);
        copyValidity(source, target, rows, from, count, at);
        long offsets = target.getOffsetBuffer().memoryAddress() + 4L * at;
        int end = MemoryUtil.getInt(offsets);
        long write = target.getDataBuffer().memoryAddress();
        if (run) {
            int first = source.start(rows[from]);
            MemoryUtil.copyMemory(source.data[rows[from] >>> source.shift] + first, write + end, bytes);
            for (int i = 0; i < count; i++) {
                MemoryUtil.putInt(offsets + 4L * i + 4, source.end(rows[from + i]) - first + end);
            }
        } else {
            for (int i = 0; i < count; i++) {
                int row = rows[from + i];
                if (row != NULL_ROW && source.isPresent(row)) {
                    int start = source.start(row);
                    int length = source.end(row) - start;
                    MemoryUtil.copyMemory(source.data[row >>> source.shift] + start, write + end, length);
                    end += length;
                }
                MemoryUtil.putInt(offsets + 4L * i + 4, end);
            }
        }
        target.setLastSet(at + count - 1);
    }

    private static long textBytes(SourceColumn source, int[] rows, int from, int count) {
        long bytes = 0;
        for (int i = 0; i < count; i++) {
            int row = rows[from + i];
            if (row != NULL_ROW && source.isPresent(row)) {
                bytes += source.end(row) - source.start(row);
            }
        }
        return bytes;
    }

    private static void reserveTexts(BaseVariableWidthVector target, int at, int count, long bytes) {
        if (target.getValueCapacity() == 0) {
            int slots = Math.max(64, at + count);
            target.allocateNew(Math.max(bytes, (long) slots * TEXT_BYTES), slots);
        }
        while (target.getValueCapacity() < at + count) {
            target.reallocValidityAndOffsetBuffers();
        }
        long capacity = target.getDataBuffer().capacity();
        long wanted = target.getOffsetBuffer().getInt(4L * at) + bytes;
        if (wanted > capacity) {
            target.reallocDataBuffer(Math.max(wanted, 2 * capacity));
        }
    }

    /// Writes bits one after the other; the bits before its first in the same byte stay.
    private static final class BitWriter {
        private long address;
        private int bit;
        private int current;

        BitWriter(long address, int at) {
            this.address = address + (at >>> 3);
            this.bit = at & 7;
            this.current = bit == 0 ? 0 : MemoryUtil.getByte(this.address) & (1 << bit) - 1;
        }

        /// So many set bits from bit `at` on.
        static void ones(long address, int at, int count) {
            int end = at + count;
            int first = Math.min(end, at + 7 & -Byte.SIZE);
            var head = new BitWriter(address, at);
            for (int i = at; i < first; i++) {
                head.put(true);
            }
            head.end();
            int whole = (end - first) / Byte.SIZE;
            MemoryUtil.setMemory(address + (first >>> 3), whole, (byte) 0xFF);
            var tail = new BitWriter(address, first + whole * Byte.SIZE);
            for (int i = first + whole * Byte.SIZE; i < end; i++) {
                tail.put(true);
            }
            tail.end();
        }

        void put(boolean value) {
            current |= (value ? 1 : 0) << bit;
            if (++bit == Byte.SIZE) {
                MemoryUtil.putByte(address++, (byte) current);
                bit = 0;
                current = 0;
            }
        }

        void end() {
            if (bit > 0) {
                MemoryUtil.putByte(address, (byte) current);
            }
        }
    }
}
