package io.elanus.storage.compute;

import java.util.Arrays;

/// Sorts a range of ints by a comparison. Stable, without boxing.
public final class MergeSort {
    private MergeSort() {}

    public interface Order {
        int compare(int a, int b);
    }

    public static void sort(int[] values, int from, int to, Order order) {
        sort(Arrays.copyOfRange(values, from, to), 0, values, from, to - from, order);
    }

    /// Sorts `target[to, to + size)`; `source[from, from + size)` has the same content and becomes scratch.
    private static void sort(int[] source, int from, int[] target, int to, int size, Order order) {
        if (size < 2) {
            return;
        }
        int half = size >>> 1;
        sort(target, to, source, from, half, order);
        sort(target, to + half, source, from + half, size - half, order);
        int left = from;
        int right = from + half;
        for (int i = 0; i < size; i++) {
            boolean takeLeft =
                    right == from + size || (left < from + half && order.compare(source[left], source[right]) <= 0);
            target[to + i] = source[takeLeft ? left++ : right++];
        }
    }
}
