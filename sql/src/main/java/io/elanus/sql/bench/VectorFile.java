package io.elanus.sql.bench;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.index.VectorSource;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.VectorElement;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/// The vectors of an fvecs or ivecs file: per vector its dimension as int32, then as many float32 (int32), little
/// endian. Read into memory without the dimensions between. Closing frees it.
final class VectorFile implements VectorSource, AutoCloseable {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Arena arena = Arena.ofShared();
    private final int rows;
    private final int dimension;
    private final MemorySegment content;

    VectorFile(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
                Arena mapping = Arena.ofConfined()) {
            MemorySegment file = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), mapping);
            dimension = file.byteSize() < 4 ? 0 : file.get(INT, 0);
            long entry = 4L * (dimension + 1);
            if (dimension < 1 || dimension > ColumnType.Vector.MAX_DIMENSION || file.byteSize() % entry != 0) {
                throw new StorageException(
                        ErrorCode.BAD_COPY_FILE,
                        "File [%s] is no fvecs or ivecs file: [%d] bytes do not divide into vectors of [%d] dimensions."
                                .formatted(path, file.byteSize(), dimension));
            }
            rows = Math.toIntExact(file.byteSize() / entry);
            content = arena.allocate(4L * dimension * rows, 64);
            for (int row = 0; row < rows; row++) {
                MemorySegment.copy(file, row * entry + 4, content, 4L * dimension * row, 4L * dimension);
            }
        }
    }

    static void write(Path path, float[][] vectors) throws IOException {
        try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(path), 1 << 16)) {
            for (float[] vector : vectors) {
                ByteBuffer line = ByteBuffer.allocate(4 * (vector.length + 1)).order(ByteOrder.LITTLE_ENDIAN);
                line.putInt(vector.length).asFloatBuffer().put(vector);
                file.write(line.array());
            }
        }
    }

    int dimension() {
        return dimension;
    }

    float[] floats(int row) {
        return content.asSlice(4L * dimension * row, 4L * dimension).toArray(FLOAT);
    }

    /// All vectors, on the heap.
    float[][] all() {
        float[][] all = new float[rows][];
        Arrays.setAll(all, this::floats);
        return all;
    }

    int[] ints(int row) {
        return content.asSlice(4L * dimension * row, 4L * dimension).toArray(INT);
    }

    @Override
    public ColumnType.Vector type() {
        return new ColumnType.Vector(dimension, VectorElement.FLOAT32);
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public long address(int row) {
        return content.address() + 4L * dimension * row;
    }

    @Override
    public boolean isNull(int row) {
        return false;
    }

    @Override
    public void close() {
        arena.close();
    }
}
