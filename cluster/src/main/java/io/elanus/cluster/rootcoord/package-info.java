/// The root coordinator: timestamps, ids, DDL and time ticks. [RootCoord] is the role.
///
/// State lives in one [RootTerm] per election won, rebuilt from the metadata store, and is touched on the event
/// loop only. Every transaction carries the fence of the election, so a coordinator that was replaced cannot write.
///
/// - Timestamps ([SavedCounter]): handed out only below a bound that was saved ahead, so a restart never goes back;
///   when the wall clock goes back, they count on from the last one.
/// - DDL ([DdlQueue], [DdlRules]): one statement at a time, in the order of their timestamps. A statement is one
///   transaction that changes the catalog and writes down what is left to do (telling other coordinators,
///   broadcasting into channels). What is left is done in order per table and again after a restart, until it is
///   done ([PendingWork]); receivers know repetitions by id. What a statement creates is shown to others only when
///   its work is done, what it drops is hidden at once.
/// - Views ([ViewRules]): a query under a name, with what it reads. What a view reads cannot go before it, and no
///   view reads itself.
/// - Ticks ([TickIssuer]): a tick at T says that no message at or below T follows it in its pchannel. It is the
///   minimum over what every registered proxy promised and over the coordinator's own broadcasts in flight. A
///   promise is for ever, so a tick is true no matter who appends it when. A proxy counts until the store has ended
///   its lease; by then the proxy itself has stopped acknowledging writes. One that was handed no timestamp to write
///   at since its last promise ([Allocations]) is not asked for another.
/// - Roles, owners, grants and row policies ([io.elanus.cluster.access]): part of the catalog; what is dropped takes
///   its grants along in the same transaction.
///
/// Keys, all under `/root/`: `tso`, `ids` (saved bounds), `newest` (timestamp of the newest DDL), `schemas/<name>`
/// (with owner and grants), `tables/<id>`, `indexes/<id>`, `views/<id>`, `roles/<name>`, `access/<relation id>`,
/// `pending/<id>` and `requests/<request id>` (answers, for statements that are sent again).
@NullMarked
package io.elanus.cluster.rootcoord;

import org.jspecify.annotations.NullMarked;
