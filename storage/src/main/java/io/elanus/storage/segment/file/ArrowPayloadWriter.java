package io.elanus.storage.segment.file;

import com.google.flatbuffers.FlatBufferBuilder;
import io.elanus.storage.kernel.NativeMemory;
import io.elanus.storage.segment.column.Bits;
import io.elanus.storage.segment.column.ColumnLayout;
import io.elanus.storage.segment.column.ColumnMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.vector.ipc.message.ArrowBlock;
import org.apache.arrow.vector.ipc.message.ArrowFooter;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/// Writes columns as the Arrow IPC file that is the payload of row and delta files. Fixed and variable data goes
/// out from where it lies; bitmaps are copied, so that bits of rows that are being appended do not get in.
public final class ArrowPayloadWriter {
    static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);

    private final SegmentFileWriter out;
    private final Schema schema;
    private final List<ColumnLayout> layouts;
    private final List<ArrowBlock> batches = new ArrayList<>();

    public ArrowPayloadWriter(SegmentFileWriter out, List<Field> fields) {
        this.out = out;
        this.schema = new Schema(fields);
        this.layouts = fields.stream().map(ColumnLayout::of).toList();
        out.add(MAGIC);
        out.add(new byte[2]);
        addMessage(MessageSerializer.serializeMetadata(schema, IpcOption.DEFAULT));
        out.endBlock();
    }

    /// Writes the first `rows` rows of the columns as one record batch.
    public void add(List<ColumnMemory> columns, int rows) {
        var body = new Body();
        for (int i = 0; i < columns.size(); i++) {
            body.add(schema.getFields().get(i), layouts.get(i), columns.get(i), rows);
        }
        long start = payloadPosition();
        addMessage(body.metadata(rows));
        out.endBlock();
        int metadataBytes = (int) (payloadPosition() - start);
        for (ByteBuffer buffer : body.content) {
            out.add(buffer);
            out.align();
        }
        out.endBlock();
        batches.add(new ArrowBlock(start, metadataBytes, body.bytes));
    }

    /// Ends the payload.
    public void finish() {
        var builder = new FlatBufferBuilder();
        builder.finish(new ArrowFooter(schema, List.of(), batches).writeTo(builder));
        ByteBuffer footer = builder.dataBuffer();
        out.add(little(8).putInt(-1).putInt(0).flip());
        int length = footer.remaining();
        out.add(footer);
        out.add(little(4).putInt(length).flip());
        out.add(MAGIC);
        out.endBlock();
    }

    private long payloadPosition() {
        return out.position() - Envelope.HEADER_BYTES;
    }

    /// A message without body: the mark, its length, the metadata, zeros up to a multiple of 64 bytes.
    private void addMessage(ByteBuffer metadata) {
        int length = metadata.remaining();
        int padding = Envelope.padding(out.position() + 8 + length);
        out.add(little(8).putInt(-1).putInt(length + padding).flip());
        out.add(metadata);
        out.align();
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /// The nodes and buffers of one record batch.
    private static final class Body {
        private final List<long[]> nodes = new ArrayList<>();
        private final List<long[]> buffers = new ArrayList<>();
        private final List<ByteBuffer> content = new ArrayList<>();
        private long bytes;

        void add(Field field, ColumnLayout layout, ColumnMemory column, int rows) {
            nodes.add(new long[] {rows, rows - Bits.cardinality(column.validity(), rows)});
            addBuffer(bitmap(column.validity(), rows));
            switch (layout) {
                case ColumnLayout.Bits _ -> addBuffer(bitmap(column.data(), rows));
                case ColumnLayout.Fixed(int width) -> {
                    if (!field.getChildren().isEmpty()) {
                        int perRow = width
                                / ((ColumnLayout.Fixed) ColumnLayout.of(
                                                field.getChildren().getFirst()))
                                        .width();
                        nodes.add(new long[] {(long) rows * perRow, 0});
                        addBuffer(ByteBuffer.allocate(0));
                    }
                    addBuffer(memory(column.data(), (long) rows * width));
                }
                case ColumnLayout.Variable _ -> {
                    addBuffer(memory(column.offsets(), (rows + 1L) * Integer.BYTES));
                    addBuffer(memory(column.data(), column.offset(rows)));
                }
                case ColumnLayout.Items(ColumnLayout item) -> {
                    addBuffer(memory(column.offsets(), (rows + 1L) * Integer.BYTES));
                    add(field.getChildren().getFirst(), item, column.itemMemory(), column.offset(rows));
                }
            }
        }

        ByteBuffer metadata(int rows) {
            var builder = new FlatBufferBuilder();
            RecordBatch.startNodesVector(builder, nodes.size());
            for (long[] node : nodes.reversed()) {
                FieldNode.createFieldNode(builder, node[0], node[1]);
            }
            int nodesAt = builder.endVector();
            RecordBatch.startBuffersVector(builder, buffers.size());
            for (long[] buffer : buffers.reversed()) {
                Buffer.createBuffer(builder, buffer[0], buffer[1]);
            }
            int buffersAt = builder.endVector();
            RecordBatch.startRecordBatch(builder);
            RecordBatch.addLength(builder, rows);
            RecordBatch.addNodes(builder, nodesAt);
            RecordBatch.addBuffers(builder, buffersAt);
            int batch = RecordBatch.endRecordBatch(builder);
            return MessageSerializer.serializeMessage(
                    builder, MessageHeader.RecordBatch, batch, bytes, IpcOption.DEFAULT);
        }

        private void addBuffer(ByteBuffer buffer) {
            buffers.add(new long[] {bytes, buffer.remaining()});
            content.add(buffer);
            bytes += buffer.remaining() + Envelope.padding(buffer.remaining());
        }

        private static ByteBuffer memory(long address, long length) {
            return NativeMemory.ALL.asSlice(address, length).asByteBuffer();
        }

        private static ByteBuffer bitmap(long address, int bits) {
            byte[] copy = new byte[Bits.bytes(bits)];
            MemorySegment.copy(NativeMemory.ALL, ValueLayout.JAVA_BYTE, address, copy, 0, copy.length);
            if ((bits & 7) != 0) {
                copy[copy.length - 1] &= (byte) ((1 << (bits & 7)) - 1);
            }
            return ByteBuffer.wrap(copy);
        }
    }
}
