package io.elanus.storage.filter;

import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.nio.ByteOrder;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;

/// Copies lanes, block after block, into an Arrow column of known row count.
final class ColumnWriter {
    private final FieldVector vector;
    private final ColumnType type;
    /// Rows without a value to be copied: those that are NULL, and those nobody asked for.
    private final long[] nulls = new long[Lane.WORDS];
    /// Rows to be marked as NULL; numbers nobody asked for are not, so that a column without NULLs is known as such.
    private final long[] marked = new long[Lane.WORDS];

    ColumnWriter(FieldVector vector, ColumnType type, int rows) {
        this.vector = vector;
        this.type = type;
        vector.setInitialCapacity(rows);
        vector.allocateNew();
    }

    /// @param start  a multiple of 64
    /// @param active rows that are not hold anything: NULL, or some number
    void write(Lane lane, int start, int rows, long[] active) {
        for (int w = 0; w < Lane.WORDS; w++) {
            nulls[w] = lane.nulls[w] | ~active[w];
            marked[w] = lane.nulls[w] & active[w];
        }
        switch (lane) {
            case Lane.Bools bools -> {
                writeBits(vector.getDataBuffer(), start, rows, bools.bits, false);
                writeValidity(start, rows);
            }
            case Lane.Longs longs -> {
                writeLongs(longs.values, start, rows);
                writeValidity(start, rows);
            }
            case Lane.Doubles doubles -> {
                writeDoubles(doubles.values, start, rows);
                writeValidity(start, rows);
            }
            case Lane.Bytes bytes -> {
                if (vector instanceof BaseVariableWidthVector variable) {
                    writeBytes(variable, bytes, start, rows);
                } else {
                    writeFixed(bytes, start, rows);
                }
            }
            case Lane.Decimals decimals -> {
                if (decimals.hasWide() || decimals.scale != ((ColumnType.Decimal) type).scale()) {
                    writeCells(decimals, start, rows);
                } else {
                    writeDecimals(decimals.values, start, rows);
                    writeValidity(start, rows);
                }
            }
            case Lane.Objects objects -> writeCells(objects, start, rows);
            case Lane.Vectors vectors -> writeVectors(vectors, start, rows);
        }
    }

    private void writeValidity(int start, int rows) {
        writeBits(vector.getValidityBuffer(), start, rows, marked, true);
    }

    private void writeValidityOfFew(int start, int rows) {
        writeBits(vector.getValidityBuffer(), start, rows, nulls, true);
    }

    private static void writeBits(ArrowBuf target, int start, int rows, long[] words, boolean invert) {
        long address = target.memoryAddress() + (start >>> 3);
        int bytes = (rows + 7) >>> 3;
        int whole = bytes >>> 3;
        for (int w = 0; w < whole; w++) {
            MemoryUtil.putLong(address + 8L * w, invert ? ~words[w] : words[w]);
        }
        for (int b = whole << 3; b < bytes; b++) {
            long word = invert ? ~words[whole] : words[whole];
            MemoryUtil.putByte(address + b, (byte) (word >>> ((b & 7) << 3)));
        }
    }

    private void writeLongs(long[] values, int start, int rows) {
        ArrowBuf target = vector.getDataBuffer();
        long address = target.memoryAddress();
        switch ((Simple) type) {
            case TINYINT -> {
                for (int i = 0; i < rows; i++) {
                    MemoryUtil.putByte(address + start + i, (byte) values[i]);
                }
            }
            case SMALLINT -> {
                for (int i = 0; i < rows; i++) {
                    MemoryUtil.putShort(address + 2L * (start + i), (short) values[i]);
                }
            }
            case INTEGER, DATE -> {
                for (int i = 0; i < rows; i++) {
                    MemoryUtil.putInt(address + 4L * (start + i), (int) values[i]);
                }
            }
            case BIGINT, TIME, TIMESTAMP, TIMESTAMP_TZ ->
                target.nioBuffer(8L * start, 8 * rows)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asLongBuffer()
                        .put(values, 0, rows);
            case BOOLEAN, REAL, DOUBLE, VARBINARY, UUID, JSON ->
                throw new IllegalStateException(type + " is no integer");
        }
    }

    private void writeDoubles(double[] values, int start, int rows) {
        ArrowBuf target = vector.getDataBuffer();
        if (type == Simple.REAL) {
            for (int i = 0; i < rows; i++) {
                MemoryUtil.putInt(
                        target.memoryAddress() + 4L * (start + i), Float.floatToRawIntBits((float) values[i]));
            }
        } else {
            target.nioBuffer(8L * start, 8 * rows)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asDoubleBuffer()
                    .put(values, 0, rows);
        }
    }

    private void writeBytes(BaseVariableWidthVector variable, Lane.Bytes lane, int start, int rows) {
        for (int i = 0; i < rows; i++) {
            if (isNull(i)) {
                variable.setNull(start + i);
            } else {
                variable.setSafe(start + i, lane.heap, lane.starts[i], lane.lengths[i]);
            }
        }
    }

    private void writeFixed(Lane.Bytes lane, int start, int rows) {
        long address = vector.getDataBuffer().memoryAddress();
        for (int i = 0; i < rows; i++) {
            if (!isNull(i)) {
                MemoryUtil.copyToMemory(lane.heap, lane.starts[i], address + 16L * (start + i), 16);
            }
        }
        writeValidityOfFew(start, rows);
    }

    private void writeDecimals(long[] values, int start, int rows) {
        long address = vector.getDataBuffer().memoryAddress() + 16L * start;
        for (int i = 0; i < rows; i++) {
            MemoryUtil.putLong(address + 16L * i, values[i]);
            MemoryUtil.putLong(address + 16L * i + 8, values[i] >> 63);
        }
    }

    private void writeCells(Lane lane, int start, int rows) {
        for (int i = 0; i < rows; i++) {
            Cells.write(isNull(i) ? null : lane.cell(i), type, vector, start + i);
        }
    }

    private void writeVectors(Lane.Vectors lane, int start, int rows) {
        long bytes = lane.type.bytes();
        long address = ColumnReader.vectorAddress(vector) + bytes * start;
        for (int i = 0; i < rows; i++) {
            if (isNull(i)) {
                MemoryUtil.setMemory(address + bytes * i, bytes, (byte) 0);
            } else {
                MemoryUtil.copyMemory(lane.addresses[i], address + bytes * i, bytes);
            }
        }
        writeValidityOfFew(start, rows);
        if (vector instanceof FixedSizeListVector list) {
            int size = list.getListSize();
            ArrowBuf validity = list.getDataVector().getValidityBuffer();
            for (long i = (long) start * size; i < (long) (start + rows) * size; i++) {
                BitVectorHelper.setBit(validity, i);
            }
        }
    }

    private boolean isNull(int row) {
        return (nulls[row >>> 6] & 1L << row) != 0;
    }

    /// The column, of `rows` rows.
    void finish(int rows) {
        vector.setValueCount(rows);
    }
}
