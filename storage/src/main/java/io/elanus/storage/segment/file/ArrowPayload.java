package io.elanus.storage.segment.file;

import io.elanus.storage.StorageException;
import io.elanus.storage.kernel.NativeMemory;
import io.elanus.storage.object.MappedObject;
import io.elanus.storage.segment.column.Bits;
import io.elanus.storage.segment.column.ColumnLayout;
import io.elanus.storage.segment.column.ColumnMemory;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/// The Arrow payload of an opened row or delta file, in place. Metadata is checked on opening, a body when one of
/// its columns is first asked for; no address points outside the file. Thread safe.
public final class ArrowPayload {
    private final SegmentFile file;
    private final Schema schema;
    private final List<Batch> batches = new ArrayList<>();

    private ArrowPayload(SegmentFile file, Schema schema) {
        this.file = file;
        this.schema = schema;
    }

    public static ArrowPayload open(SegmentFile file) {
        if (file.blocks() < 2 || file.blocks() % 2 != 0) {
            throw file.corrupt(0, "its number of blocks [%d] fits no Arrow file".formatted(file.blocks()));
        }
        try {
            ByteBuffer head = bytes(file, 0);
            byte[] magic = new byte[ArrowPayloadWriter.MAGIC.length];
            head.get(magic);
            if (!Arrays.equals(magic, ArrowPayloadWriter.MAGIC)) {
                throw file.corrupt(file.blockStart(0), "its payload is no Arrow file");
            }
            Message message = message(head.position(8).slice());
            var payload = new ArrowPayload(file, MessageSerializer.deserializeSchema(message));
            file.block(file.blocks() - 1);
            for (int block = 1; block < file.blocks() - 1; block += 2) {
                payload.batches.add(payload.readBatch(block));
            }
            return payload;
        } catch (IndexOutOfBoundsException | IllegalArgumentException | UnsupportedOperationException e) {
            throw file.corrupt(file.blockStart(0), "its Arrow metadata does not parse: " + e.getMessage());
        }
    }

    public SegmentFile file() {
        return file;
    }

    public Schema schema() {
        return schema;
    }

    public int batches() {
        return batches.size();
    }

    public int rows(int batch) {
        return batches.get(batch).rows;
    }

    /// A column of a record batch; its bytes are checked.
    public ColumnMemory column(int batch, int column) {
        Batch found = batches.get(batch);
        if (!found.checked) {
            found.check();
        }
        return found.columns.get(column);
    }

    /// The same without a look at its bytes: values of a fixed width, which cannot lead anywhere.
    public ColumnMemory unchecked(int batch, int column) {
        return batches.get(batch).columns.get(column);
    }

    /// Where the bytes of [#unchecked] columns come from, if they may still have to be asked for.
    public Optional<MappedObject> incomplete() {
        return file.incomplete();
    }

    private Batch readBatch(int block) {
        Message message = message(bytes(file, block));
        if (message.headerType() != MessageHeader.RecordBatch
                || !(message.header(new RecordBatch()) instanceof RecordBatch metadata)) {
            throw file.corrupt(file.blockStart(block), "block [%d] describes no record batch".formatted(block));
        }
        var batch = new Batch(metadata, block + 1);
        for (Field field : schema.getFields()) {
            batch.columns.add(batch.next(field, ColumnLayout.of(field), batch.rows));
        }
        return batch;
    }

    private static ByteBuffer bytes(SegmentFile file, int block) {
        return file.block(block).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    private static Message message(ByteBuffer encapsulated) {
        ByteBuffer from = encapsulated.order(ByteOrder.LITTLE_ENDIAN);
        int mark = from.getInt();
        int length = from.getInt();
        if (mark != -1) {
            throw new IllegalArgumentException("a message does not start with its mark");
        }
        return Message.getRootAsMessage(from.slice(8, length).order(ByteOrder.LITTLE_ENDIAN));
    }

    /// One record batch: where its columns lie, and what must hold before they are looked at.
    private final class Batch {
        private final RecordBatch metadata;
        private final int block;
        private final int rows;
        private final List<ColumnMemory> columns = new ArrayList<>();
        private final List<Runnable> checks = new ArrayList<>();
        private int node;
        private int buffer;
        private volatile boolean checked;

        Batch(RecordBatch metadata, int block) {
            this.metadata = metadata;
            this.block = block;
            this.rows = Math.toIntExact(metadata.length());
        }

        ColumnMemory next(Field field, ColumnLayout layout, int count) {
            if (metadata.nodes(node++).length() != count) {
                throw damaged("column [%s] does not have [%d] rows".formatted(field.getName(), count));
            }
            long validity = next(Bits.bytes(count));
            return switch (layout) {
                case ColumnLayout.Bits _ -> new ColumnMemory(validity, 0, next(Bits.bytes(count)), null);
                case ColumnLayout.Fixed(int width) -> {
                    if (!field.getChildren().isEmpty()) {
                        node++;
                        buffer++;
                    }
                    yield new ColumnMemory(validity, 0, next((long) count * width), null);
                }
                case ColumnLayout.Variable _ -> {
                    long offsets = next((count + 1L) * Integer.BYTES);
                    long limit = metadata.buffers(buffer).length();
                    checks.add(() -> checkOffsets(offsets, count, limit));
                    yield new ColumnMemory(validity, offsets, next(0), null);
                }
                case ColumnLayout.Items(ColumnLayout item) -> {
                    long offsets = next((count + 1L) * Integer.BYTES);
                    int items = Math.toIntExact(metadata.nodes(node).length());
                    checks.add(() -> checkOffsets(offsets, count, items));
                    ColumnMemory child = next(field.getChildren().getFirst(), item, items);
                    yield new ColumnMemory(validity, offsets, 0, child);
                }
            };
        }

        /// The next buffer, which has at least this many bytes.
        private long next(long bytes) {
            org.apache.arrow.flatbuf.@Nullable Buffer at = metadata.buffers(buffer++);
            MemorySegment body = file.unverified(block);
            if (at == null
                    || at.length() < bytes
                    || at.offset() < 0
                    || at.offset() > body.byteSize()
                    || at.length() > body.byteSize() - at.offset()) {
                throw damaged("buffer [%d] is too short or outside of the file".formatted(buffer - 1));
            }
            return body.address() + at.offset();
        }

        private void check() {
            file.block(block);
            checks.forEach(Runnable::run);
            checked = true;
        }

        private void checkOffsets(long offsets, int count, long limit) {
            int last = NativeMemory.intAt(offsets);
            boolean good = last == 0;
            for (int i = 1; i <= count; i++) {
                int offset = NativeMemory.intAt(offsets + (long) i * Integer.BYTES);
                good &= offset >= last;
                last = offset;
            }
            if (!good || last > limit) {
                throw damaged("its offsets do not rise from 0 to at most [%d]".formatted(limit));
            }
        }

        private StorageException damaged(String why) {
            return file.corrupt(file.blockStart(block), why);
        }
    }
}
