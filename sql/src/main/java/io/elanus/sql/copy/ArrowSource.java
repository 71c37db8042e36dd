package io.elanus.sql.copy;

import io.elanus.proto.grpc.Literal;
import io.elanus.sql.dml.ColumnRules;
import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.Column;
import java.io.IOException;
import java.nio.channels.Channel;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.jspecify.annotations.Nullable;

/// Arrow IPC, as a file or as a stream. Fields are columns by name; others are skipped.
final class ArrowSource implements CopyReader {
    private static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.ISO_8859_1);

    private final String name;
    private final Channel channel;
    private final ArrowReader reader;
    private final List<Column> columns;
    private final ColumnRules rules;
    private final List<Optional<FieldVector>> vectors = new ArrayList<>();
    private int rowInBatch;
    private int rowsInBatch;
    private long row;

    private ArrowSource(CopyPlan plan, ArrowReader reader, Channel channel) {
        this.name = plan.name();
        this.channel = channel;
        this.columns = plan.columns();
        this.rules = new ColumnRules(plan.table(), List.of());
        this.reader = reader;
        boolean opened = false;
        try {
            VectorSchemaRoot root = reader.getVectorSchemaRoot();
            columns.forEach(column -> vectors.add(find(root, column.name())));
            if (vectors.stream().allMatch(Optional::isEmpty)) {
                throw CopyErrors.bad("File [%s] has none of the table's columns.".formatted(name));
            }
            opened = true;
        } catch (QueryException e) {
            throw e;
        } catch (IOException | RuntimeException e) { // the library has every kind for damaged metadata
            throw CopyErrors.bad("File [%s] is not valid Arrow IPC.".formatted(name), e);
        } finally {
            if (!opened) {
                close();
            }
        }
    }

    /// Either form, told by how it begins. Takes the channel over.
    static ArrowSource ofFile(CopyPlan plan, FileChannel channel, BufferAllocator allocator) throws IOException {
        return new ArrowSource(
                plan,
                isFile(channel)
                        ? new CarefulFileReader(channel, allocator)
                        : new ArrowStreamReader(new CarefulChannel(channel), allocator),
                channel);
    }

    /// The streaming form. Takes the channel over.
    static ArrowSource ofStream(CopyPlan plan, ReadableByteChannel channel, BufferAllocator allocator) {
        return new ArrowSource(plan, new ArrowStreamReader(new CarefulChannel(channel), allocator), channel);
    }

    static boolean isFile(FileChannel channel) throws IOException {
        var start = java.nio.ByteBuffer.allocate(MAGIC.length);
        int read = 0;
        while (start.hasRemaining() && read >= 0) {
            read = channel.read(start, start.position());
        }
        return Arrays.equals(start.array(), MAGIC);
    }

    private static Optional<FieldVector> find(VectorSchemaRoot root, String column) {
        return root.getFieldVectors().stream()
                .filter(vector -> vector.getName().toLowerCase(Locale.ROOT).equals(column))
                .findFirst();
    }

    @Override
    public Literal @Nullable [] next() {
        while (rowInBatch == rowsInBatch) {
            if (!load()) {
                return null;
            }
        }
        row++;
        Literal[] literals = new Literal[columns.size()];
        Arrays.fill(literals, Literals.NULL);
        for (int i = 0; i < literals.length; i++) {
            FieldVector vector = vectors.get(i).orElse(null);
            Object value = vector == null
                    ? null
                    : ArrowValues.value(vector, rowInBatch, columns.get(i).type());
            if (value != null) {
                literals[i] = rules.convert(value, columns.get(i));
            }
        }
        rowInBatch++;
        return literals;
    }

    private boolean load() {
        try {
            boolean more = reader.loadNextBatch();
            rowInBatch = 0;
            rowsInBatch = more ? reader.getVectorSchemaRoot().getRowCount() : 0;
            if (more) {
                ArrowBounds.check(reader.getVectorSchemaRoot());
            }
            return more;
        } catch (QueryException e) {
            throw e;
        } catch (IOException | RuntimeException e) { // the library has every kind for a damaged batch
            throw CopyErrors.bad("Batch after row [%d] is not valid Arrow IPC.".formatted(row), e);
        }
    }

    @Override
    public long position() {
        return reader.bytesRead();
    }

    @Override
    public long row() {
        return row;
    }

    @Override
    public void close() {
        try {
            reader.close();
            channel.close();
        } catch (IOException e) {
            throw new QueryException(ErrorCode.IO_ERROR, "File [%s] could not be closed.".formatted(name), 0, null, e);
        }
    }
}
