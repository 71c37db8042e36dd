package io.elanus.storage.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShortlistTest {
    private static final long SEED = 20_261;

    /// Against a full sort, with many equal ranks, in random order and in the worst ones.
    @ParameterizedTest
    @CsvSource({"1,1,5", "1,40,5", "10,9,3", "10,10,3", "10,19,3", "10,20,3", "10,21,3", "200,6000,50", "7,1000,1"})
    void keepsTheNearest(int k, int offered, int ranks) {
        var random = new SplittableRandom(SEED + k);
        for (int round = 0; round < 20; round++) {
            long[] entries = IntStream.range(0, offered)
                    .mapToLong(row -> Ranked.of(random.nextInt(-ranks, ranks) / 3f, row))
                    .toArray();
            long[] sorted = entries.clone();
            Arrays.sort(sorted);
            switch (round) {
                case 0 -> entries = sorted.clone();
                case 1 -> {
                    for (int i = 0; i < offered; i++) {
                        entries[i] = sorted[offered - 1 - i];
                    }
                }
                default -> {}
            }
            assertThat(kept(k, entries)).as("round %d", round).containsExactly(rows(sorted, k));
        }
    }

    private static int[] kept(int k, long[] entries) {
        var shortlist = new Shortlist();
        shortlist.reset(k);
        for (long entry : entries) {
            shortlist.offer(Ranked.rank(entry), Ranked.row(entry));
        }
        float limit = shortlist.limit();
        int[] rows = new int[k];
        int count = shortlist.drainSortedTo(rows);
        float farthest =
                Ranked.rank(Arrays.stream(entries).sorted().limit(k).max().orElseThrow());
        assertThat(limit).as("rank up to which rows are taken").isGreaterThanOrEqualTo(farthest);
        return Arrays.copyOf(rows, count);
    }

    private static int[] rows(long[] sorted, int k) {
        return Arrays.stream(sorted).limit(k).mapToInt(Ranked::row).toArray();
    }

    @Test
    void isEmptyOnceDrained() {
        var shortlist = new Shortlist();
        shortlist.reset(2);
        int[] rows = new int[2];
        for (int row = 0; row < 9; row++) {
            shortlist.offer(row, row);
        }
        assertThat(shortlist.limit()).isLessThan(9);
        assertThat(shortlist.drainTo(rows)).isEqualTo(2);
        assertThat(rows).containsExactlyInAnyOrder(0, 1);
        assertThat(shortlist.limit()).isEqualTo(Float.POSITIVE_INFINITY);
        shortlist.offer(7, 7);
        assertThat(shortlist.drainTo(rows)).isEqualTo(1);
        assertThat(rows[0]).isEqualTo(7);
    }
}
