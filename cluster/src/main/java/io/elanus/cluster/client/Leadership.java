package io.elanus.cluster.client;

import io.elanus.storage.meta.Txn;

/// The term of one active coordinator.
///
/// @param epoch rises from term to term; the revision at which the election was won
public record Leadership(String role, long epoch, LeaseGuard lease) {
    /// Holds in the store exactly while this term lasts. Belongs into every transaction of the coordinator.
    public Txn.Condition fence() {
        return new Txn.Condition.ModRevision(Election.key(role), epoch);
    }
}
