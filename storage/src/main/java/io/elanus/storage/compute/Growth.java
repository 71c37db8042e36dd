package io.elanus.storage.compute;

import java.util.Arrays;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BitVectorHelper;
import org.jspecify.annotations.Nullable;

/// Arrays with a slot per group, at least doubled when they grow.
final class Growth {
    private Growth() {}

    static int size(int now, int wanted) {
        return now >= wanted ? now : Math.max(wanted, Math.max(16, 2 * now));
    }

    static int[] ints(int[] array, int wanted) {
        return array.length >= wanted ? array : Arrays.copyOf(array, size(array.length, wanted));
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

    /// Marks the first slots as not NULL.
    static void allPresent(BaseFixedWidthVector column, int count) {
        ArrowBuf validity = column.getValidityBuffer();
        validity.setOne(0, (long) (count >>> 3));
        for (int i = count & ~7; i < count; i++) {
            BitVectorHelper.setBit(validity, i);
        }
    }
}
