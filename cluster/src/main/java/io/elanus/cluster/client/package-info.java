/// What a role uses to find and be found: registration under a lease, discovery by role, and the election of
/// coordinators. [Candidate] is a coordinator's whole life: it stands by, opens a term when it is elected, serves
/// while its lease is certain, and throws everything it knew away when the term ends.
///
/// Keys in the metadata store: `/nodes/<role>/<node>` for every live node, `/coordinators/<role>` for the active
/// coordinator of a kind; both vanish with the lease of their owner.
///
/// A promise made by lease holds only while the owner's own monotonic clock says that the lease is certainly valid
/// ([LeaseGuard#certainlyValid]): counted from before the last successful renewal was sent, less a margin for
/// clocks that run at different speeds. So when the store sees a lease end, its owner has already stopped.
///
/// Thread rule: everything here belongs to the event loop of its [io.elanus.cluster.runtime.RoleContext].
@NullMarked
package io.elanus.cluster.client;

import org.jspecify.annotations.NullMarked;
