/// The query node: serves fragments over the vchannels it leads.
///
/// [QueryNode] is the role. For each vchannel a [ShardLeader] consumes the log from the point up to which
/// everything is persisted, and keeps its rows in [ShardRows]: rows of the log in growing segments, persisted rows
/// in sealed segments that are mapped, not copied. A growing segment that was partly persisted before the node came
/// is served from both: its persisted chunks and the rest from the log.
///
/// A write goes to the growing segment it names; keys of upserts and deletes end older rows in every segment,
/// growing and sealed, also in sealed ones that no read sees yet. Deletes are remembered back to the checkpoint of
/// the current target ([DeleteBuffer]), so that a segment which is loaded later gets those that its files lack:
/// each sealed segment has seen every delete of its L0 files and of the buffer before it joins.
///
/// Reads see one [Generation]: the sealed segments of the target and the growing ones. `SyncTarget` replaces it in
/// one step: sealed segments in, their growing twins out. Two rules keep each row in exactly one segment of a
/// generation ([Coverage]): a growing segment goes when the target has its rows, and a row that the log still holds
/// is skipped when the target has it.
///
/// A read waits until the leader's service timestamp (the last tick whose messages are applied) has reached its
/// guarantee, and takes the generation of that moment. The guarantee of every read, also an eventual one, is at
/// least the moment at which the leader took the channel over: a replay in progress is never visible. A segment or
/// index is closed once it is in no generation and its last reader has left.
///
/// Whatever thread a read comes on, and however many turns of the loop it waits, it looks at the service timestamp
/// first and takes the newest generation after. What a tick covers is applied, and its growing segments are
/// published, before the service timestamp says so; hence a generation that is taken afterwards holds it, and later
/// ones hold the same rows in other segments. The other order could miss a segment that began in between. What
/// changes ahead of the rows (the end of the leader, its first target, what was collected or dropped) is checked
/// once they are held.
///
/// A node that is asked to end says so and serves on until others have taken its vchannels over ([Departure]).
///
/// An index file that is damaged or missing costs no row: its segment is searched without it, also in the middle of
/// a search that meets the damage, and the index coordinator is told ([DamagedIndexes]). Rows that cannot be read
/// fail the statement with the name of the file. Headers are checked before an index serves, every other byte then
/// too unless file and vectors are large: those are read in the background while they serve, so that a node that
/// starts answers at once ([IndexLoad]).
///
/// Thread rule: the role's loop owns leaders and generations; a read whose time has come takes the newest
/// generation by whatever thread it comes on ([ShardRows#open] says why it holds all of it). Changes of one
/// vchannel's rows take turns ([Turns]): a large span of the log is applied by an I/O worker while the loop goes
/// on; readers never wait.
@NullMarked
package io.elanus.cluster.querynode;

import org.jspecify.annotations.NullMarked;
