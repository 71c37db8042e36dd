package io.elanus.sql.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PortsTest {
    private static final int LOWEST_OF_OUTGOING_CONNECTIONS = 32_768;

    @Test
    void passesOverAPortThatIsTaken() throws IOException {
        int free = Ports.freeAfter(Ports.start(Path.of("a cluster")), 1).getFirst();
        try (var _ = new ServerSocket(free, 1, InetAddress.getLoopbackAddress())) {
            assertThat(Ports.freeAfter(free - 1, 1).getFirst()).isGreaterThan(free);
        }
    }

    @Test
    void staysBelowThePortsOfOutgoingConnections() throws IOException {
        assertThat(Ports.freeAfter(LOWEST_OF_OUTGOING_CONNECTIONS - 1, 3))
                .doesNotHaveDuplicates()
                .hasSize(3)
                .allMatch(port -> port < LOWEST_OF_OUTGOING_CONNECTIONS);
        assertThat(Ports.start(Path.of("another"))).isLessThan(LOWEST_OF_OUTGOING_CONNECTIONS);
    }
}
