package io.elanus.sql.exec;

import io.elanus.sql.plan.PlanColumn;
import io.elanus.storage.compute.JoinTable;
import io.elanus.storage.compute.KeyPartitions;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.apache.arrow.vector.VectorSchemaRoot;

/// The right side of a join once it was read: in memory, or in parts on disk if it takes more than the operator's
/// share and there are keys to divide it by. The owner closes it.
sealed interface RightSide extends AutoCloseable permits HeldSide, RightSide.OnDisk {
    @Override
    void close();

    record OnDisk(SpilledParts parts) implements RightSide {
        @Override
        public void close() {
            parts.close();
        }
    }

    /// How a side is put on disk.
    ///
    /// @param level how often its rows were divided before
    /// @param told how many bytes went to disk
    record Spill(int level, LongConsumer told) {
        Optional<SpillFolder> folder(QueryContext context) {
            return level < KeyPartitions.LEVELS ? context.spillFolder() : Optional.empty();
        }
    }

    /// Reads the input to its end.
    static RightSide load(RowSource input, JoinSpec spec, Spill spill, QueryContext context) {
        if (spec.leftKeys().isEmpty()) {
            return HeldSide.ofAllPairs(input, spec, context);
        }
        var table = new JoinTable(PlanColumn.schema(spec.rightColumns()), spec.rightKeys(), context.allocator());
        var held = new HeldMemory(context);
        try {
            for (VectorSchemaRoot batch = input.next(); batch != null; batch = input.next()) {
                try (VectorSchemaRoot rows = batch) {
                    context.check();
                    held.take(rows.getRowCount(), () -> table.add(rows));
                }
                Optional<SpillFolder> folder = held.isTooMuch() ? spill.folder(context) : Optional.empty();
                if (folder.isPresent()) {
                    return toDisk(folder.get(), table, input, spec, spill, context);
                }
            }
            return HeldSide.of(table, spec);
        } catch (RuntimeException e) { // nobody owns the half-filled side but us
            table.close();
            throw e;
        }
    }

    /// What is held goes to disk first, then what is still to come.
    private static RightSide toDisk(
            SpillFolder folder, JoinTable table, RowSource input, JoinSpec spec, Spill spill, QueryContext context) {
        var parts = new SpilledParts(
                folder,
                PlanColumn.schema(spec.rightColumns()),
                KeyPartitions.ofRows(spec.rightKeys(), spill.level(), context.allocator()),
                context,
                spill.told());
        try {
            table.giveUpKeys();
            for (VectorSchemaRoot batch : table.rows().batches()) {
                context.check();
                parts.add(batch);
            }
            table.close();
            SpilledParts.fill(parts, input, context);
            return new OnDisk(parts);
        } catch (RuntimeException e) { // nobody owns the half-filled parts but us
            parts.close();
            throw e;
        }
    }
}
