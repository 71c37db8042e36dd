package io.elanus.storage.filter;

import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.jspecify.annotations.Nullable;

/// Copies a block of an Arrow column into a lane; vectors are referred to where they are. Of wide values, when only a
/// few rows of the block are asked for, just those are copied.
final class ColumnReader {
    /// Fewer rows than one in so many are few.
    private static final int FEW_ONE_IN = 4;

    private ColumnReader() {}

    /// @param active the rows asked for
    static void read(Frame frame, FieldVector vector, ColumnType type, long[] active, Lane lane) {
        int start = frame.start;
        int rows = frame.rows;
        lane.clear();
        readNulls(vector, start, rows, lane.nulls);
        switch (lane) {
            case Lane.Bools bools -> {
                readBits(vector.getDataBuffer(), start, rows, bools.bits);
                bools.settle();
            }
            case Lane.Longs longs -> readLongs(vector.getDataBuffer(), (Simple) type, start, rows, longs.values);
            case Lane.Doubles doubles ->
                readDoubles(vector.getDataBuffer(), type == Simple.REAL, start, rows, doubles.values);
            case Lane.Bytes bytes -> {
                if (vector instanceof BaseVariableWidthVector variable) {
                    if (areFew(active, frame)) {
                        readFewBytes(variable, frame, active, bytes);
                    } else {
                        readBytes(variable, start, rows, bytes);
                    }
                } else {
                    readFixed(vector.getDataBuffer(), 16, start, rows, bytes);
                }
            }
            case Lane.Decimals decimals -> {
                if (areFew(active, frame)) {
                    readFewDecimals((DecimalVector) vector, frame, active, decimals);
                } else {
                    readDecimals((DecimalVector) vector, start, rows, decimals);
                }
            }
            case Lane.Objects objects -> {
                ColumnType item = ((ColumnType.Array) type).item();
                for (int i = 0; i < rows; i++) {
                    if (!objects.isNull(i)) {
                        objects.values[i] = readList((ListVector) vector, item, start + i);
                    }
                }
            }
            case Lane.Vectors vectors -> readVectors(vector, start, rows, vectors);
        }
    }

    private static boolean areFew(long[] active, Frame frame) {
        int count = 0;
        for (int w = 0; w < frame.words(); w++) {
            count += Long.bitCount(active[w]);
        }
        return count < frame.rows / FEW_ONE_IN;
    }

    /// From validity (1 = there) to nulls (1 = NULL); bits beyond the rows are 0.
    static void readNulls(FieldVector vector, int start, int rows, long[] nulls) {
        ArrowBuf validity = vector.getValidityBuffer();
        readBits(validity, start, rows, nulls);
        int words = (rows + 63) >>> 6;
        for (int w = 0; w < words; w++) {
            nulls[w] = ~nulls[w];
        }
        if ((rows & 63) != 0) {
            nulls[words - 1] &= (1L << (rows & 63)) - 1;
        }
    }

    private static void readBits(ArrowBuf source, int start, int rows, long[] words) {
        int at = start >>> 3;
        int bytes = (rows + 7) >>> 3;
        int whole = bytes >>> 3;
        long address = source.memoryAddress() + at;
        for (int w = 0; w < whole; w++) {
            words[w] = MemoryUtil.getLong(address + 8L * w);
        }
        if ((bytes & 7) != 0) {
            long word = 0;
            for (int b = whole << 3; b < bytes; b++) {
                word |= (MemoryUtil.getByte(address + b) & 0xFFL) << (b << 3);
            }
            words[whole] = word;
        }
    }

    private static ByteBuffer slice(ArrowBuf source, long from, int length) {
        return source.nioBuffer(from, length).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void readLongs(ArrowBuf source, Simple type, int start, int rows, long[] values) {
        long address = source.memoryAddress();
        switch (type) {
            case TINYINT -> {
                for (int i = 0; i < rows; i++) {
                    values[i] = MemoryUtil.getByte(address + start + i);
                }
            }
            case SMALLINT -> {
                for (int i = 0; i < rows; i++) {
                    values[i] = MemoryUtil.getShort(address + 2L * (start + i));
                }
            }
            case INTEGER, DATE -> {
                for (int i = 0; i < rows; i++) {
                    values[i] = MemoryUtil.getInt(address + 4L * (start + i));
                }
            }
            case BIGINT, TIME, TIMESTAMP, TIMESTAMP_TZ ->
                slice(source, 8L * start, 8 * rows).asLongBuffer().get(values, 0, rows);
            case BOOLEAN, REAL, DOUBLE, VARBINARY, UUID, JSON ->
                throw new IllegalStateException(type + " is no integer");
        }
    }

    private static void readDoubles(ArrowBuf source, boolean real, int start, int rows, double[] values) {
        if (real) {
            long address = source.memoryAddress();
            for (int i = 0; i < rows; i++) {
                values[i] = Float.intBitsToFloat(MemoryUtil.getInt(address + 4L * (start + i)));
            }
        } else {
            slice(source, 8L * start, 8 * rows).asDoubleBuffer().get(values, 0, rows);
        }
    }

    private static void readBytes(BaseVariableWidthVector vector, int start, int rows, Lane.Bytes lane) {
        if (rows == 0) {
            return;
        }
        long offsets = vector.getOffsetBuffer().memoryAddress();
        int first = MemoryUtil.getInt(offsets + 4L * start);
        int previous = first;
        for (int i = 0; i < rows; i++) {
            int next = MemoryUtil.getInt(offsets + 4L * (start + i + 1));
            lane.starts[i] = previous - first;
            lane.lengths[i] = next - previous;
            previous = next;
        }
        int total = previous - first;
        lane.reserve(total);
        if (total > 0) {
            MemoryUtil.copyFromMemory(vector.getDataBuffer().memoryAddress() + first, lane.heap, 0, total);
        }
        lane.used = total;
    }

    private static void readFewBytes(BaseVariableWidthVector vector, Frame frame, long[] active, Lane.Bytes lane) {
        long offsets = vector.getOffsetBuffer().memoryAddress() + 4L * frame.start;
        long data = vector.getDataBuffer().memoryAddress();
        for (int w = 0; w < frame.words(); w++) {
            for (long word = active[w]; word != 0; word &= word - 1) {
                int row = (w << 6) + Long.numberOfTrailingZeros(word);
                int from = MemoryUtil.getInt(offsets + 4L * row);
                int length = MemoryUtil.getInt(offsets + 4L * row + 4) - from;
                lane.reserve(length);
                MemoryUtil.copyFromMemory(data + from, lane.heap, lane.used, length);
                lane.starts[row] = lane.used;
                lane.lengths[row] = length;
                lane.used += length;
            }
        }
    }

    private static void readFixed(ArrowBuf source, int width, int start, int rows, Lane.Bytes lane) {
        int total = width * rows;
        lane.reserve(total);
        MemoryUtil.copyFromMemory(source.memoryAddress() + (long) width * start, lane.heap, 0, total);
        for (int i = 0; i < rows; i++) {
            lane.starts[i] = width * i;
            lane.lengths[i] = width;
        }
        lane.used = total;
    }

    /// Arrow keeps 128 bits; the high half of most values only repeats the sign of the low one.
    private static void readDecimals(DecimalVector vector, int start, int rows, Lane.Decimals lane) {
        long address = vector.getDataBuffer().memoryAddress() + 16L * start;
        long wide = 0;
        for (int i = 0; i < rows; i++) {
            long low = MemoryUtil.getLong(address + 16L * i);
            lane.values[i] = low;
            wide |= MemoryUtil.getLong(address + 16L * i + 8) ^ low >> 63;
        }
        if (wide != 0 || vector.getScale() != lane.scale) {
            for (int i = 0; i < rows; i++) {
                if (!lane.isNull(i)) {
                    lane.set(i, vector.getObject(start + i));
                }
            }
        }
    }

    private static void readFewDecimals(DecimalVector vector, Frame frame, long[] active, Lane.Decimals lane) {
        long address = vector.getDataBuffer().memoryAddress() + 16L * frame.start;
        boolean rescaled = vector.getScale() != lane.scale;
        for (int w = 0; w < frame.words(); w++) {
            for (long word = active[w]; word != 0; word &= word - 1) {
                int row = (w << 6) + Long.numberOfTrailingZeros(word);
                long low = MemoryUtil.getLong(address + 16L * row);
                lane.values[row] = low;
                boolean wide = MemoryUtil.getLong(address + 16L * row + 8) != low >> 63;
                if ((wide || rescaled) && !lane.isNull(row)) {
                    lane.set(row, vector.getObject(frame.start + row));
                }
            }
        }
    }

    static List<@Nullable Object> readList(ListVector vector, ColumnType item, int row) {
        int from = vector.getElementStartIndex(row);
        int to = vector.getElementEndIndex(row);
        var items = new ArrayList<@Nullable Object>(to - from);
        for (int i = from; i < to; i++) {
            items.add(Cells.read(vector.getDataVector(), i, item));
        }
        return items;
    }

    private static void readVectors(FieldVector vector, int start, int rows, Lane.Vectors lane) {
        long address = vectorAddress(vector);
        long bytes = lane.type.bytes();
        for (int i = 0; i < rows; i++) {
            lane.addresses[i] = address + bytes * (start + i);
        }
    }

    /// Where the first packed vector of a VECTOR column starts.
    static long vectorAddress(FieldVector vector) {
        return vector instanceof FixedSizeListVector list
                ? list.getDataVector().getDataBuffer().memoryAddress()
                : vector.getDataBuffer().memoryAddress();
    }
}
