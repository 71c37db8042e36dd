package io.elanus.sql.bulk;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Memory of any size as the buffers that object stores take.
public final class ObjectPieces {
    private static final long PIECE = 1L << 30;

    private ObjectPieces() {}

    /// The same memory, not a copy.
    public static List<ByteBuffer> of(MemorySegment content) {
        var pieces = new ArrayList<ByteBuffer>();
        for (long from = 0; from < content.byteSize(); from += PIECE) {
            pieces.add(content.asSlice(from, Math.min(PIECE, content.byteSize() - from))
                    .asByteBuffer());
        }
        return pieces;
    }
}
