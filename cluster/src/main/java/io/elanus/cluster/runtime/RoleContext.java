package io.elanus.cluster.runtime;

import io.elanus.storage.log.LogBroker;
import io.elanus.storage.meta.MetaStore;
import io.elanus.storage.object.ObjectStore;
import org.apache.arrow.memory.BufferAllocator;

/// Everything a role may touch.
///
/// @param node this node's address, under which others call it
/// @param loop owns the role's state
public record RoleContext(
        String node,
        EventLoop loop,
        Clock clock,
        Workers workers,
        Rpc rpc,
        Stores stores,
        java.util.random.RandomGenerator random) {

    /// @param memory the process's root allocator; a role takes a named child with a limit and closes it when it
    ///     stops
    public record Stores(LogBroker log, MetaStore meta, ObjectStore objects, BufferAllocator memory) {}
}
