package io.elanus.storage.compute;

import io.elanus.storage.filter.Expr;
import io.elanus.storage.type.ColumnType;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Tells rows that came before from new ones; NULLs are equal to each other. Holds the rows' encoded form, counted
/// on the allocator. The owner closes it.
public final class SeenRows implements AutoCloseable {
    private final RowKeys keys;
    private final HeapAccount account;
    private final GroupTable table;
    private final KeyBytes encoded = new KeyBytes();

    /// @param types of the rows' columns
    public SeenRows(List<ColumnType> types, BufferAllocator allocator) {
        this.keys = RowKeys.ofEquality(IntStream.range(0, types.size())
                .<Expr>mapToObj(i -> new Expr.Input(i, types.get(i)))
                .toList());
        this.account = new HeapAccount(allocator);
        this.table = new GroupTable(account);
    }

    /// Notes the rows of the batch, which stays with its owner, and sets the bits of those that are new.
    public long[] add(VectorSchemaRoot batch) {
        int rows = batch.getRowCount();
        keys.encode(batch.getFieldVectors(), Selections.all(rows), encoded);
        long[] fresh = new long[(rows + 63) >>> 6];
        for (int row = 0; row < rows; row++) {
            int before = table.count();
            if (table.add(encoded, row) == before) {
                fresh[row >>> 6] |= 1L << row;
            }
        }
        return fresh;
    }

    @Override
    public void close() {
        account.close();
    }
}
