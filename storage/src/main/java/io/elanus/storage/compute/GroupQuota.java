package io.elanus.storage.compute;

import io.elanus.storage.filter.Expr;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Admits at most so many rows of each group, those that come first. NULL groups are equal to each other. The owner
/// closes it.
public final class GroupQuota implements AutoCloseable {
    private final RowKeys groups;
    private final int limit;
    private final BufferAllocator allocator;
    private final HeapAccount tableAccount;
    private final HeapAccount countAccount;
    private final GroupTable table;
    private final KeyBytes keys = new KeyBytes();
    private int[] counts = new int[64];

    /// @param limit rows of each group, at least 1
    public GroupQuota(List<Expr> groups, int limit, BufferAllocator allocator) {
        this.groups = RowKeys.ofEquality(groups);
        this.limit = limit;
        this.allocator = allocator;
        this.tableAccount = new HeapAccount(allocator);
        this.countAccount = new HeapAccount(allocator);
        this.table = new GroupTable(tableAccount);
    }

    /// Takes rows in their order; the batch stays with its owner. Sets the bit of each that is admitted.
    public long[] admit(VectorSchemaRoot batch) {
        int count = batch.getRowCount();
        int[] rows = new int[count];
        Arrays.setAll(rows, row -> row);
        try (VectorSchemaRoot columns = groups.project(batch, null, 0, allocator)) {
            groups.encode(columns.getFieldVectors(), rows, keys);
        }
        long[] admitted = new long[(count + 63) >>> 6];
        for (int row = 0; row < count; row++) {
            int group = table.add(keys, row);
            if (group == counts.length) {
                counts = Arrays.copyOf(counts, 2 * group);
                countAccount.set((long) counts.length * Integer.BYTES);
            }
            if (counts[group] < limit) {
                counts[group]++;
                admitted[row >>> 6] |= 1L << row;
            }
        }
        return admitted;
    }

    @Override
    public void close() {
        countAccount.close();
        tableAccount.close();
    }
}
