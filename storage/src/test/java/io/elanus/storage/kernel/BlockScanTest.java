package io.elanus.storage.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import io.elanus.storage.kernel.BlockScan.Planes;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockScanTest {
    private static final long SEED = 815;

    private final BlockScan scalar = BlockScan.of(KernelPath.SCALAR);
    private final List<BlockScan> vectors = Stream.of(
                    new VectorBlockScan(), WideBlockScan.AVAILABLE ? new WideBlockScan() : scalar)
            .toList();

    @ParameterizedTest
    @ValueSource(ints = {1, 6, 16, 128, 129, 256, 257, 700})
    void allPathsAddUpWhatTheCodesName(int groups) {
        SplittableRandom random = new SplittableRandom(SEED);
        try (Arena arena = Arena.ofConfined()) {
            long table = arena.allocate(BlockScan.tableBytes(groups), 64).address();
            Planes planes = new Planes(1, groups);
            long block = plainBlock(planes, arena);
            long codes = block + BlockScan.TERM_BYTES;
            int[][] entries = new int[groups][16];
            float[] expected = new float[BlockScan.LANES];
            for (int group = 0; group < groups; group++) {
                for (int code = 0; code < 16; code++) {
                    entries[group][code] = random.nextInt(256);
                    NativeMemory.putByte(
                            table + BlockScan.TABLE_ENTRIES + group * 16L + code, (byte) entries[group][code]);
                }
                for (int lane = 0; lane < BlockScan.LANES; lane++) {
                    int code = random.nextInt(16);
                    BlockScan.putCode(codes, group, lane, code);
                    assertThat(BlockScan.code(codes, group, lane)).isEqualTo(code);
                    expected[lane] += entries[group][code];
                }
            }
            NativeMemory.putFloat(table, 1);
            for (BlockScan scan : List.of(scalar, vectors.getFirst(), vectors.getLast())) {
                float[] sums = new float[BlockScan.LANES];
                scan.estimates(table, planes, block, 0, 0, sums);
                assertThat(sums).as("seed %d, %s", SEED, scan).isEqualTo(expected);
            }
        }
    }

    /// Its estimates are the sums themselves.
    private static long plainBlock(Planes planes, Arena arena) {
        long block = arena.allocate(planes.blockBytes(), 64).address();
        for (int lane = 0; lane < BlockScan.LANES; lane++) {
            NativeMemory.putFloat(block + (BlockScan.LANES + lane) * 4L, 1);
        }
        return block;
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 24, 90})
    void allPathsGiveTheSameEstimatesAndTellWhichAreBelowTheLimit(int groups) {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int bits = 1; bits <= Planes.MOST_BITS; bits++) {
            Planes planes = new Planes(bits, groups);
            try (Arena arena = Arena.ofConfined()) {
                long table = arena.allocate(BlockScan.tableBytes(planes.groups()), 64)
                        .address();
                long block = arena.allocate(planes.blockBytes(), 64).address();
                for (long at = 0; at < groups * 16L; at++) {
                    NativeMemory.putByte(table + BlockScan.TABLE_ENTRIES + at, (byte) random.nextInt());
                }
                NativeMemory.putFloat(table, 0.02f);
                NativeMemory.putFloat(table + 4, -3);
                for (long at = BlockScan.TERM_BYTES; at < planes.blockBytes(); at++) {
                    NativeMemory.putByte(block + at, (byte) random.nextInt());
                }
                for (int lane = 0; lane < 2 * BlockScan.LANES; lane++) {
                    NativeMemory.putFloat(block + lane * 4L, (float) random.nextGaussian());
                }
                float[] one = new float[BlockScan.LANES];
                float[] other = new float[BlockScan.LANES];
                int below = scalar.estimates(table, planes, block, 5, 4, one);
                for (BlockScan vector : vectors) {
                    assertThat(vector.estimates(table, planes, block, 5, 4, other))
                            .isEqualTo(below);
                    for (int lane = 0; lane < BlockScan.LANES; lane++) {
                        assertThat(other[lane]).isCloseTo(one[lane], offset(1e-2f));
                        assertThat((below >> lane & 1) == 1).isEqualTo(one[lane] < 4);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8, 64, 100, 192, 1000})
    void aRotationKeepsLengthsAndSpreadsAVector(int dimension) {
        SplittableRandom random = new SplittableRandom(SEED);
        int padded = Rotation.padded(dimension);
        try (Arena arena = Arena.ofConfined()) {
            Rotation rotation = new Rotation(
                    dimension, Rotation.draw(dimension, SEED, arena).address());
            long from = arena.allocate(dimension * 4L, 64).address();
            long to = arena.allocate(padded * 4L, 64).address();
            NativeMemory.putFloat(from + random.nextInt(dimension) * 4L, 3);
            rotation.apply(from, to);
            double square = 0;
            double most = 0;
            for (int d = 0; d < padded; d++) {
                double x = NativeMemory.floatAt(to + d * 4L);
                square += x * x;
                most = Math.max(most, Math.abs(x));
            }
            assertThat(square).isCloseTo(9, offset(1e-3));
            assertThat(most).as("seed %d", SEED).isLessThan(3 * 8 / Math.sqrt(padded));
        }
    }

    @Test
    void aSignTableGivesTheProductOfAQueryWithSigns() {
        SplittableRandom random = new SplittableRandom(SEED);
        int padded = 128;
        int groups = SignTable.groups(padded);
        try (Arena arena = Arena.ofConfined()) {
            long query = arena.allocate(padded * 4L, 64).address();
            long table = arena.allocate(BlockScan.tableBytes(groups), 64).address();
            Planes planes = new Planes(1, groups);
            long block = plainBlock(planes, arena);
            long codes = block + BlockScan.TERM_BYTES;
            double[] products = new double[BlockScan.LANES];
            double size = 0;
            for (int d = 0; d < padded; d++) {
                float x = (float) random.nextGaussian();
                size += Math.abs(x);
                NativeMemory.putFloat(query + d * 4L, x);
                for (int lane = 0; lane < BlockScan.LANES; lane++) {
                    boolean up = random.nextBoolean();
                    BlockScan.putCode(codes, d / SignTable.GROUP, lane, up ? 1 << d % SignTable.GROUP : 0);
                    products[lane] += up ? x : -x;
                }
            }
            SignTable.fill(query, padded, table);
            float[] sums = new float[BlockScan.LANES];
            scalar.estimates(table, planes, block, 0, 0, sums);
            for (int lane = 0; lane < BlockScan.LANES; lane++) {
                assertThat((double) sums[lane]).isCloseTo(products[lane], offset(size * 0.01));
            }
        }
    }
}
