package io.elanus.storage.kernel;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The scan by the Vector API. A shuffle of 16 bytes is one instruction wherever there are vectors at all.
///
/// Sums grow in lanes of 16 bits that hold two bytes: `all` adds both as they stand, `odd` the upper one; the even
/// ones are what `all` has beyond `odd`.
final class VectorBlockScan implements BlockScan {
    private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_128;
    private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_128;
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_256;
    private static final int WIDTH = 8;
    private static final byte LOW = 0x0F;

    @Override
    public void sums(long table, int groups, long codes, float[] sums) {
        long partial = partialSums(table, groups);
        int parts = addParts(table, groups, codes, partial);
        for (int lane = 0; lane < LANES; lane += WIDTH) {
            FloatVector sum = FloatVector.zero(FLOATS);
            for (int part = 0; part < parts; part++) {
                sum = sum.add(partialSum(partial, part, lane));
            }
            sum.intoArray(sums, lane);
        }
    }

    @Override
    public int estimates(long table, Planes planes, long block, float base, float limit, float[] estimates) {
        int groups = planes.groups();
        long partial = partialSums(table, groups);
        int parts = 0;
        for (int plane = 0; plane < planes.bits(); plane++) {
            long codes = block + TERM_BYTES + plane * BlockScan.codeBytes(groups);
            parts += addParts(table, groups, codes, partial + (long) parts * PARTIAL_BYTES);
        }
        int partsOfPlane = parts / planes.bits();
        float scale = NativeMemory.floatAt(table);
        float bias = NativeMemory.floatAt(table + 4) * planes.biasWeight();
        int below = 0;
        for (int lane = 0; lane < LANES; lane += WIDTH) {
            FloatVector product = FloatVector.broadcast(FLOATS, bias);
            for (int part = 0; part < parts; part++) {
                float weight = scale / (1 << (part / partsOfPlane));
                product = partialSum(partial, part, lane).fma(FloatVector.broadcast(FLOATS, weight), product);
            }
            FloatVector estimate = product.fma(
                    floats(block + (LANES + lane) * 4L),
                    floats(block + lane * 4L).add(base));
            estimate.intoArray(estimates, lane);
            below |= (int) estimate.compare(VectorOperators.LT, limit).toLong() << lane;
        }
        return below;
    }

    private static long partialSums(long table, int groups) {
        return table + TABLE_ENTRIES + BlockScan.codeBytes(groups);
    }

    private static FloatVector partialSum(long partial, int part, int lane) {
        ShortVector sum = ShortVector.fromMemorySegment(
                SHORTS, NativeMemory.ALL, partial + (long) part * PARTIAL_BYTES + lane * 2L, NativeMemory.ORDER);
        return (FloatVector) sum.convertShape(VectorOperators.S2F, FLOATS, 0);
    }

    /// Writes the sums of a plane, 16 bits each, one part for as many groups as 16 bits can hold. Returns how many.
    private static int addParts(long table, int groups, long codes, long partial) {
        int parts = 0;
        for (int from = 0; from < groups; from += GROUPS_OF_PART) {
            long to = partial + (long) parts * PARTIAL_BYTES;
            int count = Math.min(GROUPS_OF_PART, groups - from);
            part(table + TABLE_ENTRIES + from * 16L, codes + from * 16L, count, to);
            parts++;
        }
        return parts;
    }

    private static void part(long entries, long codes, int groups, long to) {
        ShortVector lowAll = ShortVector.zero(SHORTS);
        ShortVector lowOdd = ShortVector.zero(SHORTS);
        ShortVector highAll = ShortVector.zero(SHORTS);
        ShortVector highOdd = ShortVector.zero(SHORTS);
        for (int group = 0; group < groups; group++) {
            ByteVector both = load(codes + group * 16L);
            ByteVector table = load(entries + group * 16L);
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
        store(lowAll.sub(lowOdd.lanewise(VectorOperators.LSHL, 8)), to);
        store(lowOdd, to + 16);
        store(highAll.sub(highOdd.lanewise(VectorOperators.LSHL, 8)), to + 32);
        store(highOdd, to + 48);
    }

    private static ByteVector load(long address) {
        return ByteVector.fromMemorySegment(BYTES, NativeMemory.ALL, address, NativeMemory.ORDER);
    }

    private static void store(ShortVector sums, long address) {
        sums.intoMemorySegment(NativeMemory.ALL, address, NativeMemory.ORDER);
    }

    private static FloatVector floats(long address) {
        return FloatVector.fromMemorySegment(FLOATS, NativeMemory.ALL, address, NativeMemory.ORDER);
    }
}
