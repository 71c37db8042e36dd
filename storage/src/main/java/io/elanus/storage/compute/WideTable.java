package io.elanus.storage.compute;

import java.util.Arrays;

/// Distinct keys of 128 bits and the number of each, which the caller gives. Its heap is counted in the account.
final class WideTable {
    private static final int WORDS = 3;
    private static final int FIRST_KEYS = 64;
    private static final int FIRST_SLOTS = 2048;

    private final HeapAccount account;
    /// Of each key, in the order they came: its two words and its number, beside each other.
    private long[] entries = new long[WORDS * FIRST_KEYS];
    private int[] slots = new int[FIRST_SLOTS];
    private int count;

    WideTable(HeapAccount account) {
        this.account = account;
        Arrays.fill(slots, -1);
        account.add(8L * WORDS * FIRST_KEYS + 4L * FIRST_SLOTS);
    }

    static long hash(long low, long high) {
        long mixed = low * 0x9E3779B97F4A7C15L ^ high * 0xD6E8FEB86659FD93L;
        mixed = (mixed ^ mixed >>> 29) * 0xBF58476D1CE4E5B9L;
        return mixed ^ mixed >>> 32;
    }

    /// The key's number; if it has none, it gets this one.
    int add(long low, long high, int number) {
        int mask = slots.length - 1;
        int slot = (int) hash(low, high) & mask;
        for (int key = slots[slot]; key >= 0; key = slots[slot]) {
            int at = WORDS * key;
            if (entries[at] == low && entries[at + 1] == high) {
                return (int) entries[at + 2];
            }
            slot = slot + 1 & mask;
        }
        insert(low, high, number, slot);
        return number;
    }

    private void insert(long low, long high, int number, int slot) {
        int at = WORDS * count;
        if (at == entries.length) {
            account.add(8L * at);
            entries = Arrays.copyOf(entries, 2 * at);
        }
        entries[at] = low;
        entries[at + 1] = high;
        entries[at + 2] = number;
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
            int slot = (int) hash(entries[WORDS * key], entries[WORDS * key + 1]) & mask;
            while (slots[slot] >= 0) {
                slot = slot + 1 & mask;
            }
            slots[slot] = key;
        }
    }
}
