package io.elanus.storage.compute;

import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BigIntVector;

/// How many values each group has: its rows, less those that were NULL, plus what merged states had counted. As long
/// as there are neither, nothing is kept.
final class GroupCounts {
    private final GroupRows rows;
    private long[] more = new long[0];
    private int groups;

    GroupCounts(GroupRows rows) {
        this.rows = rows;
    }

    void grow(int count) {
        groups = Math.max(groups, count);
        if (more.length > 0) {
            more = Growth.longs(more, groups);
        }
    }

    /// A row of the group has no value.
    void leaveOut(int group) {
        add(group, -1);
    }

    void add(int group, long count) {
        if (more.length == 0) {
            more = Growth.longs(more, groups);
        }
        more[group] += count;
    }

    void absorb(GroupCounts other, int[] theirs, int[] into, int count) {
        if (other.more.length > 0) {
            for (int i = 0; i < count; i++) {
                if (theirs[i] < other.more.length) {
                    add(into[i], other.more[theirs[i]]);
                }
            }
        }
    }

    long of(int group) {
        return rows.of(group) + (more.length == 0 ? 0 : more[group]);
    }

    void write(int from, int count, BigIntVector column) {
        column.allocateNew(count);
        long address = column.getDataBufferAddress();
        for (int i = 0; i < count; i++) {
            MemoryUtil.putLong(address + 8L * i, of(from + i));
        }
        Growth.allPresent(column, count);
    }

    long heapBytes() {
        return 8L * more.length;
    }
}
