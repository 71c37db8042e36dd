package io.elanus.storage.compute;

import io.elanus.storage.filter.Cells;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import io.elanus.storage.type.VectorElement;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.FieldVector;

/// Writes one key column in the form of [RowKeys].
final class KeyWriter {
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /// Comes before every value that is there.
    static final byte VALUE_MARK = 1;

    private final byte[] heap;
    private final boolean descending;
    private final byte nullMark;
    /// Of the column at hand.
    private int width;

    KeyWriter(byte[] heap, boolean descending, boolean nullsFirst) {
        this.heap = heap;
        this.descending = descending;
        this.nullMark = nullMark(nullsFirst);
    }

    /// Stands for NULL.
    static byte nullMark(boolean nullsFirst) {
        return (byte) (nullsFirst ? 0 : 2);
    }

    /// Bytes of every value of the type, -1 if they vary.
    static int width(ColumnType type) {
        return switch (type) {
            case Simple.BOOLEAN, Simple.TINYINT -> 1;
            case Simple.SMALLINT -> 2;
            case Simple.INTEGER, Simple.DATE, Simple.REAL -> 4;
            case Simple.BIGINT, Simple.TIME, Simple.TIMESTAMP, Simple.TIMESTAMP_TZ, Simple.DOUBLE -> 8;
            case Simple.UUID -> 16;
            case ColumnType.Decimal _ -> 16;
            case Simple.VARBINARY, Simple.JSON -> -1;
            case ColumnType.Varchar _, ColumnType.Array _ -> -1;
            case ColumnType.Vector(int dimension, VectorElement element) ->
                switch (element) {
                    case BINARY -> dimension / 8;
                    case SPARSE -> -1;
                    case FLOAT32, FLOAT16, BFLOAT16, INT8 -> 4 * dimension;
                };
        };
    }

    /// Numbers and times of up to eight bytes, which [#bits] makes unsigned.
    static boolean isPlain(ColumnType type) {
        return type instanceof Simple && type != Simple.BOOLEAN && width(type) > 0 && width(type) <= Long.BYTES;
    }

    /// Writes the rows' values at their cursors and moves those on.
    void write(FieldVector column, ColumnType type, int[] rows, int count, int[] cursor) {
        ArrowBuf validity = column.getValidityBuffer();
        width = width(type);
        long data = isPlain(type) || type instanceof ColumnType.Decimal ? column.getDataBufferAddress() : 0;
        for (int i = 0; i < count; i++) {
            int row = rows[i];
            int at = cursor[i];
            if (BitVectorHelper.get(validity, row) == 0) {
                heap[at] = nullMark;
                cursor[i] = at + 1;
                continue;
            }
            heap[at] = VALUE_MARK;
            int end = value(column, data, type, row, at + 1);
            if (descending) {
                for (int b = at + 1; b < end; b++) {
                    heap[b] = (byte) ~heap[b];
                }
            }
            cursor[i] = end;
        }
    }

    /// @param data of a plain or decimal column
    private int value(FieldVector column, long data, ColumnType type, int row, int at) {
        if (column instanceof BaseVariableWidthVector variable) {
            int start = variable.getOffsetBuffer().getInt(4L * row);
            int end = variable.getOffsetBuffer().getInt(4L * row + 4);
            return escaped(variable.getDataBuffer().memoryAddress() + start, end - start, at);
        }
        if (data == 0) {
            Object cell = Cells.read(column, row, type);
            if (cell == null) {
                throw new IllegalStateException("A slot turned NULL");
            }
            return cell(cell, type, at);
        }
        if (type instanceof Simple simple) {
            number(bits(data, simple, row), at);
        } else { // 16 bytes, the lowest first
            LONGS.set(heap, at, MemoryUtil.getLong(data + 16L * row + 8) ^ Long.MIN_VALUE);
            LONGS.set(heap, at + 8, MemoryUtil.getLong(data + 16L * row));
        }
        return at + width;
    }

    private void number(long bits, int at) {
        switch (width) {
            case 1 -> heap[at] = (byte) bits;
            case 2 -> {
                heap[at] = (byte) (bits >>> 8);
                heap[at + 1] = (byte) bits;
            }
            case 4 -> INTS.set(heap, at, (int) bits);
            default -> LONGS.set(heap, at, bits);
        }
    }

    /// The value of a plain column as it is written, as an unsigned number.
    static long bits(long data, Simple type, int row) {
        return switch (type) {
            case TINYINT -> (MemoryUtil.getByte(data + row) ^ 0x80) & 0xFF;
            case SMALLINT -> (MemoryUtil.getShort(data + 2L * row) ^ 0x8000) & 0xFFFF;
            case INTEGER, DATE -> (MemoryUtil.getInt(data + 4L * row) ^ Integer.MIN_VALUE) & 0xFFFF_FFFFL;
            case BIGINT, TIME, TIMESTAMP, TIMESTAMP_TZ -> MemoryUtil.getLong(data + 8L * row) ^ Long.MIN_VALUE;
            case REAL -> ordered(Float.intBitsToFloat(MemoryUtil.getInt(data + 4L * row))) & 0xFFFF_FFFFL;
            case DOUBLE -> ordered(Double.longBitsToDouble(MemoryUtil.getLong(data + 8L * row)));
            case BOOLEAN, VARBINARY, UUID, JSON -> throw new IllegalStateException(type + " is no number");
        };
    }

    /// The first value of a key that was written, in the same form.
    static long bits(KeyBytes key, boolean descending, int width) {
        long bits = 0;
        for (int i = 1; i <= width; i++) {
            byte written = key.heap[key.starts[0] + i];
            bits = bits << 8 | (descending ? ~written : written) & 0xFF;
        }
        return bits;
    }

    /// Bits whose unsigned order is that of the numbers.
    private static int ordered(float value) {
        int bits = Float.floatToIntBits(value == 0 ? 0f : value);
        return bits < 0 ? ~bits : bits ^ Integer.MIN_VALUE;
    }

    private static long ordered(double value) {
        long bits = Double.doubleToLongBits(value == 0 ? 0.0 : value);
        return bits < 0 ? ~bits : bits ^ Long.MIN_VALUE;
    }

    private int cell(Object cell, ColumnType type, int at) {
        return switch (cell) {
            case Boolean bool -> {
                heap[at] = (byte) (bool ? 1 : 0);
                yield at + 1;
            }
            case Long number -> whole(number, type, at);
            case Double number -> {
                if (type == Simple.REAL) {
                    INTS.set(heap, at, ordered(number.floatValue()));
                } else {
                    LONGS.set(heap, at, ordered(number));
                }
                yield at + width(type);
            }
            case BigDecimal decimal -> decimal(decimal, at);
            case String text -> escaped(text.getBytes(StandardCharsets.UTF_8), at);
            case byte[] bytes when type == Simple.VARBINARY -> escaped(bytes, at);
            case byte[] bytes -> {
                System.arraycopy(bytes, 0, heap, at, bytes.length);
                yield at + bytes.length;
            }
            case float[] elements -> {
                int end = at;
                for (float element : elements) {
                    INTS.set(heap, end, ordered(element));
                    end += 4;
                }
                yield end;
            }
            case List<?> list -> list(list, ((ColumnType.Array) type).item(), at);
            default -> throw new IllegalStateException("No cell is a " + cell.getClass());
        };
    }

    private int whole(long number, ColumnType type, int at) {
        int width = width(type);
        for (int i = 0; i < width; i++) {
            heap[at + i] = (byte) (number >>> (8 * (width - 1 - i)));
        }
        heap[at] ^= (byte) 0x80;
        return at + width;
    }

    private int decimal(BigDecimal value, int at) {
        byte[] unscaled = value.unscaledValue().toByteArray();
        byte fill = (byte) (value.signum() < 0 ? -1 : 0);
        int pad = 16 - unscaled.length;
        for (int i = 0; i < 16; i++) {
            heap[at + i] = i < pad ? fill : unscaled[i - pad];
        }
        heap[at] ^= (byte) 0x80;
        return at + 16;
    }

    private int escaped(long address, int length, int at) {
        int end = at;
        for (int i = 0; i < length; i++) {
            byte b = MemoryUtil.getByte(address + i);
            heap[end++] = b;
            if (b == 0) {
                heap[end++] = (byte) 0xFF;
            }
        }
        heap[end++] = 0;
        heap[end++] = 0;
        return end;
    }

    private int escaped(byte[] bytes, int at) {
        int end = at;
        for (byte b : bytes) {
            heap[end++] = b;
            if (b == 0) {
                heap[end++] = (byte) 0xFF;
            }
        }
        heap[end++] = 0;
        heap[end++] = 0;
        return end;
    }

    /// Items: 1 and the value, or 2 for NULL (above all values); 0 ends the list.
    private int list(List<?> items, ColumnType item, int at) {
        int end = at;
        for (Object value : items) {
            heap[end++] = (byte) (value == null ? 2 : 1);
            if (value != null) {
                end = cell(value, item, end);
            }
        }
        heap[end++] = 0;
        return end;
    }

    static int listLength(List<?> items, ColumnType item) {
        int length = 1;
        int width = width(item);
        for (Object value : items) {
            length += 1;
            if (value != null) {
                length += width >= 0 ? width : escapedLength(value);
            }
        }
        return length;
    }

    private static int escapedLength(Object cell) {
        byte[] bytes = cell instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : (byte[]) cell;
        int length = bytes.length + 2;
        for (byte b : bytes) {
            length += b == 0 ? 1 : 0;
        }
        return length;
    }
}
