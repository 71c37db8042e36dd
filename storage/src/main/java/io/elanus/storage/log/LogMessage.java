package io.elanus.storage.log;

import io.elanus.proto.grpc.LogHeader;
import java.nio.ByteBuffer;

/// One message of the log: a header and, for a write, its Arrow payload (the stream of rows, then the stream of
/// deleted keys; their lengths stand in the header).
///
/// @param payload read only from position to limit; shared, use [ByteBuffer#duplicate]
public record LogMessage(LogHeader header, ByteBuffer payload) {
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0).asReadOnlyBuffer();

    public static LogMessage of(LogHeader header) {
        return new LogMessage(header, EMPTY);
    }

    public long ts() {
        return header.getTs();
    }

    /// The Arrow stream of rows of a write; empty if it has none.
    public ByteBuffer rows() {
        return payload.slice(
                payload.position(), Math.toIntExact(header.getWrite().getRowsBytes()));
    }

    /// The Arrow stream of deleted keys of a write; empty if it has none.
    public ByteBuffer deletes() {
        int from = payload.position() + Math.toIntExact(header.getWrite().getRowsBytes());
        return payload.slice(from, Math.toIntExact(header.getWrite().getDeletesBytes()));
    }
}
