package io.elanus.cluster.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class NetTransportTest {
    private static final int ATTEMPTS = 8;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /// gRPC by itself makes its eighth attempt after more than a minute.
    @Test
    void aNodeThatDoesNotAnswerIsTriedAgainSoonAfterItIsAskedForSomething() throws IOException {
        var attempts = new AtomicInteger();
        try (var port = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
                var transport = new NetTransport("127.0.0.1", 0, node -> at(node, port.getLocalPort()))) {
            Thread.ofPlatform().daemon().start(() -> hangUpOnAll(port, attempts));
            long end = System.nanoTime() + LIMIT.toNanos();
            while (attempts.get() < ATTEMPTS && System.nanoTime() < end) {
                ((ManagedChannel) transport.channel("node-1")).getState(true);
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            }
        }
        assertThat(attempts.get()).isGreaterThanOrEqualTo(ATTEMPTS);
    }

    private static Optional<Addresses.Address> at(String node, int port) {
        return Optional.of(new Addresses.Address(node, "127.0.0.1", port));
    }

    private static void hangUpOnAll(ServerSocket port, AtomicInteger attempts) {
        while (!port.isClosed()) {
            try (var _ = port.accept()) {
                attempts.incrementAndGet();
            } catch (IOException e) {
                return; // the test is over
            }
        }
    }
}
