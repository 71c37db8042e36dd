package io.elanus.storage.compute;

import io.elanus.storage.filter.Expr;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Finds the first rows of each group in an order, and keeps of them only a number that the caller gave and their
/// encoded keys, in a heap per group with the last row on top. NULL groups are equal to each other. The owner
/// closes it.
public final class BestOfGroups implements AutoCloseable {
    private final RowKeys groups;
    private final RowKeys order;
    private final int limit;
    private final BufferAllocator allocator;
    private final HeapAccount tableAccount;
    private final HeapAccount rowAccount;
    private final GroupTable table;
    private final KeyBytes groupKeys = new KeyBytes();
    private final KeyBytes orderKeys = new KeyBytes();
    private Best[] best = new Best[64];
    private long bytes;
    private long size;

    /// @param limit rows of each group, at least 1
    public BestOfGroups(List<Expr> groups, List<SortKey> order, int limit, BufferAllocator allocator) {
        this.groups = RowKeys.ofEquality(groups);
        this.order = new RowKeys(order);
        this.limit = limit;
        this.allocator = allocator;
        this.tableAccount = new HeapAccount(allocator);
        this.rowAccount = new HeapAccount(allocator);
        this.table = new GroupTable(tableAccount);
    }

    /// Takes the rows whose bits are set; row i is bit `bitOffset + i`. The batch stays with its owner.
    ///
    /// @param numbers what is kept of each row of the batch
    public void add(VectorSchemaRoot batch, long[] bitmap, int bitOffset, BigIntVector numbers) {
        int[] rows = Selections.rows(bitmap, bitOffset, batch.getRowCount());
        if (rows.length == 0) {
            return;
        }
        try (VectorSchemaRoot columns = groups.project(batch, bitmap, bitOffset, allocator)) {
            groups.encode(columns.getFieldVectors(), rows, groupKeys);
        }
        try (VectorSchemaRoot columns = order.project(batch, bitmap, bitOffset, allocator)) {
            order.encode(columns.getFieldVectors(), rows, orderKeys);
        }
        for (int i = 0; i < rows.length; i++) {
            int group = table.add(groupKeys, i);
            if (group == best.length) {
                best = Arrays.copyOf(best, 2 * group);
            }
            if (best[group] == null) {
                best[group] = new Best();
            }
            best[group].offer(orderKeys, i, numbers.get(rows[i]));
        }
        rowAccount.set(bytes);
    }

    /// The numbers of the rows that were kept, group after group.
    public long[] numbers() {
        long[] all = new long[Math.toIntExact(size)];
        int at = 0;
        for (int group = 0; group < table.count(); group++) {
            Best kept = best[group];
            System.arraycopy(kept.numbers, 0, all, at, kept.count);
            at += kept.count;
        }
        return all;
    }

    @Override
    public void close() {
        rowAccount.close();
        tableAccount.close();
    }

    /// The rows of one group.
    private final class Best {
        private byte[][] keys = new byte[1][];
        private long[] numbers = new long[1];
        private int count;

        void offer(KeyBytes source, int row, long number) {
            int from = source.starts[row];
            int to = source.starts[row + 1];
            if (count == limit) {
                if (Arrays.compareUnsigned(source.heap, from, to, keys[0], 0, keys[0].length) >= 0) {
                    return;
                }
                bytes += to - from - keys[0].length;
                keys[0] = Arrays.copyOfRange(source.heap, from, to);
                numbers[0] = number;
                down();
                return;
            }
            if (count == keys.length) {
                int larger = (int) Math.min(limit, 2L * count);
                keys = Arrays.copyOf(keys, larger);
                numbers = Arrays.copyOf(numbers, larger);
            }
            keys[count] = Arrays.copyOfRange(source.heap, from, to);
            numbers[count] = number;
            bytes += to - from + 40L;
            size++;
            up(count++);
        }

        private void up(int from) {
            int at = from;
            while (at > 0 && after(at, (at - 1) / 2)) {
                swap(at, (at - 1) / 2);
                at = (at - 1) / 2;
            }
        }

        private void down() {
            int at = 0;
            while (2 * at + 1 < count) {
                int child = 2 * at + 1;
                if (child + 1 < count && after(child + 1, child)) {
                    child++;
                }
                if (!after(child, at)) {
                    return;
                }
                swap(at, child);
                at = child;
            }
        }

        private boolean after(int a, int b) {
            return Arrays.compareUnsigned(keys[a], keys[b]) > 0;
        }

        private void swap(int a, int b) {
            byte[] key = keys[a];
            keys[a] = keys[b];
            keys[b] = key;
            long number = numbers[a];
            numbers[a] = numbers[b];
            numbers[b] = number;
        }
    }
}
