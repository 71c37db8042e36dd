package io.elanus.sql.cluster;

import java.util.List;

/// One process of a cluster: how it is started, and when.
///
/// @param preparation a command to run to its end first; empty: none
/// @param port that answers once others may start; 0: they need not wait
record Member(String name, Phase phase, List<String> preparation, List<String> command, int port) {
    /// The order of the start; the end goes the other way.
    enum Phase {
        SERVICE,
        COORDINATOR,
        WORKER,
        PROXY
    }

    Member {
        preparation = List.copyOf(preparation);
        command = List.copyOf(command);
    }
}
