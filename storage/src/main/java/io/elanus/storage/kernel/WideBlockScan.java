package io.elanus.storage.kernel;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// [VectorBlockScan] with four groups at a time, where a processor shuffles 64 bytes by one instruction. Sums of
/// the four are added up at the end; groups that are left over go 16 bytes at a time, into sums of their own.
final class WideBlockScan implements BlockScan {
    /// Does a shuffle of 64 bytes take one instruction here?
    static final boolean AVAILABLE =
            FloatVector.SPECIES_PREFERRED.vectorBitSize() == 512 && ProcessorFlags.has("avx512_vbmi");

    private static final int GROUPS = 4;
    /// Sums of eight lanes: of the groups at each place of four, and of those left over.
    private static final long ROW_BYTES = 80;
    private static final VectorSpecies<Byte> WIDE = ByteVector.SPECIES_512;
    private static final VectorSpecies<Short> WIDE_SHORTS = ShortVector.SPECIES_512;
    /// Where the table of each of four groups begins, for every byte.
    private static final ByteVector TABLES = tables();
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
                    partial + (long) parts * PARTIAL_BYTES);
            parts++;
        }
        float scale = NativeMemory.floatAt(table) / (1 << (planes.bits() - 1));
        float bias = NativeMemory.floatAt(table + 4) * planes.biasWeight();
        int below = 0;
        for (int lane = 0; lane < LANES; lane += WIDTH) {
            IntVector sum = IntVector.zero(INTS);
            for (int part = 0; part < parts; part++) {
                long row = partial + (long) part * PARTIAL_BYTES + lane / WIDTH * ROW_BYTES;
                ShortVector inRow = ShortVector.zero(SHORTS);
                for (long at = row; at < row + ROW_BYTES; at += 16) {
                    inRow = inRow.add(ShortVector.fromMemorySegment(SHORTS, NativeMemory.ALL, at, NativeMemory.ORDER));
                }
                sum = sum.add(inRow.convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0));
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

    /// Writes the weighted sums of a part over all planes, 16 bits each: four rows of [#ROW_BYTES].
    private static void sum(long entries, long codes, Planes planes, int groups, long to) {
        int left = groups % GROUPS;
        wideSum(entries, codes, planes, groups - left, to);
        if (left > 0) {
            long done = (groups - left) * 16L;
            VectorBlockScan.sum(entries + done, codes + done, planes, left, to + 64, ROW_BYTES);
        } else {
            ShortVector none = ShortVector.zero(SHORTS);
            for (int row = 0; row < 4; row++) {
                none.intoMemorySegment(NativeMemory.ALL, to + 64 + row * ROW_BYTES, NativeMemory.ORDER);
            }
        }
    }

    private static void wideSum(long entries, long codes, Planes planes, int groups, long to) {
        NativeMemory.expectFaults(codes);
        ShortVector lowAll = ShortVector.zero(WIDE_SHORTS);
        ShortVector lowOdd = ShortVector.zero(WIDE_SHORTS);
        ShortVector highAll = ShortVector.zero(WIDE_SHORTS);
        ShortVector highOdd = ShortVector.zero(WIDE_SHORTS);
        long at = codes;
        for (int plane = 0; plane < planes.bits(); plane++) {
            lowAll = lowAll.add(lowAll);
            lowOdd = lowOdd.add(lowOdd);
            highAll = highAll.add(highAll);
            highOdd = highOdd.add(highOdd);
            for (int group = 0; group < groups; group += GROUPS) {
                ByteVector both =
                        ByteVector.fromMemorySegment(WIDE, NativeMemory.ALL, at + group * 16L, NativeMemory.ORDER);
                ByteVector table =
                        ByteVector.fromMemorySegment(WIDE, NativeMemory.ALL, entries + group * 16L, NativeMemory.ORDER);
                ShortVector low = both.and(LOW).or(TABLES).selectFrom(table).reinterpretAsShorts();
                ShortVector high = both.reinterpretAsShorts()
                        .lanewise(VectorOperators.LSHR, 4)
                        .reinterpretAsBytes()
                        .and(LOW)
                        .or(TABLES)
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
        lowOdd.intoMemorySegment(NativeMemory.ALL, to + ROW_BYTES, NativeMemory.ORDER);
        highAll.sub(highOdd.lanewise(VectorOperators.LSHL, 8))
                .intoMemorySegment(NativeMemory.ALL, to + 2 * ROW_BYTES, NativeMemory.ORDER);
        highOdd.intoMemorySegment(NativeMemory.ALL, to + 3 * ROW_BYTES, NativeMemory.ORDER);
    }

    private static ByteVector tables() {
        byte[] starts = new byte[WIDE.length()];
        for (int i = 0; i < starts.length; i++) {
            starts[i] = (byte) (i / 16 * 16);
        }
        return ByteVector.fromArray(WIDE, starts, 0);
    }
}
