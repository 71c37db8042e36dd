package io.elanus.storage.segment;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.segment.column.ColumnBuffer;
import io.elanus.storage.segment.column.ColumnLayout;
import io.elanus.storage.segment.column.ColumnMemory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.util.TransferPair;
import org.jspecify.annotations.Nullable;

/// Batches of rows: to and from bytes (the Arrow IPC stream format, one batch a stream), and copies of some of
/// their rows. Every root that a method returns belongs to its caller.
public final class ArrowBatches {
    private ArrowBatches() {}

    /// The batch as an IPC stream.
    public static byte[] encode(VectorSchemaRoot batch) {
        var bytes = new ByteArrayOutputStream(Math.toIntExact(payloadBytes(batch)) + 4096);
        try (var writer = new ArrowStreamWriter(batch, null, MemoryChannel.to(bytes))) {
            writer.start();
            writer.writeBatch();
            writer.end();
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    /// The rows [from, from + count) as an IPC stream.
    public static byte[] encode(VectorSchemaRoot batch, int from, int count, BufferAllocator allocator) {
        if (from == 0 && count == batch.getRowCount()) {
            return encode(batch);
        }
        try (VectorSchemaRoot slice = copy(batch, from, count, allocator)) {
            return encode(slice);
        }
    }

    /// The batch of a stream that [#encode] made.
    public static VectorSchemaRoot decode(byte[] stream, BufferAllocator allocator) {
        return decode(ByteBuffer.wrap(stream), allocator);
    }

    /// The batch of a stream that [#encode] made; the buffer's position stays where it is.
    public static VectorSchemaRoot decode(ByteBuffer stream, BufferAllocator allocator) {
        try (var reader = new ArrowStreamReader(MemoryChannel.of(stream), allocator)) {
            VectorSchemaRoot read = reader.getVectorSchemaRoot();
            if (!reader.loadNextBatch()) {
                throw corrupt("it holds no batch", null);
            }
            return move(read, allocator);
        } catch (IOException | IllegalArgumentException | IllegalStateException | IndexOutOfBoundsException e) {
            throw corrupt(String.valueOf(e.getMessage()), e);
        }
    }

    /// A copy of the rows [from, from + count).
    public static VectorSchemaRoot copy(VectorSchemaRoot batch, int from, int count, BufferAllocator allocator) {
        return build(batch, count, allocator, (target, source) -> target.appendRange(source, from, count));
    }

    /// A copy of the rows with these ordinals, in their order; an ordinal may occur more than once.
    public static VectorSchemaRoot gather(
            VectorSchemaRoot batch, int[] ordinals, int count, BufferAllocator allocator) {
        return build(batch, count, allocator, (target, source) -> target.appendRows(source, ordinals, 0, count));
    }

    /// The same buffers in a new root, counted at another allocator below the same root allocator from now on. The
    /// given batch is closed. Never fails for want of memory: who limits the target asks it afterwards.
    public static VectorSchemaRoot move(VectorSchemaRoot batch, BufferAllocator to) {
        try (batch) {
            List<FieldVector> vectors = new ArrayList<>();
            for (FieldVector vector : batch.getFieldVectors()) {
                TransferPair transfer = vector.getTransferPair(vector.getField(), to);
                transfer.transfer();
                vectors.add((FieldVector) transfer.getTo());
            }
            return new VectorSchemaRoot(batch.getSchema().getFields(), vectors, batch.getRowCount());
        }
    }

    /// Bytes of the values, without what an allocator rounds up.
    public static long payloadBytes(VectorSchemaRoot batch) {
        long bytes = 0;
        for (FieldVector vector : batch.getFieldVectors()) {
            bytes += vector.getBufferSize();
        }
        return bytes;
    }

    private static VectorSchemaRoot build(
            VectorSchemaRoot batch, int rows, BufferAllocator allocator, BiConsumer<ColumnBuffer, ColumnMemory> fill) {
        List<FieldVector> vectors = new ArrayList<>();
        try {
            for (FieldVector vector : batch.getFieldVectors()) {
                Field field = vector.getField();
                try (var column = new ColumnBuffer(ColumnLayout.of(field), allocator, rows)) {
                    if (rows > 0) {
                        fill.accept(column, ColumnMemory.of(vector));
                    }
                    vectors.add(column.toVector(field));
                }
            }
        } catch (RuntimeException e) {
            vectors.forEach(FieldVector::close);
            throw e;
        }
        return new VectorSchemaRoot(batch.getSchema().getFields(), vectors, rows);
    }

    private static StorageException corrupt(String why, @Nullable Throwable cause) {
        return new StorageException(
                ErrorCode.CORRUPT, "An Arrow stream cannot be read: %s. Send it again.".formatted(why), cause);
    }
}
