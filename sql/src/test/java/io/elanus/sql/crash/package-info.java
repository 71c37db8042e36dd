/// The crash campaign: a real server process under concurrent writes, killed with SIGKILL at a random moment,
/// restarted and compared with what its clients were told.
///
/// Every writer owns a range of keys and remembers for each the row it was last acknowledged, and, when the server
/// died under a statement, what that statement would have made of it. After the restart a key must hold one of the
/// two. So a row that was acknowledged is never lost, none appears twice, and none that was deleted comes back. In
/// a table of one shard a statement in doubt is there as a whole or not at all. Counts and searches must agree with
/// what a scan finds, and a restarted server must answer and write within its limits.
///
/// The fault campaign does the same to a cluster of processes ([FaultCampaign]): one process or all are killed,
/// stopped for a while or restarted, while writers go on. There a statement that failed may be carried out late, so
/// its keys are left alone from then on, and judged at the end.
@NullMarked
package io.elanus.sql.crash;

import org.jspecify.annotations.NullMarked;
