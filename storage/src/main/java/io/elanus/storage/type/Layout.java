package io.elanus.storage.type;

import java.util.List;
import java.util.Optional;

/// Where the rows of a table go.
///
/// @param shards       the hash ranges of the key; they cover all 32-bit hashes without a gap
/// @param partitioning cuts each shard; empty: not at all
public record Layout(List<Shard> shards, Optional<Partitioning> partitioning) {
    public Layout {
        shards = List.copyOf(shards);
    }

    /// Without partitions.
    public static Layout of(List<Shard> shards) {
        return new Layout(shards, Optional.empty());
    }
}
