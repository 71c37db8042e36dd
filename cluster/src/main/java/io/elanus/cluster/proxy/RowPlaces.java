package io.elanus.cluster.proxy;

import io.elanus.cluster.ClusterException;
import io.elanus.storage.type.Shard;
import io.elanus.storage.type.TableSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Which rows belong to which shard and partition, for whoever writes beside the log. Pure.
public final class RowPlaces {
    private RowPlaces() {}

    /// Some rows of a batch.
    ///
    /// @param ordinals of the rows
    public record Placed(Shard shard, long partitionId, int[] ordinals) {}

    /// @throws ClusterException CHECK_VIOLATION when no partition takes a row
    public static List<Placed> of(TableSchema table, VectorSchemaRoot rows) {
        int[][] byShard = ShardWrites.rowsByShard(table, rows);
        int[] partitionOf = ShardWrites.partitions(table, rows);
        var placed = new ArrayList<Placed>();
        for (int i = 0; i < byShard.length; i++) {
            int from = 0;
            for (ShardWrites.PartitionRows run : ShardWrites.byPartition(table, byShard[i], partitionOf)) {
                int to = from + run.rows();
                if (run.rows() > 0) {
                    placed.add(new Placed(
                            table.shards().get(i), run.partitionId(), Arrays.copyOfRange(byShard[i], from, to)));
                }
                from = to;
            }
        }
        return placed;
    }
}
