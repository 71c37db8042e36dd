package io.elanus.sql.cluster;

import java.io.IOException;
import java.util.List;

/// What is between the members of a cluster, and around each: nothing, or something that a test controls.
interface Surroundings {
    /// Members reach each other directly, and see the machine as it is.
    Surroundings PLAIN = new Surroundings() {
        @Override
        public int port(String member, String service, int port) {
            return port;
        }

        @Override
        public List<String> arguments(String member) {
            return List.of();
        }
    };

    /// The port under which a member reaches a service that listens at another one.
    ///
    /// @param member empty: every member
    int port(String member, String service, int port) throws IOException;

    /// Further arguments of the command that runs the member's role.
    List<String> arguments(String member) throws IOException;

    /// What the member's command is run by: a command that ends in running its own arguments.
    default List<String> runner(String member) throws IOException {
        return List.of();
    }
}
