package io.elanus.storage.type;

import io.elanus.proto.grpc.Literal;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/// How the rows of each shard are cut by the value of one column. Shards are cut by key, so that a key stays unique
/// whatever partition its row moves to.
///
/// @param columnId the column that decides
/// @param partitions of LIST and HASH in the order they were made in, of RANGE by rising bound; the one that takes
///     the rest comes last
public record Partitioning(Method method, int columnId, List<Partition> partitions) {
    /// Of the rows of a table that has no partitions.
    public static final long NONE = 0;

    public static final int MAX_PARTITIONS = 1_024;

    public enum Method {
        LIST,
        RANGE,
        HASH
    }

    /// @param id never used again within the table
    /// @param values of LIST those that belong here, NULL may be one; of RANGE one, above all that belong here;
    ///     without any it takes what no other does (LIST, RANGE), or its share (HASH)
    public record Partition(long id, String name, List<Literal> values) {
        public Partition {
            values = List.copyOf(values);
        }

        public boolean takesRest() {
            return values.isEmpty();
        }
    }

    public Partitioning {
        partitions = List.copyOf(partitions);
        var ids = new HashSet<Long>();
        var names = new HashSet<String>();
        for (Partition partition : partitions) {
            if (partition.id == NONE || !ids.add(partition.id) || !names.add(partition.name)) {
                throw new IllegalArgumentException(
                        "Partition [%s] with id [%d] occurs twice".formatted(partition.name, partition.id));
            }
        }
    }

    public boolean has(long partitionId) {
        return partitions.stream().anyMatch(partition -> partition.id == partitionId);
    }

    public Optional<Partition> find(String name) {
        return partitions.stream()
                .filter(partition -> partition.name.equals(name))
                .findFirst();
    }
}
