package io.elanus.sql.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class FaultyLinkTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Test
    void refusesWhileNobodyListensAtItsEnd() throws Exception {
        var target = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        try (FaultyLink link = FaultyLink.open(target.getLocalPort(), Duration.ZERO)) {
            assertThat(arrives(link)).isTrue();
            target.close();
            await(() -> refuses(link));
            assertThatThrownBy(() -> connect(link)).isInstanceOf(ConnectException.class);
            target = new ServerSocket(target.getLocalPort(), 10, InetAddress.getLoopbackAddress());
            await(() -> !refuses(link));
            assertThat(arrives(link)).isTrue();
        } finally {
            target.close();
        }
    }

    @Test
    void answersNothingWhenItIsCut() throws Exception {
        var target = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        try (FaultyLink link = FaultyLink.open(target.getLocalPort(), Duration.ZERO)) {
            target.close();
            await(() -> refuses(link));
            link.set(FaultyLink.Mode.CUT);
            await(() -> !refuses(link));
            assertThat(refuses(link)).isFalse();
        }
    }

    private static boolean arrives(FaultyLink link) {
        try (var client = new Socket(InetAddress.getLoopbackAddress(), link.port())) {
            return client.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static void connect(FaultyLink link) throws IOException {
        new Socket(InetAddress.getLoopbackAddress(), link.port()).close();
    }

    private static boolean refuses(FaultyLink link) {
        try {
            connect(link);
            return false;
        } catch (ConnectException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(Condition condition) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime() - end).as("in time").isNegative();
            LockSupport.parkNanos(10_000_000);
        }
    }
}
