package io.elanus.cluster.runtime;

import java.util.concurrent.CompletableFuture;

/// A role as the wiring and the simulator see it. Built with a [RoleContext] and its own configuration record; does
/// nothing until it is started.
public interface Role {
    /// What other nodes may call.
    ServiceTable services();

    /// Recovers the role's state and registers it; completes when it serves.
    CompletableFuture<Void> start();

    /// Stops in order: no new work, running work ends, resources are freed. A crash is the absence of this call.
    CompletableFuture<Void> stop();
}
