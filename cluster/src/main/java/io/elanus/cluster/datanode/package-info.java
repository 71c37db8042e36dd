/// The data node: owns vchannels, packs their log into segments, compacts, and guards keys under change.
///
/// [DataNode] is the role. For each vchannel that the data coordinator gives it there is one [ChannelFlow]: the
/// channel's consumer, a [SegmentBuffer] per growing segment, the deletes that are not in files yet, and the
/// [KeyLocks]. A flow writes ("syncs") what it must and saves it at the data coordinator together with the
/// channel's checkpoint, under its epoch. When the epoch turns out to be stale the flow ends without a trace.
///
/// - Rows enter a segment in the order of time, so what is in files is a prefix of them; a restart reads the log
///   from the checkpoint and skips that prefix ([io.elanus.cluster.channel.PersistedRows]).
/// - The checkpoint (position, timestamp) says: every message at or below the timestamp, and every one before the
///   position, is in files. It moves with the ticks while nothing waits in memory. Ticks are soft records: the log
///   is made durable up to them before a checkpoint is saved, or a loss of power could take them, and rows that get
///   their positions later would be skipped by everyone who starts at the checkpoint.
/// - A row for a segment that was flushed is dropped, counted and reported; slide 21 of the requirements
///   says why there can be none.
/// - Key locks are void when the channel has a new owner, and no wait is needed for that. The new owner grants
///   nothing until every living proxy has confirmed the fence of its epoch ([LockFences]). Why no key is ever
///   changed under two locks: an owner grants only while it is certain to be the owner, so owners before had
///   granted all they ever will when the new one read the list of proxies. (1) A proxy on the list has promised to
///   begin no write under an older lock. (2) One whose lease had ended by then wrote under that lease only while it
///   was certainly valid, that is before; and a lock is good only under the lease it was taken under. (3) A write
///   that had begun by then has a timestamp below any that is handed out later. A new holder reads at such a later
///   one, and the ticks let that read see every message below it: the write, or, when it comes behind its tick,
///   nobody ever sees it. A tick waits for the same silent proxies as the fence does, so the fence costs no time
///   beyond.
/// - Deletes become delta segments (L0), and so do the keys of rows that replace earlier ones, if a segment other
///   than their own may have them; nobody here looks for the rows they end. Writers cannot say which keys are new
///   (an upsert does not look, and one may fall between another's look and its write), so the owner does: it sees
///   every row of the channel in the order of time and keeps a filter of the keys of each segment ([ChannelKeys]).
///   A filter never denies a key that is there, so no end is missed; rows within a segment end each other without a
///   delta, wherever the segment is opened.
///
/// Thread rule: flows live on the role's loop; each has one chain of steps, and rows are decoded and copied by a
/// worker within a step. Files are written beside the chain, from snapshots.
@NullMarked
package io.elanus.cluster.datanode;

import org.jspecify.annotations.NullMarked;
