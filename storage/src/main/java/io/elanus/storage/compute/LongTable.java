package io.elanus.storage.compute;

import java.util.Arrays;

/// Numbers distinct 64-bit keys from 0 in the order they first come: what [GroupTable] does for keys of any kind. Its
/// heap is counted in the account.
///
/// Small numbers, which most keys of few groups are, have a place of their own and are not hashed.
final class LongTable {
    private static final int SMALL = 1 << 12;

    /// One more than the number of the key `i`; 0 when it has none.
    private final int[] small = new int[SMALL];
    private final HeapAccount account;
    private long[] keys = new long[64];
    private int[] slots = new int[256];
    private int count;

    LongTable(HeapAccount account) {
        this.account = account;
        Arrays.fill(slots, -1);
        account.add(64L * 8 + 256 * 4 + 4L * SMALL);
    }

    int count() {
        return count;
    }

    private static int slot(long key, int mask) {
        long mixed = key * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 32 ^ mixed >>> 15) & mask;
    }

    /// The number of this key, which is new if it equals [#count] of before.
    int add(long key) {
        if (key >= 0 && key < SMALL) {
            int number = small[(int) key];
            if (number > 0) {
                return number - 1;
            }
        }
        int number = addHashed(key);
        if (key >= 0 && key < SMALL) {
            small[(int) key] = number + 1;
        }
        return number;
    }

    private int addHashed(long key) {
        int mask = slots.length - 1;
        int slot = slot(key, mask);
        while (slots[slot] >= 0) {
            if (keys[slots[slot]] == key) {
                return slots[slot];
            }
            slot = slot + 1 & mask;
        }
        if (count == keys.length) {
            account.add(8L * count);
            keys = Arrays.copyOf(keys, 2 * count);
        }
        keys[count] = key;
        slots[slot] = count;
        count++;
        if (4L * count > slots.length) {
            growSlots();
        }
        return count - 1;
    }

    /// The number of this key, -1 if it is not there.
    int find(long key) {
        int mask = slots.length - 1;
        int slot = slot(key, mask);
        while (true) {
            int group = slots[slot];
            if (group < 0 || keys[group] == key) {
                return group;
            }
            slot = slot + 1 & mask;
        }
    }

    private void growSlots() {
        account.add(4L * slots.length);
        int[] larger = new int[2 * slots.length];
        Arrays.fill(larger, -1);
        int mask = larger.length - 1;
        for (int group = 0; group < count; group++) {
            int slot = slot(keys[group], mask);
            while (larger[slot] >= 0) {
                slot = slot + 1 & mask;
            }
            larger[slot] = group;
        }
        slots = larger;
    }
}
