/// Which partition a row is written to, and which partitions a read must look at.
///
/// A table's shards are cut by key ([io.elanus.storage.type.Shard]); within a shard, rows of different partitions
/// are in different segments. [PartitionRouter] gives the rows of a batch to partitions by the value of one column;
/// [PartitionPruner] says for which partitions a condition may hold. Everything else follows from that:
///
/// - A key is unique in its shard, and a shard is one log: an UPDATE that moves a row writes it to a segment of the
///   other partition and ends the old one by its key, wherever that is. Nothing looks for keys by partition.
/// - Adding and dropping a partition is a new version of the table, which the shards hear of in their logs. Dropping
///   one hides its segments from reads after that; the data coordinator drops them, compaction never mixes them with
///   others. A row that is written while its partition is dropped goes with it.
/// - A read that was planned with an older version of the table looks at all partitions, since ranges may have moved:
///   RANGE partitions have no lower bound of their own, theirs is the bound of the partition below.
///
/// Rules, the same for writing and reading:
///
/// | | value | NULL |
/// |---|---|---|
/// | LIST | the partition that has it, else the one that takes the rest | as a value |
/// | RANGE | the first partition whose bound is above, else the one that takes the rest | the one that takes the rest |
/// | HASH | murmur3 of its key bytes ([io.elanus.storage.visibility.Keys]) modulo the number of partitions | the first
/// |
///
/// A row that no partition takes is refused (CHECK_VIOLATION).
///
/// Thread rule: immutable, free to share.
@NullMarked
package io.elanus.storage.partition;

import org.jspecify.annotations.NullMarked;
