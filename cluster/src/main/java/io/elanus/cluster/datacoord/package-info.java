/// The data coordinator: which segments and channels exist, who owns them, how full they are, and what is
/// persisted.
///
/// [DataCoord] is the role; it elects itself, loads its state, and serves. Its parts:
/// - [ChannelMachine] and [ChannelPlacement] give every vchannel to one live data node ([ChannelService] carries it
///   out). An assignment has an epoch that rises with every new owner; whatever an owner saves carries it, and a
///   stale one is refused.
/// - [SegmentService] hands out space in growing segments, takes what owners persist, seals and flushes.
///   [Allocation], [SealPolicy] and [FlushPolicy] are its rules.
/// - [CompactionPlanner] says what to rewrite ([CompactionService] has it done and swaps); [GarbageCollector]
///   deletes what nothing refers to any more.
///
/// Keys in the metadata store, each with one protobuf message: `/data/tables/<id>` TableSchema, `/data/channels/
/// <vchannel>` ChannelInfo, `/data/segments/<id>` SegmentInfo, `/data/imports/<commit ts>` ImportSegmentsRequest
/// (committed, its segments not all written yet), `/data/loaded/<table id>/<hash of job and file>` LoadedFile.
/// Every transaction carries the fence of the coordinator's term; those that concern a channel also its revision.
///
/// Invariants:
/// - A segment's last expiry in the store is at or above that of every space ever handed out in it.
/// - Rows are flushed only after the channel's tick has passed the last expiry: none can follow.
/// - Space in a sealed segment ends at its last expiry in the store. FLUSH brings that forward when every living
///   proxy has given its space back ([AllocationEnd]).
/// - A read below the time up to which compaction has left out rows (`collected_ts` of ChannelInfo) is refused by
///   the shard's leader, never answered with less.
/// - The log is never cut behind the lowest checkpoint of a pchannel's vchannels.
/// - A decision is answered after it is committed, and made on committed state
///   ([io.elanus.cluster.runtime.TaskChain]).
///
/// Thread rule: everything lives on the role's event loop; deciding classes are pure.
@NullMarked
package io.elanus.cluster.datacoord;

import org.jspecify.annotations.NullMarked;
