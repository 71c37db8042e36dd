package io.elanus.cluster.querycoord;

import io.elanus.storage.ErrorCode;
import java.util.Optional;

/// One replica of a vchannel on its way from the target that serves to the next one. Immutable.
///
/// @param leader the node that consumes or is to consume it
/// @param next the target of the cycle that runs
/// @param current the target that reads see, if this coordinator has synced it
/// @param failure why the last cycle ended early; [LoadFailure#NONE] if it did not
record ChannelLoad(
        Replica replica,
        Optional<Leader> leader,
        Cycle cycle,
        Optional<Target> next,
        Optional<Target> current,
        LoadFailure failure) {

    /// Which of the nodes that serve a vchannel side by side, each all of it.
    ///
    /// @param number from 0
    record Replica(long tableId, String vchannel, int number) {
        /// Names it among all replicas; the first is named as its vchannel.
        String key() {
            return number == 0 ? vchannel : vchannel + "~" + number;
        }
    }

    /// What a vchannel waits for.
    enum Activity {
        /// Its time to come.
        IDLE,
        /// The answer of the data and index coordinators.
        PULLING,
        /// The node to start to consume.
        WATCHING,
        /// The node to open files.
        LOADING,
        /// The node to show the next target.
        SYNCING
    }

    /// @param watches the node has confirmed that it consumes the vchannel
    /// @param servedVersion of the target that it shows; 0: none
    record Leader(String node, boolean watches, long servedVersion) {}

    /// @param number counts the cycles that began
    /// @param served number of the last cycle at whose end the newest target was served
    /// @param sinceMillis when the activity began
    /// @param dueMillis when an idle vchannel starts its next cycle
    /// @param again someone asked for a cycle that begins later than this one
    record Cycle(Activity activity, long number, long served, long sinceMillis, long dueMillis, boolean again) {
        static final Cycle FIRST = new Cycle(Activity.IDLE, 0, 0, 0, 0, false);

        Cycle began(long nowMillis) {
            return new Cycle(Activity.PULLING, number + 1, served, nowMillis, nowMillis, false);
        }

        Cycle reached(Activity next, long nowMillis) {
            return new Cycle(next, number, served, nowMillis, dueMillis, again);
        }

        Cycle ended(boolean served, long nowMillis, long nextMillis) {
            return new Cycle(Activity.IDLE, number, served ? number : this.served, nowMillis, nextMillis, false);
        }
    }

    static ChannelLoad unassigned(Replica replica, Cycle cycle) {
        return new ChannelLoad(replica, Optional.empty(), cycle, Optional.empty(), Optional.empty(), LoadFailure.NONE);
    }

    long tableId() {
        return replica.tableId();
    }

    String vchannel() {
        return replica.vchannel();
    }

    String key() {
        return replica.key();
    }

    Activity activity() {
        return cycle.activity();
    }

    long servedVersion() {
        return leader.map(Leader::servedVersion).orElse(0L);
    }

    boolean ledBy(String node) {
        return leader.isPresent() && leader.get().node().equals(node);
    }

    ChannelLoad with(Cycle next) {
        return new ChannelLoad(replica, leader, next, this.next, current, failure);
    }

    ChannelLoad doing(Activity activity, long nowMillis) {
        return with(cycle.reached(activity, nowMillis));
    }

    /// The cycle ends with its target served.
    ChannelLoad settled(long nowMillis, long pauseMillis) {
        long due = cycle.again() ? nowMillis : nowMillis + pauseMillis;
        return new ChannelLoad(
                replica,
                leader,
                cycle.ended(true, nowMillis, due),
                Optional.empty(),
                next.or(() -> current),
                LoadFailure.NONE);
    }

    /// The cycle ends without.
    ChannelLoad failed(ErrorCode code, String reason, long nowMillis, long pauseMillis) {
        LoadFailure next = failure.then(code, reason, cycle.number());
        return new ChannelLoad(
                replica,
                leader,
                cycle.ended(false, nowMillis, nowMillis + next.pauseMillis(pauseMillis)),
                Optional.empty(),
                current,
                next);
    }

    ChannelLoad withLeader(Leader node) {
        return new ChannelLoad(replica, Optional.of(node), cycle, next, current, failure);
    }

    ChannelLoad withNext(Target target) {
        return new ChannelLoad(replica, leader, cycle, Optional.of(target), current, failure);
    }

    /// A cycle as soon as possible that begins after now.
    ChannelLoad hurried(long nowMillis) {
        return with(
                cycle.activity() == Activity.IDLE
                        ? new Cycle(
                                Activity.IDLE, cycle.number(), cycle.served(), cycle.sinceMillis(), nowMillis, false)
                        : new Cycle(
                                cycle.activity(),
                                cycle.number(),
                                cycle.served(),
                                cycle.sinceMillis(),
                                cycle.dueMillis(),
                                true));
    }

    /// Nothing to be done before that time.
    ChannelLoad putOff(long dueMillis) {
        return with(new Cycle(
                Activity.IDLE, cycle.number(), cycle.served(), cycle.sinceMillis(), dueMillis, cycle.again()));
    }

    /// The same vchannel on another node, from the beginning; the target is kept as a measure of its size.
    ChannelLoad arriving(String node, long nowMillis) {
        Cycle first = cycle.ended(false, nowMillis, nowMillis);
        return new ChannelLoad(
                replica, Optional.of(new Leader(node, false, 0)), first, Optional.empty(), current, LoadFailure.NONE);
    }

    /// The leader is gone; another one starts from the beginning.
    ChannelLoad orphaned(long nowMillis) {
        return unassigned(replica, cycle.ended(false, nowMillis, nowMillis));
    }
}
