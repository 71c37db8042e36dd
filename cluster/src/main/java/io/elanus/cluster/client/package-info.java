/// What a role uses to find and be found: registration under a lease, discovery by role, and the election of
/// coordinators. [Candidate] is a coordinator's whole life: it stands by, opens a term when it is elected, serves
/// while its lease is certain, and throws everything it knew away when the term ends.
///
/// Keys in the metadata store: `/nodes/<role>/<node>` for every live node, `/coordinators/<role>` for the active
/// coordinator of a kind, `/suspected/<lease>/` while its owner is taken for dead; all vanish with the lease.
///
/// A promise made by lease holds only while the owner's own monotonic clock says that the lease is certainly valid
/// ([LeaseGuard#certainlyValid]): counted from before the last successful renewal was sent, less a margin for
/// clocks that run at different speeds. So when the store sees a lease end, its owner has already stopped.
///
/// *Early ends.* The lease of a process that was killed is ended within about a second by whoever depends on it:
/// the coordinator of a worker or proxy, the standby of a coordinator ([DeathWatch]). The promise above still holds,
/// because only a lease without an owner is ended: the kernel of a host refuses connections to a port when no
/// process listens there, and every registered process listens until it has given its lease back. A process that
/// is stopped (SIGSTOP) or paused keeps its port, its kernel goes on accepting; a cut link, or a host that is gone,
/// answers nothing; both are left to the end of the lease. Where something else than the node's kernel answers for
/// an address (a firewall that rejects, a gateway, an address that was given to another host), and where the
/// address is older than the lease, the owner lives and objects in the store before its lease is ended
/// ([ProofOfLife]). It would take both at once, a false refusal and an owner that cannot reach the store for half a
/// second or stands still, in the one moment at which that life is suspected for the first time. An owner whose
/// lease was ended learns it as ever, by its next renewal, and every decision that is written carries an epoch.
///
/// Thread rule: everything here belongs to the event loop of its [io.elanus.cluster.runtime.RoleContext].
@NullMarked
package io.elanus.cluster.client;

import org.jspecify.annotations.NullMarked;
