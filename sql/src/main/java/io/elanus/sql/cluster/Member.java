package io.elanus.sql.cluster;

import java.util.List;

/// One process of a cluster: how it is started, and when.
///
/// @param preparation a command to run to its end first; empty: none
/// @param arguments of this program, which a role is; empty: another program
/// @param port that answers once others may start; 0: they need not wait
record Member(
        String name, Phase phase, List<String> preparation, List<String> command, List<String> arguments, int port) {
    /// The order of the start; the end goes the other way.
    enum Phase {
        SERVICE,
        COORDINATOR,
        WORKER,
        PROXY
    }

    static Member service(String name, List<String> preparation, List<String> command, int port) {
        return new Member(name, Phase.SERVICE, preparation, command, List.of(), port);
    }

    static Member role(String name, Phase phase, List<String> command, List<String> arguments) {
        return new Member(name, phase, List.of(), command, arguments, 0);
    }

    Member {
        preparation = List.copyOf(preparation);
        command = List.copyOf(command);
        arguments = List.copyOf(arguments);
    }
}
