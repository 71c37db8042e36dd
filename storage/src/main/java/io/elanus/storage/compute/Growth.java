package io.elanus.storage.compute;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Arrays with a slot per group, at least doubled when they grow.
final class Growth {
    private Growth() {}

    static int size(int now, int wanted) {
        return now >= wanted ? now : Math.max(wanted, Math.max(16, 2 * now));
    }

    static long[] longs(long[] array, int wanted) {
        return array.length >= wanted ? array : Arrays.copyOf(array, size(array.length, wanted));
    }

    static double[] doubles(double[] array, int wanted) {
        return array.length >= wanted ? array : Arrays.copyOf(array, size(array.length, wanted));
    }

    static boolean[] booleans(boolean[] array, int wanted) {
        return array.length >= wanted ? array : Arrays.copyOf(array, size(array.length, wanted));
    }

    static @Nullable Object[] objects(@Nullable Object[] array, int wanted) {
        return array.length >= wanted ? array : Arrays.copyOf(array, size(array.length, wanted));
    }
}
