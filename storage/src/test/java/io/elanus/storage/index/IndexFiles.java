package io.elanus.storage.index;

import io.elanus.storage.index.VectorIndexFormat.BuildMonitor;
import io.elanus.storage.index.VectorIndexFormat.BuiltIndex;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/// Built indexes as files in memory.
public final class IndexFiles {
    private IndexFiles() {}

    public static byte[] bytes(VectorIndexFormat format, IndexSpec spec, VectorSource source) {
        return bytes(format.build(spec, source, BuildMonitor.NONE));
    }

    /// Closes what was built.
    public static byte[] bytes(BuiltIndex index) {
        try (BuiltIndex built = index) {
            ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(built.bytes()));
            built.parts().forEach(part -> all.put(part.duplicate()));
            if (all.hasRemaining()) {
                throw new IllegalStateException("The parts hold less than the index says");
            }
            return all.array();
        }
    }

    public static MemorySegment mapped(byte[] bytes, Arena arena) {
        return arena.allocate(Math.max(1, bytes.length), 64)
                .asSlice(0, bytes.length)
                .copyFrom(MemorySegment.ofArray(bytes));
    }
}
