package io.elanus.cluster.runtime;

import java.util.Optional;

/// Where nodes listen.
public interface Addresses {
    /// @param node that listens there: the active one where a coordinator's role was asked for
    record Address(String node, String host, int port) {}

    /// The address of a node, or of the active coordinator of a role; empty when it is not known (yet).
    Optional<Address> find(String target);
}
