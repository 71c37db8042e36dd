package io.elanus.cluster.datacoord;

/// Where the assignment of a vchannel stands. Transitions and their causes:
///
/// | from | event | to |
/// |---|---|---|
/// | Unassigned | placed on a node | ToWatch, epoch + 1: the node is asked to watch |
/// | ToWatch | the node watches | Watched |
/// | ToWatch | the node refuses, or does not answer in time, or is lost, or none is left | Unassigned |
/// | ToWatch | placed elsewhere | ToWatch of the other node, epoch + 1 |
/// | Watched | placed elsewhere | ToRelease: the node is asked to let go |
/// | Watched | the node is lost | Unassigned |
/// | ToRelease | released, or not in time, or the node is lost | Unassigned |
/// | Unassigned, ToRelease | start over | Unassigned, epoch + 1: the last owner saves nothing any more |
/// | ToWatch, Watched | start over | ToWatch of the same node, epoch + 1 |
///
/// Every other pair changes nothing. The last owner's epoch stays valid until the next owner's is written.
sealed interface Assignment {
    /// Of the present or the last owner; 0: there never was one.
    long epoch();

    record Unassigned(long epoch) implements Assignment {}

    /// @param sinceNanos monotonic
    record ToWatch(Owner owner, long epoch, long sinceNanos) implements Assignment {}

    record Watched(Owner owner, long epoch) implements Assignment {}

    record ToRelease(Owner owner, long epoch, long sinceNanos) implements Assignment {}

    /// One life of a node.
    record Owner(String node, long leaseId) {}

    /// What happens to an assignment.
    sealed interface Event {
        /// Where the channel should be.
        record Placed(Owner owner) implements Event {}

        /// This life of the node has ended.
        record OwnerLost(Owner owner) implements Event {}

        record WatchAnswered(long epoch, boolean accepted) implements Event {}

        record Released(long epoch) implements Event {}

        record TimerFired() implements Event {}

        /// The owner must start over from what is in files: there is something that it does not know of.
        record StartOver() implements Event {}
    }

    /// What to do once the next state is committed.
    sealed interface Effect {
        record SendWatch(Owner owner, long epoch) implements Effect {}

        record SendRelease(Owner owner, long epoch) implements Effect {}
    }
}
