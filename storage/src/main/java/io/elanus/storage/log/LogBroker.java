package io.elanus.storage.log;

import java.util.concurrent.CompletableFuture;

/// An ordered, durable, replayable log per pchannel.
///
/// Contract, checked for every implementation by `LogBrokerContract`:
/// - Positions of one pchannel start at 0 and rise by one; the order of positions is the order in which appends
///   were called by one thread.
/// - An append completes when the record has reached the durability it asked for; what completed is never lost or
///   reordered. An append that fails may or may not be in the log.
/// - A record is readable no later than its append completes, and a [Durability#DURABLE] one not before it is
///   durable. A [Durability#SOFT] record may vanish in a crash, but then so does every record after it, and their
///   positions are given out again: a position that outlives the reader (a checkpoint) is kept only after
///   [#endPosition] has answered.
/// - Truncation removes whole prefixes; reading a removed position fails with `LOG_TRUNCATED` and names the least
///   one left.
///
/// A pchannel comes into being with its first append.
public interface LogBroker extends AutoCloseable {
    /// Appends one record; the future holds its position.
    CompletableFuture<Long> append(String pchannel, byte[] record, Durability durability);

    /// Opens a cursor at `position` (which may be the position of the next append). The caller closes it.
    LogReader read(String pchannel, long position);

    /// The position that the next append will get, once all appends called so far have completed. Everything below
    /// it is durable then, soft records too.
    CompletableFuture<Long> endPosition(String pchannel);

    /// The least position that can be read; equals the end of an empty channel.
    CompletableFuture<Long> startPosition(String pchannel);

    /// Forgets every record before `position`. Never moves backwards.
    CompletableFuture<Void> truncate(String pchannel, long position);

    @Override
    void close();
}
