package io.elanus.storage.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SortedLongsTest {
    private static final long SEED = 99;

    @Test
    void bothPathsKeepTheLeastInOrder() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int width : new int[] {1, 2, 7, 8, 9, 40, 200}) {
            long[] lanes = SortedLongs.allocate(width);
            long[] single = SortedLongs.allocate(width);
            long[] given = random.longs(300, -100, 100).toArray();
            for (int i = 0; i < given.length; i++) {
                int end = SortedLongs.FIRST + Math.min(i, width - 1);
                long entry = given[i];
                if (i >= width && entry >= single[SortedLongs.FIRST + width - 1]) {
                    continue;
                }
                int place = SortedLongs.insertOneByOne(single, end, entry);
                assertThat(SortedLongs.insertByLanes(lanes, end, entry))
                        .as("seed %d, width %d", SEED, width)
                        .isEqualTo(place);
                assertThat(lanes[place]).isEqualTo(entry);
            }
            long[] least = Arrays.copyOf(Arrays.stream(given).sorted().toArray(), width);
            assertThat(Arrays.copyOfRange(lanes, SortedLongs.FIRST, lanes.length))
                    .isEqualTo(least);
            assertThat(lanes).isEqualTo(single);
        }
    }
}
