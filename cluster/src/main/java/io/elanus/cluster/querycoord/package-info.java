/// The query coordinator: which query node serves what.
///
/// [QueryCoord] is the role, [QueryTerm] its term of office, which carries out what [LoadRules] decide. The rules
/// are a pure function of a [QueryState], a [QueryEvent] and the time, to the next state and a list of
/// [QueryEffect]s.
///
/// A table is loaded when it is first read (`GetShardLeaders`), or asked for by `LOAD TABLE`; that it is loaded is
/// kept in the metadata store under `/query/loads/`, so a restarted coordinator loads it again. Everything else is
/// rebuilt from the data coordinator and from what the query nodes report.
///
/// Each vchannel of a loaded table goes round one cycle, about once a second and whenever it is asked to:
///
/// ```text
/// IDLE ── due ──▶ PULLING ── target differs ─────▶ LOADING ──▶ SYNCING ──▶ IDLE
///                    ├──── no leader consumes it ─▶ WATCHING ──▶ LOADING
///                    └──── nothing new ──────────▶ IDLE
/// ```
///
/// PULLING asks the data coordinator for the persisted segments and the index coordinator for their indexes: the
/// *next target*. WATCHING makes a query node the shard leader. LOADING opens the next target's files beside what
/// serves. SYNCING makes the leader show them, atomically: the next target has become the *current* one. So
/// compacted children replace their parents, sealed segments their growing
/// twins, and indexes the brute force, only once they are ready. A step that fails returns to IDLE and is tried
/// again after a pause; what serves goes on serving.
///
/// A vchannel moves when its node wants to leave, or when that makes the nodes more even ([MoveRules]): another node
/// goes through the same cycle beside the leader, as an *arrival*, and takes over in one step when it serves.
///
/// All sealed segments of a vchannel lie on its leader for now. A leader's `LoadSegments` already names the leader,
/// so that segments can be spread over other nodes later; the leader would then send them fragments.
///
/// Thread rule: the role's event loop owns the state; everything in the state is immutable.
@NullMarked
package io.elanus.cluster.querycoord;

import org.jspecify.annotations.NullMarked;
