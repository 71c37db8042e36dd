package io.elanus.storage.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.lang.foreign.Arena;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BitProductsTest {
    private static final long SEED = 7;

    @ParameterizedTest
    @ValueSource(ints = {1, 63, 64, 112, 768})
    void countsWhatTheCodesName(int dimensions) {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int bits = 1; bits <= 4; bits++) {
            try (Arena arena = Arena.ofConfined()) {
                long query = arena.allocate(dimensions * 4L, 64).address();
                long planes =
                        arena.allocate(BitProducts.queryBytes(dimensions), 64).address();
                long planeBytes = BitProducts.planeBytes(dimensions);
                long code = arena.allocate(bits * planeBytes, 64).address();
                double product = 0;
                int total = 0;
                for (int d = 0; d < dimensions; d++) {
                    float x = (float) random.nextGaussian();
                    NativeMemory.putFloat(query + d * 4L, x);
                    int number = random.nextInt(1 << bits);
                    product += number * x;
                    total += number;
                    for (int plane = 0; plane < bits; plane++) {
                        long at = code + plane * planeBytes + d / 8;
                        int bit = (number >> (bits - 1 - plane)) & 1;
                        NativeMemory.putByte(at, (byte) (NativeMemory.byteAt(at) | (bit << (d % 8))));
                    }
                }
                BitProducts.prepare(query, dimensions, planes);
                double found = BitProducts.product(planes, planeBytes, code, bits, total);
                assertThat(found)
                        .as("seed %d, %d bits", SEED, bits)
                        .isCloseTo(product, offset(0.06 * (1 << bits) * Math.sqrt(dimensions) + 1e-3));
            }
        }
    }
}
