package io.elanus.sql.plan;

import io.elanus.storage.filter.Expr;
import io.elanus.storage.partition.PartitionPruner;
import io.elanus.storage.type.Partitioning;
import io.elanus.storage.type.Partitioning.Partition;
import io.elanus.storage.type.TableSchema;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/// The partitions of a table that a condition leaves to be read.
///
/// @param of how many
public record Partitions(List<Partition> left, int of) {
    public Partitions {
        left = List.copyOf(left);
    }

    /// Empty when all are left, or the table has none.
    ///
    /// @param inputColumnIds that the condition's inputs name by ordinal
    public static Optional<Partitions> of(TableSchema table, List<Integer> inputColumnIds, Expr condition) {
        return table.partitioning().flatMap(partitioning -> {
            int ordinal = inputColumnIds.indexOf(partitioning.columnId());
            var pruner = new PartitionPruner(
                    partitioning, table.column(partitioning.columnId()).type(), ordinal);
            BitSet survivors = pruner.survivors(condition);
            List<Partition> all = partitioning.partitions();
            return survivors.cardinality() == all.size()
                    ? Optional.empty()
                    : Optional.of(
                            new Partitions(survivors.stream().mapToObj(all::get).toList(), all.size()));
        });
    }

    /// For a fragment, where no ids mean all: one that no partition has when none is left.
    public List<Long> ids() {
        return left.isEmpty()
                ? List.of(Partitioning.NONE)
                : left.stream().map(Partition::id).toList();
    }

    @Override
    public String toString() {
        return "%d of %d (%s)"
                .formatted(
                        left.size(),
                        of,
                        String.join(", ", left.stream().map(Partition::name).toList()));
    }
}
