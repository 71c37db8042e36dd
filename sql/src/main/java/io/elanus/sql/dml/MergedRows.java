package io.elanus.sql.dml;

import io.elanus.cluster.proxy.Mutation;
import io.elanus.proto.grpc.Literal;
import io.elanus.sql.dml.MergeRunner.RowChange;
import io.elanus.sql.dml.TableWriter.Change;
import io.elanus.storage.type.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/// What a MERGE does to rows, once they are locked. For one thread.
final class MergedRows {
    private final TableSchema table;
    private final Function<Literal[], KeyBytes> key;
    private final BoundGuard guard;
    private final RowsAsRead read;
    private final BufferAllocator allocator;

    /// @param key of a row
    /// @param read the columns that the changes were decided by
    MergedRows(
            TableSchema table,
            Function<Literal[], KeyBytes> key,
            BoundGuard guard,
            RowsAsRead read,
            BufferAllocator allocator) {
        this.table = table;
        this.key = key;
        this.guard = guard;
        this.read = read;
        this.allocator = allocator;
    }

    /// Keys of the rows that the changes are about.
    List<byte[]> keys(List<RowChange> changes) {
        return changes.stream()
                .map(change -> switch (change) {
                    case RowChange.Update update -> update.key().bytes();
                    case RowChange.Delete delete -> delete.key().bytes();
                    case RowChange.Insert insert -> key.apply(insert.row()).bytes();
                })
                .toList();
    }

    /// Rows that are gone by now stay gone.
    Change decide(List<RowChange> changes, Map<KeyBytes, Literal[]> existing) {
        var rows = new ArrayList<Literal[]>();
        var old = new ArrayList<Literal[]>();
        var updated = new ArrayList<Literal[]>();
        var deleted = new ArrayList<Literal[]>();
        for (RowChange change : changes) {
            switch (change) {
                case RowChange.Update(var updatedKey, var columns, var given) -> {
                    Literal[] row = existing.get(updatedKey);
                    if (row != null) {
                        old.add(row);
                        updated.add(read.replaced(row.clone(), columns, given));
                        rows.add(updated.getLast());
                    }
                }
                case RowChange.Delete(var deletedKey, var given) -> {
                    Literal[] row = existing.get(deletedKey);
                    if (row != null) {
                        read.check(row, given);
                        deleted.add(row);
                    }
                }
                case RowChange.Insert(Literal[] row) -> {
                    if (existing.containsKey(key.apply(row))) {
                        throw TableWriter.keyExists(table);
                    }
                    rows.add(row);
                }
            }
        }
        guard.checkOld(old);
        guard.updated(updated);
        guard.checkDeleted(deleted);
        VectorSchemaRoot batch = rows.isEmpty() ? null : TableRows.toBatch(table, rows, allocator);
        List<byte[]> deletes =
                deleted.stream().map(row -> key.apply(row).bytes()).toList();
        var all = new ArrayList<>(rows);
        all.addAll(deleted);
        return new Change(new Mutation(batch, deletes), all);
    }
}
