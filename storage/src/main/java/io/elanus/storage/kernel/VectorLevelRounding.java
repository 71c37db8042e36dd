package io.elanus.storage.kernel;

import io.elanus.storage.kernel.BlockScan.Planes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// As many elements at a time as a vector holds; vectors are filled up to a multiple of that ([Rotation#padded]).
record VectorLevelRounding() implements LevelRounding {
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = FLOATS.length();

    @Override
    public float square(long base, long vector, Planes planes) {
        FloatVector sum = FloatVector.zero(FLOATS);
        long end = 4L * planes.groups() * SignTable.GROUP;
        for (long at = 0; at < end; at += LANES * 4L) {
            FloatVector step = load(vector + at).sub(load(base + at));
            sum = step.fma(step, sum);
        }
        return sum.reduceLanes(VectorOperators.ADD);
    }

    @Override
    public void round(long base, long vector, float perStep, Planes planes, long block, int lane, float[] products) {
        int bits = planes.bits();
        float half = 1 << (bits - 1);
        FloatVector scale = FloatVector.broadcast(FLOATS, perStep);
        FloatVector middle = FloatVector.broadcast(FLOATS, half);
        FloatVector product = FloatVector.zero(FLOATS);
        FloatVector baseProduct = FloatVector.zero(FLOATS);
        long to = BlockScan.place(block + BlockScan.TERM_BYTES, lane);
        int shift = BlockScan.shift(lane);
        for (int d = 0; d < planes.groups() * SignTable.GROUP; d += LANES) {
            FloatVector own = load(base + d * 4L);
            FloatVector step = load(vector + d * 4L).sub(own);
            IntVector code = ((IntVector) step.fma(scale, middle).convert(VectorOperators.F2I, 0))
                    .max(0)
                    .min((1 << bits) - 1);
            FloatVector level = ((FloatVector) code.convert(VectorOperators.I2F, 0))
                    .add(0.5f - half)
                    .mul(LevelRounding.unit(bits));
            product = level.fma(step, product);
            baseProduct = level.fma(own, baseProduct);
            put(code, planes, to + d / SignTable.GROUP * (long) BlockScan.GROUP_BYTES, shift);
        }
        products[0] = product.reduceLanes(VectorOperators.ADD);
        products[1] = baseProduct.reduceLanes(VectorOperators.ADD);
    }

    /// A bit of all codes to each plane, the highest first: a group's are side by side in a mask.
    private static void put(IntVector codes, Planes planes, long first, int shift) {
        long plane = first;
        for (int bit = 1 << (planes.bits() - 1); bit > 0; bit >>= 1) {
            long set = codes.and(bit).compare(VectorOperators.NE, 0).toLong() << shift;
            for (int group = 0; group < LANES / SignTable.GROUP; group++) {
                long at = plane + (long) group * BlockScan.GROUP_BYTES;
                long code = set >>> group * SignTable.GROUP & 15L << shift;
                NativeMemory.putByte(at, (byte) (NativeMemory.byteAt(at) | code));
            }
            plane += BlockScan.codeBytes(planes.groups());
        }
    }

    private static FloatVector load(long address) {
        return FloatVector.fromMemorySegment(FLOATS, NativeMemory.ALL, address, NativeMemory.ORDER);
    }
}
