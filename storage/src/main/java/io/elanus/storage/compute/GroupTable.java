package io.elanus.storage.compute;

import java.util.Arrays;

/// Numbers distinct keys from 0 in the order they first come: a hash table with open addressing over pages of key
/// bytes. Its heap is counted in the account.
final class GroupTable {
    private static final int PAGE = 1 << 16;

    private final HeapAccount account;
    private byte[][] pages = new byte[0][];
    private int pageUsed;
    private int pageCount;
    private int[] pageOf = new int[64];
    private int[] startOf = new int[64];
    private int[] lengthOf = new int[64];
    private long[] hashOf = new long[64];
    private int[] slots = new int[128];
    private int count;

    GroupTable(HeapAccount account) {
        this.account = account;
        Arrays.fill(slots, -1);
        account.add(64L * 20 + 128 * 4);
    }

    int count() {
        return count;
    }

    /// The number of this key, which is new if it equals [#count] of before.
    int add(KeyBytes keys, int row) {
        long hash = keys.hash(row);
        int slot = find(keys, row, hash);
        int group = slots[slot];
        if (group >= 0) {
            return group;
        }
        insert(keys, row, hash, slot);
        return count - 1;
    }

    /// The number of this key, -1 if it is not there.
    int find(KeyBytes keys, int row) {
        return slots[find(keys, row, keys.hash(row))];
    }

    private int find(KeyBytes keys, int row, long hash) {
        int mask = slots.length - 1;
        int slot = (int) hash & mask;
        while (true) {
            int group = slots[slot];
            if (group < 0 || (hashOf[group] == hash && equal(group, keys, row))) {
                return slot;
            }
            slot = slot + 1 & mask;
        }
    }

    private boolean equal(int group, KeyBytes keys, int row) {
        int start = startOf[group];
        return Arrays.equals(
                pages[pageOf[group]],
                start,
                start + lengthOf[group],
                keys.heap,
                keys.starts[row],
                keys.starts[row + 1]);
    }

    private void insert(KeyBytes keys, int row, long hash, int slot) {
        int length = keys.length(row);
        if (pageCount == 0 || pages[pageCount - 1].length - pageUsed < length) {
            addPage(length);
        }
        if (count == hashOf.length) {
            growGroups();
        }
        System.arraycopy(keys.heap, keys.starts[row], pages[pageCount - 1], pageUsed, length);
        pageOf[count] = pageCount - 1;
        startOf[count] = pageUsed;
        lengthOf[count] = length;
        hashOf[count] = hash;
        pageUsed += length;
        slots[slot] = count;
        count++;
        if (2 * count > slots.length) {
            growSlots();
        }
    }

    private void addPage(int least) {
        int size = Math.max(least, Math.min(PAGE, 1024 << Math.min(pageCount, 6)));
        account.add(size);
        if (pageCount == pages.length) {
            pages = Arrays.copyOf(pages, Math.max(8, 2 * pageCount));
        }
        pages[pageCount++] = new byte[size];
        pageUsed = 0;
    }

    private void growGroups() {
        account.add(20L * count);
        int size = 2 * count;
        pageOf = Arrays.copyOf(pageOf, size);
        startOf = Arrays.copyOf(startOf, size);
        lengthOf = Arrays.copyOf(lengthOf, size);
        hashOf = Arrays.copyOf(hashOf, size);
    }

    private void growSlots() {
        account.add(4L * slots.length);
        int[] larger = new int[2 * slots.length];
        Arrays.fill(larger, -1);
        int mask = larger.length - 1;
        for (int group = 0; group < count; group++) {
            int slot = (int) hashOf[group] & mask;
            while (larger[slot] >= 0) {
                slot = slot + 1 & mask;
            }
            larger[slot] = group;
        }
        slots = larger;
    }
}
