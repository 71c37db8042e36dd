package io.elanus.storage.compute;

import java.util.Arrays;

/// Numbers distinct 64-bit keys from 0 in the order they first come: what [GroupTable] does for keys of any kind. Its
/// heap is counted in the account.
///
/// Numbers from 0 on that lie close together, which most keys are, have a place of their own and are not hashed:
/// those below the length of [#direct], which grows as long as that takes no more memory than hashing.
final class LongTable {
    private static final int LEAST_DIRECT = 1 << 12;
    /// Keys below this have a place at any rate.
    private static final int SMALL = 1 << 16;
    /// So many places for each key are worth it.
    private static final int PLACES = 4;

    private static final int MOST_DIRECT = 1 << 30;

    private final HeapAccount account;
    /// One more than the number of the key `i`; 0 when it has none.
    private int[] direct = new int[LEAST_DIRECT];
    private long[] keys = new long[64];
    private int[] slots = new int[256];
    private int hashed;
    private int count;

    LongTable(HeapAccount account) {
        this.account = account;
        Arrays.fill(slots, -1);
        account.add(64L * 8 + 256 * 4 + 4L * LEAST_DIRECT);
    }

    int count() {
        return count;
    }

    /// The key of this number.
    long key(int number) {
        return keys[number];
    }

    private static int slot(long key, int mask) {
        long mixed = key * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 32 ^ mixed >>> 15) & mask;
    }

    private boolean isDirect(long key) {
        return key >= 0 && key < direct.length;
    }

    /// The number of this key, which is new if it equals [#count] of before.
    int add(long key) {
        if (isDirect(key)) {
            int number = direct[(int) key];
            return number > 0 ? number - 1 : insert(key);
        }
        return addHashed(key);
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
        return insert(key);
    }

    private int insert(long key) {
        if (count == keys.length) {
            account.add(8L * count);
            keys = Arrays.copyOf(keys, 2 * count);
        }
        keys[count++] = key;
        if (!isDirect(key) && key >= 0 && key < Math.min(MOST_DIRECT, Math.max(SMALL, (long) PLACES * count))) {
            growDirect((int) key);
        }
        if (isDirect(key)) {
            direct[(int) key] = count;
        } else {
            hashed++;
            if (4L * hashed > slots.length) {
                growSlots();
            } else {
                place(count - 1);
            }
        }
        return count - 1;
    }

    private void place(int number) {
        int mask = slots.length - 1;
        int slot = slot(keys[number], mask);
        while (slots[slot] >= 0) {
            slot = slot + 1 & mask;
        }
        slots[slot] = number;
    }

    /// Keys that were hashed before and now have a place stay among the slots, where nobody looks for them.
    private void growDirect(int key) {
        int length = Integer.highestOneBit(key) << 1;
        account.add(4L * (length - direct.length));
        int before = direct.length;
        direct = Arrays.copyOf(direct, length);
        for (int number = 0; number < count; number++) {
            if (keys[number] >= before && keys[number] < length) {
                direct[(int) keys[number]] = number + 1;
            }
        }
    }

    /// The number of this key, -1 if it is not there.
    int find(long key) {
        if (isDirect(key)) {
            return direct[(int) key] - 1;
        }
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
        slots = new int[2 * slots.length];
        Arrays.fill(slots, -1);
        hashed = 0;
        for (int number = 0; number < count; number++) {
            if (!isDirect(keys[number])) {
                place(number);
                hashed++;
            }
        }
    }
}
