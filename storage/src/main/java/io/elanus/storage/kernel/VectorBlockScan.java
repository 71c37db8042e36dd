package io.elanus.storage.kernel;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The scan by the Vector API, 16 bytes at a time: a shuffle of 16 bytes is one instruction wherever there are
/// vectors at all.
///
/// Sums grow in lanes of 16 bits that hold two bytes: `all` adds both as they stand, `odd` the upper one; the even
/// ones are what `all` has beyond `odd`. A plane counts half of the one before, so the sums double in between. All
/// of that is right modulo 2^16, and a part has no more groups than 16 bits hold the sums of.
///
/// No method takes or returns a vector: where the compiler stops to inline, that would allocate.
final class VectorBlockScan implements BlockScan {
    private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_128;
    private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_128;
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_256;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_256;
    private static final int WIDTH = 8;
    private static final byte LOW = 0x0F;

    @Override
    public int estimates(long table, Planes planes, long block, float base, float limit, float[] estimates) {
        long partial = table + TABLE_ENTRIES + BlockScan.codeBytes(planes.groups());
        int parts = 0;
        for (int from = 0; from < planes.groups(); from += planes.groupsOfPart()) {
            int count = Math.min(planes.groupsOfPart(), planes.groups() - from);
            sum(
                    table + TABLE_ENTRIES + from * 16L,
                    block + TERM_BYTES + from * 16L,
                    planes,
                    count,
                    partial + parts * 64L,
                    16);
            parts++;
        }
        float scale = NativeMemory.floatAt(table) / (1 << (planes.bits() - 1));
        float bias = NativeMemory.floatAt(table + 4) * planes.biasWeight();
        int below = 0;
        for (int lane = 0; lane < LANES; lane += WIDTH) {
            IntVector sum = IntVector.zero(INTS);
            for (int part = 0; part < parts; part++) {
                sum = sum.add(ShortVector.fromMemorySegment(
                                SHORTS, NativeMemory.ALL, partial + part * 64L + lane * 2L, NativeMemory.ORDER)
                        .convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0));
            }
            FloatVector estimate = ((FloatVector) sum.convert(VectorOperators.I2F, 0))
                    .fma(FloatVector.broadcast(FLOATS, scale), FloatVector.broadcast(FLOATS, bias))
                    .fma(
                            FloatVector.fromMemorySegment(
                                    FLOATS, NativeMemory.ALL, block + (LANES + lane) * 4L, NativeMemory.ORDER),
                            FloatVector.fromMemorySegment(
                                            FLOATS, NativeMemory.ALL, block + lane * 4L, NativeMemory.ORDER)
                                    .add(base));
            estimate.intoArray(estimates, lane);
            below |= (int) estimate.compare(VectorOperators.LT, limit).toLong() << lane;
        }
        return below;
    }

    /// Writes the weighted sums of a part over all planes, 16 bits each: four rows of eight lanes.
    static void sum(long entries, long codes, Planes planes, int groups, long to, long rowBytes) {
        NativeMemory.expectFaults(codes);
        ShortVector lowAll = ShortVector.zero(SHORTS);
        ShortVector lowOdd = ShortVector.zero(SHORTS);
        ShortVector highAll = ShortVector.zero(SHORTS);
        ShortVector highOdd = ShortVector.zero(SHORTS);
        long at = codes;
        for (int plane = 0; plane < planes.bits(); plane++) {
            lowAll = lowAll.add(lowAll);
            lowOdd = lowOdd.add(lowOdd);
            highAll = highAll.add(highAll);
            highOdd = highOdd.add(highOdd);
            for (int group = 0; group < groups; group++) {
                ByteVector both =
                        ByteVector.fromMemorySegment(BYTES, NativeMemory.ALL, at + group * 16L, NativeMemory.ORDER);
                ByteVector table = ByteVector.fromMemorySegment(
                        BYTES, NativeMemory.ALL, entries + group * 16L, NativeMemory.ORDER);
                ShortVector low = both.and(LOW).selectFrom(table).reinterpretAsShorts();
                ShortVector high = both.reinterpretAsShorts()
                        .lanewise(VectorOperators.LSHR, 4)
                        .reinterpretAsBytes()
                        .and(LOW)
                        .selectFrom(table)
                        .reinterpretAsShorts();
                lowAll = lowAll.add(low);
                lowOdd = lowOdd.add(low.lanewise(VectorOperators.LSHR, 8));
                highAll = highAll.add(high);
                highOdd = highOdd.add(high.lanewise(VectorOperators.LSHR, 8));
            }
            at += BlockScan.codeBytes(planes.groups());
        }
        lowAll.sub(lowOdd.lanewise(VectorOperators.LSHL, 8))
                .intoMemorySegment(NativeMemory.ALL, to, NativeMemory.ORDER);
        lowOdd.intoMemorySegment(NativeMemory.ALL, to + rowBytes, NativeMemory.ORDER);
        highAll.sub(highOdd.lanewise(VectorOperators.LSHL, 8))
                .intoMemorySegment(NativeMemory.ALL, to + 2 * rowBytes, NativeMemory.ORDER);
        highOdd.intoMemorySegment(NativeMemory.ALL, to + 3 * rowBytes, NativeMemory.ORDER);
    }
}
