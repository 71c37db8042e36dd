package io.elanus.storage.compute;

import io.elanus.storage.filter.Cells;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Projection;
import io.elanus.storage.type.ColumnType;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// Encodes key columns as bytes whose unsigned order is the order of the rows.
///
/// A column is one byte (1: a value; NULL: 0 if NULLs come first, else 2), then the value; the bytes of a value are
/// inverted where the order is descending. Numbers and times: big endian with the sign bit flipped; floating point
/// with the usual total order, -0 as 0, one NaN above all; DECIMAL: 16 bytes; text and binary: the bytes with 0 as
/// `00 FF`, ended by `00 00`; UUID: 16 bytes; VECTOR: its elements; ARRAY: item after item, ended by 0.
///
/// A batch is encoded column after column: first the lengths, then the bytes at a moving place per row.
final class RowKeys {
    private final List<SortKey> keys;
    private final Projection projection;

    /// @param keys what to encode, in order
    RowKeys(List<SortKey> keys) {
        this.keys = List.copyOf(keys);
        this.projection = new Projection(
                keys.stream().map(SortKey::expr).toList(),
                IntStream.range(0, keys.size()).mapToObj(i -> "k" + i).toList());
    }

    /// Keys where only equality counts.
    static RowKeys ofEquality(List<Expr> exprs) {
        return new RowKeys(exprs.stream().map(SortKey::ascending).toList());
    }

    /// The key columns of a batch; the caller owns them.
    VectorSchemaRoot project(
            VectorSchemaRoot batch, long @Nullable [] bitmap, int bitOffset, BufferAllocator allocator) {
        return projection.project(batch, bitmap, bitOffset, allocator);
    }

    /// Sets the bits of rows that have a NULL among their keys.
    static long[] nullRows(VectorSchemaRoot columns) {
        int rows = columns.getRowCount();
        long[] nulls = new long[(rows + 63) >>> 6];
        for (FieldVector column : columns.getFieldVectors()) {
            if (column.getNullCount() == 0) {
                continue;
            }
            ArrowBuf validity = column.getValidityBuffer();
            for (int i = 0; i < rows; i++) {
                nulls[i >>> 6] |= (BitVectorHelper.get(validity, i) ^ 1L) << i;
            }
        }
        return nulls;
    }

    /// Encodes the given rows of the key columns.
    void encode(List<FieldVector> columns, int[] rows, KeyBytes out) {
        encode(columns, rows, rows.length, out);
    }

    /// Encodes the first `count` of the given rows.
    void encode(List<FieldVector> columns, int[] rows, int count, KeyBytes out) {
        int[] cursor = new int[count + 1];
        for (int c = 0; c < keys.size(); c++) {
            addLengths(columns.get(c), keys.get(c).expr().type(), rows, count, cursor);
        }
        long total = 0;
        for (int i = 0; i <= count; i++) {
            int length = cursor[i];
            cursor[i] = Math.toIntExact(total);
            total += length;
        }
        out.count = count;
        out.starts = Arrays.copyOf(cursor, count + 1);
        if (out.heap.length < total) {
            out.heap = new byte[Math.toIntExact(total)];
        }
        for (int c = 0; c < keys.size(); c++) {
            SortKey key = keys.get(c);
            var writer = new KeyWriter(out.heap, key.descending(), key.nullsFirst());
            writer.write(columns.get(c), key.expr().type(), rows, count, cursor);
        }
    }

    private static void addLengths(FieldVector column, ColumnType type, int[] rows, int count, int[] lengths) {
        int width = KeyWriter.width(type);
        ArrowBuf validity = column.getValidityBuffer();
        for (int i = 0; i < count; i++) {
            int row = rows[i];
            lengths[i] += 1;
            if (BitVectorHelper.get(validity, row) == 0) {
                continue;
            }
            if (width >= 0) {
                lengths[i] += width;
            } else if (column instanceof BaseVariableWidthVector variable) {
                lengths[i] += escapedLength(variable, row);
            } else {
                ColumnType item = ((ColumnType.Array) type).item();
                lengths[i] += KeyWriter.listLength((List<?>) present(Cells.read(column, row, type)), item);
            }
        }
    }

    private static Object present(@Nullable Object cell) {
        if (cell == null) {
            throw new IllegalStateException("A slot turned NULL");
        }
        return cell;
    }

    private static int escapedLength(BaseVariableWidthVector column, int row) {
        int start = column.getOffsetBuffer().getInt(4L * row);
        int end = column.getOffsetBuffer().getInt(4L * row + 4);
        long data = column.getDataBuffer().memoryAddress();
        int zeros = 0;
        for (int i = start; i < end; i++) {
            zeros += MemoryUtil.getByte(data + i) == 0 ? 1 : 0;
        }
        return end - start + zeros + 2;
    }
}
