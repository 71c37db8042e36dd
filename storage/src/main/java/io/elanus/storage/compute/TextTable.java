package io.elanus.storage.compute;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.arrow.memory.util.MemoryUtil;

/// Numbers distinct byte strings from 0 in the order they first come: what [GroupTable] does for encoded keys, for
/// strings where they lie in off-heap memory. Its heap is counted in the account.
final class TextTable {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final int FIRST_BYTES = 1024;

    private final HeapAccount account;
    private byte[] heap = new byte[FIRST_BYTES];
    private int used;
    private int[] startOf = new int[64];
    private int[] lengthOf = new int[64];
    private long[] hashOf = new long[64];
    private int[] slots = new int[128];
    private int count;

    TextTable(HeapAccount account) {
        this.account = account;
        Arrays.fill(slots, -1);
        account.add(64L * 16 + 128 * 4 + FIRST_BYTES);
    }

    int count() {
        return count;
    }

    long hash(int number) {
        return hashOf[number];
    }

    /// The number of this string, which is new if it equals [#count] of before.
    int add(long address, int length) {
        long hash = hash(address, length);
        int mask = slots.length - 1;
        int slot = (int) hash & mask;
        while (true) {
            int group = slots[slot];
            if (group < 0) {
                break;
            }
            if (hashOf[group] == hash && lengthOf[group] == length && equal(startOf[group], address, length)) {
                return group;
            }
            slot = slot + 1 & mask;
        }
        insert(address, length, hash, slot);
        return count - 1;
    }

    private boolean equal(int start, long address, int length) {
        int i = 0;
        for (; i + Long.BYTES <= length; i += Long.BYTES) {
            if ((long) LONGS.get(heap, start + i) != MemoryUtil.getLong(address + i)) {
                return false;
            }
        }
        for (; i < length; i++) {
            if (heap[start + i] != MemoryUtil.getByte(address + i)) {
                return false;
            }
        }
        return true;
    }

    private static long hash(long address, int length) {
        long hash = 0x9E3779B97F4A7C15L ^ length;
        int i = 0;
        for (; i + Long.BYTES <= length; i += Long.BYTES) {
            hash = mix(hash ^ MemoryUtil.getLong(address + i));
        }
        long tail = 0;
        if (i + Integer.BYTES <= length) {
            tail = MemoryUtil.getInt(address + i) & 0xFFFFFFFFL;
            i += Integer.BYTES;
        }
        for (; i < length; i++) {
            tail = tail << 8 | MemoryUtil.getByte(address + i) & 0xFF;
        }
        return mix(hash ^ tail);
    }

    private static long mix(long value) {
        long product = value * 0xD6E8FEB86659FD93L;
        return product ^ product >>> 32;
    }

    private void insert(long address, int length, long hash, int slot) {
        if (heap.length - used < length) {
            int larger = (int) Math.min(Integer.MAX_VALUE - 8, Math.max(2L * heap.length, (long) used + length));
            account.add((long) larger - heap.length);
            heap = Arrays.copyOf(heap, larger);
        }
        if (count == hashOf.length) {
            account.add(16L * count);
            startOf = Arrays.copyOf(startOf, 2 * count);
            lengthOf = Arrays.copyOf(lengthOf, 2 * count);
            hashOf = Arrays.copyOf(hashOf, 2 * count);
        }
        MemoryUtil.copyFromMemory(address, heap, used, length);
        startOf[count] = used;
        lengthOf[count] = length;
        hashOf[count] = hash;
        used += length;
        slots[slot] = count;
        count++;
        if (2L * count > slots.length) {
            growSlots();
        }
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
