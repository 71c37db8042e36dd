package io.elanus.cluster.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RefusalTest {
    private ServerSocket listener;
    private Optional<Addresses.Address> address;
    private NetTransport transport;

    @BeforeEach
    void listen() throws IOException {
        listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        address = Optional.of(new Addresses.Address("n", "127.0.0.1", listener.getLocalPort()));
        transport = new NetTransport("127.0.0.1", 0, _ -> address, Optional.empty());
    }

    @AfterEach
    void close() throws IOException {
        transport.close();
        listener.close();
    }

    /// Nobody accepts here either, as in a process that stands still: the kernel does.
    @Test
    void aPortThatIsListenedOnDoesNotRefuse() {
        assertThat(transport.refuses("n"))
                .succeedsWithin(Duration.ofSeconds(20))
                .isEqualTo(false);
    }

    @Test
    void aPortThatNobodyListensOnRefuses() throws IOException {
        listener.close();
        assertThat(transport.refuses("n"))
                .succeedsWithin(Duration.ofSeconds(20))
                .isEqualTo(true);
    }

    @Test
    void aNodeWithoutAnAddressDoesNotRefuse() {
        address = Optional.empty();
        assertThat(transport.refuses("n")).isCompletedWithValue(false);
    }
}
