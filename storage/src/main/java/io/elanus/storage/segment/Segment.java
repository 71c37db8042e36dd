package io.elanus.storage.segment;

/// Rows of one shard and partition, growing in memory or sealed on disk: what a read needs of either.
///
/// Thread rule: [#snapshot] and the accessors may be called from any thread; [#end] (and the append of a growing
/// segment) from one thread at a time. A snapshot that was taken before [#close] stays good until it is closed.
public interface Segment extends AutoCloseable {
    SegmentId id();

    /// Rows of every chunk but the last; a power of two.
    int chunkRows();

    int rows();

    /// The rows of this moment. The caller closes it.
    SegmentSnapshot snapshot();

    /// False when no row has this key; true means that one may.
    boolean mayContain(byte[] key);

    /// Applies a later write (a delete, or a newer row elsewhere) of a key: ends its rows that are older than `ts`.
    /// Applying it again, or out of order, changes nothing. Returns how many rows it ended.
    int end(byte[] key, long ts);

    /// For pruning. A growing segment knows no columns.
    SegmentStatistics statistics();

    /// Memory it holds; mapped files are not counted.
    long memoryBytes();

    /// Gives up the segment's memory once the last snapshot is closed.
    @Override
    void close();
}
