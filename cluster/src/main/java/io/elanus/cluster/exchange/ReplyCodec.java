package io.elanus.cluster.exchange;

import com.google.protobuf.InvalidProtocolBufferException;
import io.elanus.proto.grpc.FragmentStatistics;
import io.elanus.storage.segment.MemoryChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ReadChannel;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;

/// Replies as bytes and back; the layout is in the package documentation.
final class ReplyCodec implements MethodDescriptor.Marshaller<Reply> {
    private static final byte START = 1;
    private static final byte BATCH = 2;
    private static final byte COUNTS = 3;

    @Override
    public InputStream stream(Reply reply) {
        return new ReplyStream(reply);
    }

    @Override
    public Reply parse(InputStream stream) {
        if (stream instanceof ReplyStream own) {
            return own.takeReply();
        }
        try {
            return decode(stream.readAllBytes());
        } catch (IOException e) {
            throw Status.INTERNAL
                    .withDescription("A reply of a fragment does not parse")
                    .withCause(e)
                    .asRuntimeException();
        }
    }

    /// Takes the batch of a [Reply.Batch].
    static byte[] encode(Reply reply) {
        return switch (reply) {
            case Reply.Start(Schema schema) -> prefixed(START, schema.serializeAsMessage());
            case Reply.Batch(BatchMessage message) -> encode(message);
            case Reply.EncodedBatch(byte[] bytes) -> prefixed(BATCH, bytes);
            case Reply.Counts(FragmentStatistics statistics) -> prefixed(COUNTS, statistics.toByteArray());
        };
    }

    private static byte[] encode(BatchMessage message) {
        var out = new ByteArrayOutputStream();
        out.write(BATCH);
        VectorSchemaRoot rows = message.take();
        if (rows == null) {
            throw new IllegalStateException("A batch was sent twice, or freed before it was sent");
        }
        try (rows;
                ArrowRecordBatch batch = new VectorUnloader(rows).getRecordBatch()) {
            MessageSerializer.serialize(new WriteChannel(MemoryChannel.to(out)), batch);
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to memory failed", e);
        }
        return out.toByteArray();
    }

    private static Reply decode(byte[] bytes) throws InvalidProtocolBufferException {
        if (bytes.length == 0) {
            throw new InvalidProtocolBufferException("A reply without a kind");
        }
        return switch (bytes[0]) {
            case START -> new Reply.Start(Schema.deserializeMessage(ByteBuffer.wrap(bytes, 1, bytes.length - 1)));
            case BATCH -> new Reply.EncodedBatch(Arrays.copyOfRange(bytes, 1, bytes.length));
            case COUNTS -> new Reply.Counts(FragmentStatistics.parseFrom(ByteBuffer.wrap(bytes, 1, bytes.length - 1)));
            default -> throw new InvalidProtocolBufferException("A reply of unknown kind " + bytes[0]);
        };
    }

    /// The rows of an encoded batch, in `memory`; owned by the caller.
    static VectorSchemaRoot load(byte[] encoded, Schema schema, BufferAllocator memory) {
        var in = new ReadChannel(MemoryChannel.of(encoded));
        VectorSchemaRoot rows = VectorSchemaRoot.create(schema, memory);
        try (ArrowRecordBatch batch = MessageSerializer.deserializeRecordBatch(in, memory)) {
            new VectorLoader(rows).load(batch);
            return rows;
        } catch (IOException | RuntimeException e) { // frees the half-loaded batch, whatever was wrong with the bytes
            rows.close();
            throw new IllegalStateException("A batch from another node does not parse", e);
        }
    }

    private static byte[] prefixed(byte kind, byte[] body) {
        byte[] bytes = new byte[1 + body.length];
        bytes[0] = kind;
        System.arraycopy(body, 0, bytes, 1, body.length);
        return bytes;
    }
}
