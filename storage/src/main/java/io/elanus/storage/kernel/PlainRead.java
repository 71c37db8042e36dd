package io.elanus.storage.kernel;

import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Reads memory from end to end and does nothing else with it: what scans are measured against.
public final class PlainRead {
    private static final VectorSpecies<Long> LANES = LongVector.SPECIES_PREFERRED;
    private static final int STEP = LANES.vectorByteSize();

    private PlainRead() {}

    /// The sum of the longs from a native address on; what is left beyond four vectors is left out.
    public static long sum(long from, long bytes) {
        LongVector s0 = LongVector.zero(LANES);
        LongVector s1 = LongVector.zero(LANES);
        LongVector s2 = LongVector.zero(LANES);
        LongVector s3 = LongVector.zero(LANES);
        long end = from + bytes - 4L * STEP;
        for (long at = from; at <= end; at += 4L * STEP) {
            s0 = s0.add(LongVector.fromMemorySegment(LANES, NativeMemory.ALL, at, NativeMemory.ORDER));
            s1 = s1.add(LongVector.fromMemorySegment(LANES, NativeMemory.ALL, at + STEP, NativeMemory.ORDER));
            s2 = s2.add(LongVector.fromMemorySegment(LANES, NativeMemory.ALL, at + 2L * STEP, NativeMemory.ORDER));
            s3 = s3.add(LongVector.fromMemorySegment(LANES, NativeMemory.ALL, at + 3L * STEP, NativeMemory.ORDER));
        }
        return s0.add(s1).add(s2.add(s3)).reduceLanes(VectorOperators.ADD);
    }
}
