package io.elanus.storage.compute;

import java.util.Arrays;

/// Distinct keys of 128 bits and the number of each, which the caller gives. Its heap is counted in the account.
final class WideTable {
    private final HeapAccount account;
    /// Two words a key, and the key's number, in the order they came.
    private long[] keys = new long[128];
    private int[] numbers = new int[64];
    private int[] slots = new int[256];
    private int count;

    WideTable(HeapAccount account) {
        this.account = account;
        Arrays.fill(slots, -1);
        account.add(128L * 8 + 64 * 4 + 256 * 4);
    }

    static long hash(long low, long high) {
        long mixed = (low ^ high * 0xD6E8FEB86659FD93L) * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ mixed >>> 29) * 0xBF58476D1CE4E5B9L;
        return mixed ^ mixed >>> 32;
    }

    /// The key's number; if it has none, it gets this one.
    int add(long low, long high, int number) {
        int mask = slots.length - 1;
        int slot = (int) hash(low, high) & mask;
        for (int key = slots[slot]; key >= 0; key = slots[slot]) {
            if (keys[2 * key] == low && keys[2 * key + 1] == high) {
                return numbers[key];
            }
            slot = slot + 1 & mask;
        }
        insert(low, high, number, slot);
        return number;
    }

    private void insert(long low, long high, int number, int slot) {
        if (count == numbers.length) {
            account.add(20L * count);
            keys = Arrays.copyOf(keys, 4 * count);
            numbers = Arrays.copyOf(numbers, 2 * count);
        }
        keys[2 * count] = low;
        keys[2 * count + 1] = high;
        numbers[count] = number;
        slots[slot] = count;
        count++;
        if (3L * count > slots.length) {
            growSlots();
        }
    }

    private void growSlots() {
        account.add(4L * slots.length);
        slots = new int[2 * slots.length];
        Arrays.fill(slots, -1);
        int mask = slots.length - 1;
        for (int key = 0; key < count; key++) {
            int slot = (int) hash(keys[2 * key], keys[2 * key + 1]) & mask;
            while (slots[slot] >= 0) {
                slot = slot + 1 & mask;
            }
            slots[slot] = key;
        }
    }
}
