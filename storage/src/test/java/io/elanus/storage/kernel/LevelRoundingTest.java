package io.elanus.storage.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.elanus.storage.kernel.BlockScan.Planes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LevelRoundingTest {
    private static final long SEED = 2718;

    @ParameterizedTest
    @CsvSource({"1, 16", "2, 20", "3, 32", "4, 28", "3, 196"})
    void bothPathsWriteTheSameCodes(int bits, int groups) {
        var planes = new Planes(bits, groups);
        var random = new SplittableRandom(SEED);
        try (Arena arena = Arena.ofConfined()) {
            long base = draw(random, groups, arena);
            MemorySegment scalar = arena.allocate(planes.blockBytes(), 64);
            MemorySegment vector = arena.allocate(planes.blockBytes(), 64);
            for (int lane = 0; lane < BlockScan.LANES; lane++) {
                // The last is the base itself.
                long other = lane == BlockScan.LANES - 1 ? base : draw(random, groups, arena);
                float perStep = lane == 0 ? 0 : 0.3f + lane;
                float[] expected = new float[2];
                float[] products = new float[2];
                LevelRounding.of(KernelPath.SCALAR)
                        .round(base, other, perStep, planes, scalar.address(), lane, expected);
                LevelRounding.of(KernelPath.VECTOR)
                        .round(base, other, perStep, planes, vector.address(), lane, products);
                assertThat(products).as("seed %d, lane %d", SEED, lane).containsExactly(expected, within(1e-2f));
                assertThat(LevelRounding.of(KernelPath.VECTOR).square(base, other, planes))
                        .isCloseTo(LevelRounding.of(KernelPath.SCALAR).square(base, other, planes), within(1e-2f));
            }
            assertThat(vector.toArray(ValueLayout.JAVA_BYTE))
                    .as("seed %d", SEED)
                    .isEqualTo(scalar.toArray(ValueLayout.JAVA_BYTE));
        }
    }

    private static long draw(SplittableRandom random, int groups, Arena arena) {
        MemorySegment vector = arena.allocate(groups * 16L, 64);
        for (int d = 0; d < groups * 4; d++) {
            vector.setAtIndex(ValueLayout.JAVA_FLOAT, d, (float) random.nextGaussian());
        }
        return vector.address();
    }
}
