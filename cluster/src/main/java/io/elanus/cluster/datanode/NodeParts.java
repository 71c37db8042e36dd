package io.elanus.cluster.datanode;

import io.elanus.cluster.channel.ChannelHub;
import io.elanus.cluster.client.Sequences;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.cluster.runtime.RunningWork;
import io.elanus.storage.segment.SegmentWriter;

/// What the flows of a node share.
///
/// @param work that uses the memory beside the flows' chains
record NodeParts(
        RoleContext context,
        DataNodeConfig config,
        ChannelHub hub,
        Sequences sequences,
        SegmentWriter writer,
        NodeMemory memory,
        RunningWork work) {
    long nowNanos() {
        return context.clock().monotonicNanos();
    }
}
