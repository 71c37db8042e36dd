package io.elanus.storage.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.storage.compute.MergeSort;
import io.elanus.storage.compute.RadixSort;
import io.elanus.storage.kernel.NativeMemory;
import io.elanus.storage.segment.column.Bits;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Hashes, sorts and bitmaps, each against a plain twin.
final class KeyOrderTest {
    /// The published test vectors of XXH64.
    @Test
    void hashesAsXxh64Does() {
        assertThat(KeyHash.of(new byte[0])).isEqualTo(0xEF46DB3751D8E999L);
        assertThat(KeyHash.of("a".getBytes(StandardCharsets.UTF_8))).isEqualTo(0xD24EC4F1A98C6E5BL);
        assertThat(KeyHash.of("abc".getBytes(StandardCharsets.UTF_8))).isEqualTo(0x44BC2CF5AD770999L);
        assertThat(KeyHash.of("Nobody inspects the spammish repetition".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(0xFBCEA83C8A378BF1L);
    }

    @Test
    void radixSortIsStableAndUnsigned() {
        var random = new Random(9);
        for (int round = 0; round < 50; round++) {
            int size = random.nextInt(300);
            long mask = random.nextBoolean() ? -1L : 0xFF00FFL;
            long[] keys = random.longs(size).map(key -> key & mask).toArray();
            int[] ordinals = IntStream.range(0, size).toArray();
            int[] expected = Arrays.stream(ordinals)
                    .boxed()
                    .sorted(Comparator.comparing((Integer i) -> Long.toUnsignedString(keys[i], 16)
                            .transform(text -> "0".repeat(16 - text.length()) + text)))
                    .mapToInt(i -> i)
                    .toArray();
            RadixSort.sort(keys.clone(), ordinals);
            assertThat(ordinals).containsExactly(expected);
        }
    }

    @Test
    void mergeSortIsStable() {
        var random = new Random(10);
        for (int round = 0; round < 50; round++) {
            int[] values = random.ints(random.nextInt(200), 0, 1000).toArray();
            int[] expected = Arrays.stream(values)
                    .boxed()
                    .sorted(Comparator.comparingInt(value -> value / 10))
                    .mapToInt(i -> i)
                    .toArray();
            MergeSort.sort(values, 0, values.length, (a, b) -> Integer.compare(a / 10, b / 10));
            assertThat(values).containsExactly(expected);
        }
    }

    @Test
    void bitmapsAreCopiedToAnyPlace() {
        var random = new Random(11);
        try (Arena arena = Arena.ofConfined()) {
            for (int round = 0; round < 500; round++) {
                int from = random.nextInt(40);
                int to = random.nextInt(40);
                int count = random.nextInt(200);
                long source = arena.allocate(Bits.bytes(from + count)).address();
                long target = arena.allocate(Bits.bytes(to + count) + 8).address();
                for (int i = 0; i < from + count; i++) {
                    Bits.put(source, i, random.nextBoolean());
                }
                Bits.fill(target, 0, to, true);
                Bits.copy(source, from, target, to, count);
                for (int i = 0; i < count; i++) {
                    assertThat(Bits.at(target, to + i)).isEqualTo(Bits.at(source, from + i));
                }
                assertThat(Bits.cardinality(target, to)).isEqualTo(to);
                assertThat(NativeMemory.byteAt(target + Bits.bytes(to + count))).isZero();
            }
        }
    }
}
