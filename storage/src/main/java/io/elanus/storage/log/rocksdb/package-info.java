/// The log broker of the embedded database, on RocksDB.
///
/// One database holds all channels. Column family `default` maps `pchannel 0x00 position` (8 bytes, big endian) to
/// the record, so one channel is one key range in order; column family `start` maps the pchannel to the least
/// position left (8 bytes, big endian) once it was truncated. Records above 4 KiB live in blob files, which
/// compaction does not rewrite.
///
/// Appends of all channels queue up for one writer thread, which takes what has gathered, writes it as one batch
/// and syncs the write-ahead log once if any of it must be durable (group commit). Positions are given out when the
/// append is called, so they follow the order of the calls. Who asks for the end of a channel queues up too, and
/// gets it synced. After a failed write nothing more is written: the log answers every append with that failure
/// until the process restarts, because what a failed fsync left behind is unknown.
///
/// Consumers that keep up read from the tail kept in memory; others read from RocksDB on one reader thread.
///
/// Thread rule: [ChannelState] is guarded by its own monitor, held for microseconds; futures complete outside of
/// it, on the writer or the reader thread.
@NullMarked
package io.elanus.storage.log.rocksdb;

import org.jspecify.annotations.NullMarked;
