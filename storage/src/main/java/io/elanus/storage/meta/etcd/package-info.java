/// The metadata store on etcd 3.4 or later, through jetcd.
///
/// Keys live under a prefix of their own, so that several clusters may share one etcd. Revisions, leases and
/// watches are etcd's.
///
/// A transaction is applied once, also when an answer is lost. jetcd's own retries of transactions are switched
/// off, since a transaction whose answer was lost may have been applied. Ours are made safe by a *slot*: a key that
/// belongs to this client and to one transaction at a time. With the slot at revision m, every attempt carries the
/// condition that it is still at m and writes the transaction's id into it. So at most one attempt is ever applied,
/// whichever arrives last; and when an attempt is refused, the slot's value tells whether an earlier one of the same
/// transaction was applied (its revision is the slot's) or the caller's conditions do not hold. In the second case
/// after a lost answer, the refusal is written into the slot before it is reported: an attempt that is still on its
/// way is void then, and the refusal is known should that answer be lost as well.
///
/// | key | value |
/// |---|---|
/// | `PREFIX` + key | what the coordinators keep |
/// | `~PREFIX/CLIENT/n` | id of the last transaction of slot n of that client |
///
/// A client's name is its node's: a restarted node uses the slots of its predecessor, and a predecessor that is
/// still alive loses them.
///
/// Thread rule: any thread; nothing blocks. Slots are guarded by their monitor.
@NullMarked
package io.elanus.storage.meta.etcd;

import org.jspecify.annotations.NullMarked;
