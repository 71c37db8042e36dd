package io.elanus.storage.compute;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VarCharVector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeyTablesTest {
    private final BufferAllocator allocator = new RootAllocator();
    private final HeapAccount account = new HeapAccount(allocator);

    @AfterEach
    void everythingIsGivenBack() {
        account.close();
        allocator.close();
    }

    /// Keys that are hashed at first come to lie among those that have a place of their own when more are there.
    @Test
    void numbersKeysInTheOrderTheyComeWhereverTheyLie() {
        for (int range : List.of(10, 100_000, 3_000_000, Integer.MAX_VALUE)) {
            var random = new SplittableRandom(range);
            var table = new LongTable(account);
            Map<Long, Integer> model = new HashMap<>();
            for (int i = 0; i < 60_000; i++) {
                long key = random.nextInt(20) == 0 ? random.nextLong() : random.nextInt(range) - range / 64;
                int expected = model.computeIfAbsent(key, _ -> model.size());
                assertThat(table.add(key)).isEqualTo(expected);
                assertThat(table.key(expected)).isEqualTo(key);
            }
            model.forEach((key, number) -> assertThat(table.find(key)).isEqualTo(number));
            assertThat(table.count()).isEqualTo(model.size());
            assertThat(table.find(Long.MIN_VALUE + 1)).isEqualTo(-1);
        }
    }

    @Test
    void findsAWideKeyByBothOfItsWords() {
        var table = new WideTable(account);
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 10_000; i++) {
                assertThat(table.add(i % 100, i / 100, round == 0 ? i : -1)).isEqualTo(i);
            }
        }
    }

    /// Texts of every length, with bytes that are 0, at the very end of their memory too.
    @Test
    void packsTwoTextsAlikeOnlyIfTheyAreEqual() {
        var text = RandomRows.TEXT;
        PackedKeys keys = java.util.Objects.requireNonNull(
                PackedKeys.of(List.of(io.elanus.storage.filter.Batches.input(0, text))));
        try (var column = new VarCharVector("t", allocator)) {
            int rows = 0;
            var model = new java.util.ArrayList<String>();
            for (int length = 0; length <= 17; length++) {
                for (char last : new char[] {0, 'a', 'b'}) {
                    String value = length == 0 ? "" : "x".repeat(length - 1) + last;
                    column.setSafe(rows++, value.getBytes(StandardCharsets.UTF_8));
                    model.add(value);
                }
            }
            column.setNull(rows++);
            model.add("NULL of no length that any text has");
            column.setValueCount(rows);
            keys.pack(List.of(column), Selections.all(rows), rows);
            for (int i = 0; i < rows; i++) {
                assertThat(keys.fits[i]).isEqualTo(i == rows - 1 || model.get(i).length() < 16);
                for (int j = 0; j < rows && keys.fits[i]; j++) {
                    boolean same = keys.fits[j] && keys.low[i] == keys.low[j] && keys.high[i] == keys.high[j];
                    assertThat(same)
                            .as("[%s] and [%s]", model.get(i), model.get(j))
                            .isEqualTo(model.get(i).equals(model.get(j)));
                }
            }
        }
    }
}
