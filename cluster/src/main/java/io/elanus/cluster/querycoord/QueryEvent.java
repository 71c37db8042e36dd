package io.elanus.cluster.querycoord;

import io.elanus.cluster.querycoord.ChannelLoad.Activity;
import io.elanus.storage.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/// What happens to the query coordinator.
sealed interface QueryEvent {
    record NodesChanged(SortedMap<String, QueryState.LiveNode> live) implements QueryEvent {}

    /// @param replicas nodes that serve each vchannel
    record LoadAsked(long tableId, List<String> vchannels, int replicas) implements QueryEvent {
        LoadAsked(long tableId, List<String> vchannels) {
            this(tableId, vchannels, 1);
        }
    }

    /// A table is to be on so many nodes from now on.
    record ReplicasAsked(long tableId, int replicas) implements QueryEvent {}

    record ReleaseAsked(long tableId) implements QueryEvent {}

    record RefreshAsked(long tableId) implements QueryEvent {}

    /// A node says which vchannels it leads, with the versions they serve.
    ///
    /// @param askedMillis when it was asked
    record Distributed(String node, Map<String, Long> versions, long askedMillis) implements QueryEvent {}

    record Pulled(String vchannel, Target target) implements QueryEvent {}

    /// A node has done what an effect asked it to do.
    ///
    /// @param version of the target that the node shows
    record Done(String vchannel, String node, Activity activity, long version) implements QueryEvent {}

    /// @param node empty for PULLING
    record Failed(String vchannel, String node, Activity activity, ErrorCode code, String reason)
            implements QueryEvent {}

    record TimerFired() implements QueryEvent {}
}
