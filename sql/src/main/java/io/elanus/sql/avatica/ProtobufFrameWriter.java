package io.elanus.sql.avatica;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.calcite.avatica.proto.Common.Rep;

/// Writes `Frame` messages straight from column buffers: every value once, in the fields that clients since Avatica
/// 1.8 read first, and no object per value.
///
/// Lengths of rows and arrays are known only behind them: they are written as varints padded to five bytes, which
/// every protobuf reader takes.
final class ProtobufFrameWriter implements FrameWriter {
    private static final int PADDED_LENGTH = 5;
    private static final int MAX_VARINT = 10;

    // Tags: field number << 3 | wire type.
    private static final int FRAME_OFFSET = 1 << 3;
    private static final int FRAME_DONE = 2 << 3;
    private static final int FRAME_ROWS = (3 << 3) | 2;
    private static final int ROW_VALUE = (1 << 3) | 2;
    private static final int COLUMN_ARRAY = (2 << 3) | 2;
    private static final int COLUMN_IS_ARRAY = 3 << 3;
    private static final int COLUMN_SCALAR = (4 << 3) | 2;
    private static final int VALUE_TYPE = 1 << 3;
    private static final int VALUE_BOOL = 2 << 3;
    private static final int VALUE_STRING = (3 << 3) | 2;
    private static final int VALUE_NUMBER = 4 << 3;
    private static final int VALUE_BYTES = (5 << 3) | 2;
    private static final int VALUE_DOUBLE = (6 << 3) | 1;
    private static final int VALUE_NULL = 7 << 3;

    private ByteBuffer out = ByteBuffer.allocate(16 * 1024).order(ByteOrder.LITTLE_ENDIAN);
    private int rowStart;
    private int arrayStart;
    private boolean inArray;
    private int rows;

    @Override
    public void beginRow() {
        rowStart = beginPadded(FRAME_ROWS);
    }

    @Override
    public void endRow() {
        endPadded(rowStart);
        rows++;
    }

    @Override
    public void nothing() {
        begin(Rep.NULL, 2);
        out.put((byte) VALUE_NULL).put((byte) 1);
    }

    @Override
    public void bool(boolean value) {
        begin(Rep.BOOLEAN, 2);
        out.put((byte) VALUE_BOOL).put((byte) (value ? 1 : 0));
    }

    @Override
    public void number(Rep rep, long value) {
        long zigZag = (value << 1) ^ (value >> 63);
        begin(rep, 1 + varintSize(zigZag));
        out.put((byte) VALUE_NUMBER);
        putVarint(zigZag);
    }

    @Override
    public void real(float value) {
        number(Rep.FLOAT, Float.floatToRawIntBits(value));
    }

    @Override
    public void float8(double value) {
        begin(Rep.DOUBLE, 1 + Double.BYTES);
        out.put((byte) VALUE_DOUBLE).putDouble(value);
    }

    @Override
    public void decimal(String digits) {
        beginBytes(Rep.BIG_DECIMAL, VALUE_STRING, digits.length());
        out.put(digits.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void text(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        beginBytes(Rep.STRING, VALUE_STRING, utf8.length);
        out.put(utf8);
    }

    @Override
    public void text(ArrowBuf buffer, long start, int length) {
        beginBytes(Rep.STRING, VALUE_STRING, length);
        copy(buffer, start, length);
    }

    @Override
    public void bytes(ArrowBuf buffer, long start, int length) {
        beginBytes(Rep.BYTE_STRING, VALUE_BYTES, length);
        copy(buffer, start, length);
    }

    @Override
    public void beginArray(Rep item) {
        arrayStart = beginPadded(ROW_VALUE);
        inArray = true;
        reserve(2);
        out.put((byte) COLUMN_IS_ARRAY).put((byte) 1);
    }

    @Override
    public void endArray() {
        inArray = false;
        endPadded(arrayStart);
    }

    @Override
    public int size() {
        return out.position();
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public byte[] finish(long offset, boolean done) {
        reserve(2 + MAX_VARINT + 2);
        out.put((byte) FRAME_OFFSET);
        putVarint(offset);
        out.put((byte) FRAME_DONE).put((byte) (done ? 1 : 0));
        return Arrays.copyOf(out.array(), out.position());
    }

    /// Opens a value whose type field is followed by `payload` bytes.
    private void begin(Rep rep, int payload) {
        int value = 2 + payload;
        reserve(value + 2 + 2 * PADDED_LENGTH);
        if (inArray) {
            out.put((byte) COLUMN_ARRAY);
        } else {
            out.put((byte) ROW_VALUE);
            putVarint(1 + varintSize(value) + value);
            out.put((byte) COLUMN_SCALAR);
        }
        putVarint(value);
        out.put((byte) VALUE_TYPE).put((byte) rep.getNumber());
    }

    private void beginBytes(Rep rep, int tag, int length) {
        begin(rep, 1 + varintSize(length) + length);
        out.put((byte) tag);
        putVarint(length);
    }

    private void copy(ArrowBuf buffer, long start, int length) {
        buffer.getBytes(start, out.array(), out.position(), length);
        out.position(out.position() + length);
    }

    private int beginPadded(int tag) {
        reserve(1 + PADDED_LENGTH);
        out.put((byte) tag);
        out.position(out.position() + PADDED_LENGTH);
        return out.position();
    }

    private void endPadded(int start) {
        int length = out.position() - start;
        for (int i = 0; i < PADDED_LENGTH; i++) {
            int more = i < PADDED_LENGTH - 1 ? 0x80 : 0;
            out.put(start - PADDED_LENGTH + i, (byte) (((length >>> (7 * i)) & 0x7f) | more));
        }
    }

    private void putVarint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.put((byte) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }

    private static int varintSize(long value) {
        return (Long.SIZE + 6 - Long.numberOfLeadingZeros(value | 1)) / 7;
    }

    private void reserve(int bytes) {
        if (out.remaining() < bytes) {
            int capacity = Math.max(Math.addExact(out.position(), bytes), Math.min(out.capacity() * 2, 1 << 30));
            out = ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN).put(out.flip());
        }
    }
}
