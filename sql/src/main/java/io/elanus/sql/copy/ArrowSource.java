package io.elanus.sql.copy;

import io.elanus.sql.error.QueryException;
import java.io.IOException;
import java.nio.channels.Channel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.util.Arrays;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.jspecify.annotations.Nullable;

/// Arrow IPC, as a file or as a stream. Fields are columns by name; others are skipped. Columns whose layout is the
/// table's own are taken as they are.
final class ArrowSource implements BatchSource {
    private static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.ISO_8859_1);

    private final String name;
    private final Channel channel;
    private final ArrowReader reader;
    private final BufferAllocator allocator;
    private final IngestColumns columns;
    private final BatchCutter waiting;
    private boolean ended;
    private long row;
    private long failedRow;

    private ArrowSource(CopyPlan plan, ArrowReader reader, Channel channel, BufferAllocator allocator) {
        this.name = plan.name();
        this.channel = channel;
        this.reader = reader;
        this.allocator = allocator;
        this.waiting = new BatchCutter(plan.table(), allocator);
        boolean opened = false;
        try {
            this.columns =
                    IngestColumns.ofFile(plan, reader.getVectorSchemaRoot().getSchema());
            opened = true;
        } catch (QueryException e) {
            throw e;
        } catch (FileSystemException e) {
            throw CopyErrors.unreadable(name, e);
        } catch (IOException | RuntimeException e) { // the library has every kind for damaged metadata
            throw CopyErrors.bad("File [%s] is not valid Arrow IPC.".formatted(name), e);
        } finally {
            if (!opened) {
                close();
            }
        }
    }

    /// Either form, told by how it begins. Takes the channel over.
    static ArrowSource ofFile(CopyPlan plan, SeekableByteChannel channel, BufferAllocator allocator)
            throws IOException {
        return new ArrowSource(
                plan,
                isFile(channel)
                        ? new CarefulFileReader(channel, allocator)
                        : new ArrowStreamReader(new CarefulChannel(channel), allocator),
                channel,
                allocator);
    }

    /// The streaming form. Takes the channel over.
    static ArrowSource ofStream(CopyPlan plan, ReadableByteChannel channel, BufferAllocator allocator) {
        return new ArrowSource(plan, new ArrowStreamReader(new CarefulChannel(channel), allocator), channel, allocator);
    }

    static boolean isFile(SeekableByteChannel channel) throws IOException {
        var start = java.nio.ByteBuffer.allocate(MAGIC.length);
        int read = 0;
        while (start.hasRemaining() && read >= 0) {
            read = channel.read(start);
        }
        channel.position(0);
        return Arrays.equals(start.array(), MAGIC);
    }

    @Override
    public @Nullable CopyBatch next() {
        try {
            return read();
        } catch (QueryException e) {
            throw CopyErrors.located(e, failedRow, position());
        }
    }

    /// As [#next], but an error does not say where it is: [#failedRow] does.
    @Nullable
    CopyBatch read() {
        while (!ended && !waiting.isFull()) {
            load();
        }
        return waiting.isEmpty() ? null : waiting.take(position());
    }

    private void load() {
        try {
            if (!reader.loadNextBatch()) {
                ended = true;
                return;
            }
            take(reader.getVectorSchemaRoot());
        } catch (QueryException e) {
            throw e;
        } catch (FileSystemException e) {
            throw CopyErrors.unreadable(name, e);
        } catch (IOException | RuntimeException e) { // the library has every kind for a damaged batch
            throw CopyErrors.bad("Batch after row [%d] is not valid Arrow IPC.".formatted(row), e);
        }
    }

    private void take(VectorSchemaRoot batch) {
        failedRow = row;
        ArrowBounds.check(batch);
        int rows = batch.getRowCount();
        if (rows > 0) {
            waiting.add(columns.convert(batch, allocator, (e, at) -> {
                failedRow = row + at + 1;
                return e;
            }));
            row += rows;
        }
        failedRow = 0;
    }

    /// Bytes that were read.
    long position() {
        return reader.bytesRead();
    }

    /// The row that an error is about; 0: none.
    long failedRow() {
        return failedRow;
    }

    @Override
    public void close() {
        waiting.close();
        try {
            reader.close();
            channel.close();
        } catch (IOException e) {
            throw CopyErrors.unclosable(name, e);
        }
    }
}
