package io.elanus.storage.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/// Compensated sums of doubles in native memory: Knuth's two-sum in every lane, so that what an addition loses is
/// kept beside the sum.
public final class DoubleSums {
    private static final VectorSpecies<Double> LANES = DoubleVector.SPECIES_PREFERRED;
    private static final boolean VECTORS = Distances.path() == KernelPath.VECTOR;

    private DoubleSums() {}

    /// Fills in the sum and what it lost. Returns false, and means nothing, when either is not finite.
    ///
    /// @param address of the first, any alignment
    public static boolean sum(long address, int count, double[] out) {
        if (VECTORS) {
            byLanes(address, count, out);
        } else {
            oneByOne(address, count, out);
        }
        return Double.isFinite(out[0]) && Double.isFinite(out[1]);
    }

    static void byLanes(long address, int count, double[] out) {
        NativeMemory.expectFaults(address);
        int width = LANES.length();
        DoubleVector sums = DoubleVector.zero(LANES);
        DoubleVector lost = DoubleVector.zero(LANES);
        int whole = count - count % width;
        for (int i = 0; i < whole; i += width) {
            var values = DoubleVector.fromMemorySegment(LANES, NativeMemory.ALL, address + 8L * i, NativeMemory.ORDER);
            DoubleVector next = sums.add(values);
            DoubleVector taken = next.sub(sums);
            lost = lost.add(sums.sub(next.sub(taken)).add(values.sub(taken)));
            sums = next;
        }
        out[0] = 0;
        out[1] = 0;
        for (int lane = 0; lane < width; lane++) {
            add(sums.lane(lane), out);
            out[1] += lost.lane(lane);
        }
        for (int i = whole; i < count; i++) {
            add(Double.longBitsToDouble(NativeMemory.longAt(address + 8L * i)), out);
        }
    }

    static void oneByOne(long address, int count, double[] out) {
        out[0] = 0;
        out[1] = 0;
        for (int i = 0; i < count; i++) {
            add(Double.longBitsToDouble(NativeMemory.longAt(address + 8L * i)), out);
        }
    }

    private static void add(double value, double[] out) {
        double before = out[0];
        double sum = before + value;
        double taken = sum - before;
        out[1] += before - (sum - taken) + (value - taken);
        out[0] = sum;
    }
}
