package io.elanus.cluster.datacoord;

import io.elanus.cluster.client.Sequences;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.cluster.runtime.TaskChain;

/// What the parts of the coordinator share during one term of office.
record Term(
        RoleContext context,
        DataCoordConfig config,
        DataState state,
        DataStore store,
        TaskChain chain,
        Sequences sequences) {
    long nowNanos() {
        return context.clock().monotonicNanos();
    }
}
