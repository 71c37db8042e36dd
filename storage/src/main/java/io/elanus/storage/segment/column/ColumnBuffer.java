package io.elanus.storage.segment.column;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.kernel.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/// A column that grows at its end. Growing beyond its capacity moves it to new memory; whoever retained the old
/// buffers (see [#forEachBuffer]) keeps them. Owned by its creator, written by one thread at a time.
public final class ColumnBuffer implements AutoCloseable {
    private static final long MAX_BYTES = Integer.MAX_VALUE - 64L;

    private final ColumnLayout layout;
    private final BufferAllocator allocator;
    private final @Nullable ColumnBuffer items;
    private ArrowBuf validity;
    private @Nullable ArrowBuf offsets;
    private @Nullable ArrowBuf data;
    private int rows;
    private int moves;

    public ColumnBuffer(ColumnLayout layout, BufferAllocator allocator, int capacity) {
        this.layout = layout;
        this.allocator = allocator;
        this.validity = allocator.getEmpty();
        this.items = layout instanceof ColumnLayout.Items(ColumnLayout item)
                ? new ColumnBuffer(item, allocator, capacity)
                : null;
        try {
            reserve(capacity);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    public int rows() {
        return rows;
    }

    /// Rises whenever a buffer moved.
    public int moves() {
        return items == null ? moves : moves + items.moves();
    }

    public ColumnMemory memory() {
        return new ColumnMemory(
                validity.memoryAddress(), address(offsets), address(data), items == null ? null : items.memory());
    }

    public void forEachBuffer(Consumer<ArrowBuf> action) {
        action.accept(validity);
        if (offsets != null) {
            action.accept(offsets);
        }
        if (data != null) {
            action.accept(data);
        }
        if (items != null) {
            items.forEachBuffer(action);
        }
    }

    /// Appends the rows [first, first + count) of another column.
    public void appendRange(ColumnMemory from, int first, int count) {
        if (count == 0) {
            return; // an empty Arrow vector may have no offsets to look at
        }
        reserve(rows + count);
        Bits.copy(from.validity(), first, validity.memoryAddress(), rows, count);
        switch (layout) {
            case ColumnLayout.Bits _ -> Bits.copy(from.data(), first, address(data), rows, count);
            case ColumnLayout.Fixed(int width) ->
                NativeMemory.copy(
                        from.data() + (long) first * width, address(data) + (long) rows * width, (long) count * width);
            case ColumnLayout.Variable _ -> {
                int begin = from.offset(first);
                int bytes = from.offset(first + count) - begin;
                int end = offset(rows);
                reserveData((long) end + bytes);
                NativeMemory.copy(from.data() + begin, address(data) + end, bytes);
                shiftOffsets(from, first, count, end - begin);
            }
            case ColumnLayout.Items _ -> {
                int begin = from.offset(first);
                int end = offset(rows);
                child().appendRange(from.itemMemory(), begin, from.offset(first + count) - begin);
                shiftOffsets(from, first, count, end - begin);
            }
        }
        rows += count;
    }

    /// Appends single rows of another column: those with the ordinals `ordinals[start]` to `ordinals[start + count
    /// - 1]`.
    public void appendRows(ColumnMemory from, int[] ordinals, int start, int count) {
        reserve(rows + count);
        long target = validity.memoryAddress();
        for (int i = 0; i < count; i++) {
            Bits.put(target, rows + i, !from.isNull(ordinals[start + i]));
        }
        switch (layout) {
            case ColumnLayout.Bits _ -> {
                for (int i = 0; i < count; i++) {
                    Bits.put(address(data), rows + i, Bits.at(from.data(), ordinals[start + i]));
                }
            }
            case ColumnLayout.Fixed(int width) -> gatherFixed(from.data(), ordinals, start, count, width);
            case ColumnLayout.Variable _ -> gatherVariable(from, ordinals, start, count);
            case ColumnLayout.Items _ -> {
                for (int i = 0; i < count; i++) {
                    int begin = from.offset(ordinals[start + i]);
                    child().appendRange(from.itemMemory(), begin, from.offset(ordinals[start + i] + 1) - begin);
                    setOffset(rows + i + 1, child().rows());
                }
            }
        }
        rows += count;
    }

    /// Appends one row of another column `count` times.
    public void appendRepeated(ColumnMemory from, int row, int count) {
        int[] ordinals = new int[Math.min(count, 1024)];
        Arrays.fill(ordinals, row);
        for (int done = 0; done < count; done += ordinals.length) {
            appendRows(from, ordinals, 0, Math.min(ordinals.length, count - done));
        }
    }

    public void appendNulls(int count) {
        reserve(rows + count);
        Bits.fill(validity.memoryAddress(), rows, count, false);
        switch (layout) {
            case ColumnLayout.Bits _ -> Bits.fill(address(data), rows, count, false);
            case ColumnLayout.Fixed(int width) ->
                NativeMemory.ALL
                        .asSlice(address(data) + (long) rows * width, (long) count * width)
                        .fill((byte) 0);
            case ColumnLayout.Variable _, ColumnLayout.Items _ -> {
                int end = offset(rows);
                for (int i = 1; i <= count; i++) {
                    setOffset(rows + i, end);
                }
            }
        }
        rows += count;
    }

    /// Appends one number to a column of 8-byte values, `count` times.
    public void appendLongs(long value, int count) {
        reserve(rows + count);
        Bits.fill(validity.memoryAddress(), rows, count, true);
        long to = address(data) + (long) rows * Long.BYTES;
        for (int i = 0; i < count; i++) {
            NativeMemory.putLong(to + (long) i * Long.BYTES, value);
        }
        rows += count;
    }

    /// Forgets the rows from this one on: undoes appends.
    public void truncate(int count) {
        if (count >= rows) {
            return;
        }
        rows = count;
        if (items != null) {
            items.truncate(offset(count));
        }
    }

    /// Appends one value that is not NULL: the bytes of a Fixed or Variable column, or one byte 0 or 1 for Bits.
    public void appendValue(byte[] value) {
        reserve(rows + 1);
        Bits.put(validity.memoryAddress(), rows, true);
        switch (layout) {
            case ColumnLayout.Bits _ -> Bits.put(address(data), rows, value[0] != 0);
            case ColumnLayout.Fixed(int width) -> putBytes(value, address(data) + (long) rows * width);
            case ColumnLayout.Variable _ -> {
                int end = offset(rows);
                reserveData((long) end + value.length);
                putBytes(value, address(data) + end);
                setOffset(rows + 1, end + value.length);
            }
            case ColumnLayout.Items _ -> throw new IllegalStateException("A list is appended by its items");
        }
        rows++;
    }

    /// The child column of Items, to append the items of the next list to; end the list with [#endList].
    public ColumnBuffer child() {
        if (items == null) {
            throw new IllegalStateException("Only a list column has items");
        }
        return items;
    }

    /// Makes the items appended since the last row one list.
    public void endList() {
        reserve(rows + 1);
        Bits.put(validity.memoryAddress(), rows, true);
        setOffset(rows + 1, child().rows());
        rows++;
    }

    /// The column as an Arrow vector that shares its buffers; close both.
    public FieldVector toVector(Field field) {
        FieldVector vector = field.createVector(allocator);
        loadInto(vector);
        return vector;
    }

    public long bytes() {
        long[] sum = {0};
        forEachBuffer(buffer -> sum[0] += buffer.capacity());
        return sum[0];
    }

    @Override
    public void close() {
        forEachBuffer(buffer -> buffer.getReferenceManager().release());
        validity = allocator.getEmpty();
        offsets = null;
        data = null;
        rows = 0;
    }

    private void loadInto(FieldVector vector) {
        ArrowFieldNode node = new ArrowFieldNode(rows, -1);
        ArrowBuf bitmap = rows == 0 ? allocator.getEmpty() : validity;
        switch (layout) {
            case ColumnLayout.Bits _ -> vector.loadFieldBuffers(node, List.of(bitmap, required(data)));
            case ColumnLayout.Fixed(int width) -> ColumnViews.loadFixed(vector, node, bitmap, required(data), width);
            case ColumnLayout.Variable _ ->
                vector.loadFieldBuffers(node, List.of(bitmap, required(offsets), required(data)));
            case ColumnLayout.Items _ -> {
                vector.loadFieldBuffers(node, List.of(bitmap, required(offsets)));
                child().loadInto(vector.getChildrenFromFields().getFirst());
            }
        }
    }

    private void gatherFixed(long from, int[] ordinals, int start, int count, int width) {
        long to = address(data) + (long) rows * width;
        switch (width) {
            case 1 -> {
                for (int i = 0; i < count; i++) {
                    NativeMemory.putByte(to + i, NativeMemory.byteAt(from + ordinals[start + i]));
                }
            }
            case 4 -> {
                for (int i = 0; i < count; i++) {
                    NativeMemory.putInt(to + 4L * i, NativeMemory.intAt(from + 4L * ordinals[start + i]));
                }
            }
            case 8 -> {
                for (int i = 0; i < count; i++) {
                    NativeMemory.putLong(to + 8L * i, NativeMemory.longAt(from + 8L * ordinals[start + i]));
                }
            }
            default -> {
                for (int i = 0; i < count; i++) {
                    NativeMemory.copy(from + (long) width * ordinals[start + i], to + (long) width * i, width);
                }
            }
        }
    }

    private void gatherVariable(ColumnMemory from, int[] ordinals, int start, int count) {
        long bytes = offset(rows);
        for (int i = 0; i < count; i++) {
            int ordinal = ordinals[start + i];
            bytes += from.offset(ordinal + 1) - from.offset(ordinal);
        }
        reserveData(bytes);
        int end = offset(rows);
        for (int i = 0; i < count; i++) {
            int begin = from.offset(ordinals[start + i]);
            int length = from.offset(ordinals[start + i] + 1) - begin;
            NativeMemory.copy(from.data() + begin, address(data) + end, length);
            end += length;
            setOffset(rows + i + 1, end);
        }
    }

    private void shiftOffsets(ColumnMemory from, int first, int count, int shift) {
        for (int i = 1; i <= count; i++) {
            setOffset(rows + i, from.offset(first + i) + shift);
        }
    }

    private void reserve(int capacity) {
        validity = room(validity, Bits.bytes(capacity), Bits.bytes(rows));
        switch (layout) {
            case ColumnLayout.Bits _ -> data = room(data, Bits.bytes(capacity), Bits.bytes(rows));
            case ColumnLayout.Fixed(int width) -> data = room(data, (long) capacity * width, (long) rows * width);
            case ColumnLayout.Variable _ -> {
                reserveOffsets(capacity);
                if (data == null) {
                    data = room(null, 16L * capacity, 0);
                }
            }
            case ColumnLayout.Items _ -> reserveOffsets(capacity);
        }
    }

    private void reserveOffsets(int capacity) {
        boolean first = offsets == null;
        offsets = room(offsets, (capacity + 1L) * Integer.BYTES, (rows + 1L) * Integer.BYTES);
        if (first) {
            setOffset(0, 0);
        }
    }

    private void reserveData(long bytes) {
        data = room(data, bytes, rows == 0 ? 0 : offset(rows));
    }

    /// The buffer, or a bigger one with the `used` bytes of it.
    private ArrowBuf room(@Nullable ArrowBuf buffer, long bytes, long used) {
        if (buffer != null && bytes <= buffer.capacity()) {
            return buffer;
        }
        if (bytes > MAX_BYTES) {
            throw new StorageException(
                    ErrorCode.LIMIT_EXCEEDED,
                    "A column needs [%d] bytes for the rows of one batch or chunk and may take [%d]. Write smaller values."
                            .formatted(bytes, MAX_BYTES));
        }
        long size = buffer == null ? bytes : Math.min(MAX_BYTES, Math.max(bytes, 2 * buffer.capacity()));
        ArrowBuf bigger = allocator.buffer(size);
        if (buffer != null) {
            NativeMemory.copy(buffer.memoryAddress(), bigger.memoryAddress(), Math.min(used, buffer.capacity()));
            buffer.getReferenceManager().release();
            moves++;
        }
        return bigger;
    }

    private int offset(int row) {
        return NativeMemory.intAt(address(offsets) + (long) row * Integer.BYTES);
    }

    private void setOffset(int row, int value) {
        NativeMemory.putInt(address(offsets) + (long) row * Integer.BYTES, value);
    }

    private static void putBytes(byte[] value, long address) {
        MemorySegment.copy(value, 0, NativeMemory.ALL, ValueLayout.JAVA_BYTE, address, value.length);
    }

    private static long address(@Nullable ArrowBuf buffer) {
        return buffer == null ? 0 : buffer.memoryAddress();
    }

    private static ArrowBuf required(@Nullable ArrowBuf buffer) {
        if (buffer == null) {
            throw new IllegalStateException("The column buffer is closed");
        }
        return buffer;
    }
}
