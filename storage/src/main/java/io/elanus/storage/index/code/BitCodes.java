package io.elanus.storage.index.code;

import io.elanus.storage.index.BuildPool;
import io.elanus.storage.index.VectorIndexFormat.BuildMonitor;
import io.elanus.storage.kernel.BitProducts;
import io.elanus.storage.kernel.NativeMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// [ResidualCodes] relative to one base for all, the centre, for searches that meet vectors one by one.
///
/// An entry: what is added, the factor and the sum of the code's numbers, float32; 4 bytes of zeros; the planes of
/// the code, a bit a dimension, the highest first ([BitProducts]).
///
/// @param codes what an entry's numbers mean
/// @param entries address of the first
public record BitCodes(ResidualCodes codes, long entries) {
    static final int HEAD_BYTES = 16;
    private static final int BLOCK = 1024;

    public static long entryBytes(int padded, int bits) {
        return HEAD_BYTES + bits * BitProducts.planeBytes(padded);
    }

    int bits() {
        return codes.planes().bits();
    }

    int padded() {
        return codes.rotation().padded();
    }

    long entry(int number) {
        return entries + number * entryBytes(padded(), bits());
    }

    /// Writes the entries of all vectors.
    public static MemorySegment encode(
            ResidualCodes codes, PreparedVectors vectors, BuildPool pool, BuildMonitor monitor, Arena file) {
        long bytes = vectors.count()
                * entryBytes(codes.rotation().padded(), codes.planes().bits());
        MemorySegment section = file.allocate(Math.max(64, bytes), 64).asSlice(0, bytes);
        BitCodes written = new BitCodes(codes, section.address());
        pool.forEachBlock(vectors.count(), BLOCK, monitor, (_, from, to) -> {
            try (Arena arena = Arena.ofConfined()) {
                long prepared = arena.allocate(vectors.dimension() * 4L, 64).address();
                long centre = arena.allocate(codes.transformedBytes(), 64).address();
                long vector = arena.allocate(2 * codes.transformedBytes(), 64).address();
                for (int number = from; number < to; number++) {
                    vectors.prepare(number, prepared);
                    codes.transform(prepared, vector);
                    written.encode(centre, vector, written.entry(number));
                }
            }
        });
        return section;
    }

    private void encode(long centre, long vector, long entry) {
        long planeBytes = BitProducts.planeBytes(padded());
        ResidualCodes.Encoded encoded = codes.levels(centre, vector, (d, code) -> {
            for (int plane = 0; plane < bits(); plane++) {
                long at = entry + HEAD_BYTES + plane * planeBytes + d / Byte.SIZE;
                int bit = (code >> (bits() - 1 - plane)) & 1;
                NativeMemory.putByte(at, (byte) (NativeMemory.byteAt(at) | (bit << (d % Byte.SIZE))));
            }
        });
        NativeMemory.putFloat(entry, encoded.added());
        NativeMemory.putFloat(entry + 4, encoded.factor());
        NativeMemory.putFloat(entry + 8, encoded.total());
    }
}
