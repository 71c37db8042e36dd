package io.elanus.storage.filter;

import java.lang.foreign.Arena;
import java.util.Arrays;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// One run of an expression over one batch: which block of rows is being computed, and the native memory that
/// computed vectors take until the end of the run.
final class Frame implements AutoCloseable {
    final VectorSchemaRoot batch;
    /// First row of the block; a multiple of 64.
    int start;
    /// Rows in the block.
    int rows;
    /// Bit i set: somebody wants row i of the block. Bits beyond the rows are clear.
    final long[] active = new long[Lane.WORDS];

    private @Nullable Arena arena;

    Frame(VectorSchemaRoot batch) {
        this.batch = batch;
    }

    void moveTo(int blockStart, int blockRows) {
        start = blockStart;
        rows = blockRows;
        Arrays.fill(active, 0);
        for (int i = 0; i < blockRows; i += 64) {
            int left = blockRows - i;
            active[i >>> 6] = left >= 64 ? -1L : (1L << left) - 1;
        }
    }

    /// Words that hold the block's bits.
    int words() {
        return (rows + 63) >>> 6;
    }

    /// Uninitialised native bytes, valid until the run ends; 8-byte aligned.
    long allocate(long bytes) {
        Arena current = arena;
        if (current == null) {
            current = Arena.ofConfined();
            arena = current;
        }
        return current.allocate(bytes, Long.BYTES).address();
    }

    @Override
    public void close() {
        if (arena != null) {
            arena.close();
        }
    }
}
