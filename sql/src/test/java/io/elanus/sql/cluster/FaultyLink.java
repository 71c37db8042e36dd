package io.elanus.sql.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/// A port that leads to another port of this machine, well or badly.
///
/// What a cut link holds back is not lost: as with TCP, which sends again and again, it arrives once the link is
/// whole. Connections that were made meanwhile wait as well.
///
/// Thread rule: any thread; each direction of each connection has a thread of its own.
public final class FaultyLink implements AutoCloseable {
    private static final int BUFFER = 64 << 10;
    private static final Duration POLL = Duration.ofMillis(10);
    private static final byte[] SERVER_ERROR =
            "HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);

    /// What a link does with what is sent over it.
    public enum Mode {
        WHOLE,
        /// Nothing arrives, in neither direction.
        CUT,
        /// Requests arrive, answers do not.
        CUT_BACK,
        /// Answers arrive, requests do not.
        CUT_FORTH,
        /// Everything arrives late.
        SLOW,
        /// Every connection is closed at its next byte.
        RESET,
        /// Every HTTP request is answered with an error of the server.
        SERVER_ERRORS
    }

    private final ServerSocket server;
    private final int target;
    private final Duration delay;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile Mode mode = Mode.WHOLE;
    private volatile boolean closed;

    private FaultyLink(ServerSocket server, int target, Duration delay) {
        this.server = server;
        this.target = target;
        this.delay = delay;
    }

    /// @param target where it leads to
    /// @param delay of each piece when it is slow
    public static FaultyLink open(int target, Duration delay) throws IOException {
        var link = new FaultyLink(new ServerSocket(0, 128, InetAddress.getLoopbackAddress()), target, delay);
        Thread.ofPlatform().daemon().name("link-" + target).start(link::accept);
        return link;
    }

    /// Where it begins.
    public int port() {
        return server.getLocalPort();
    }

    public void set(Mode now) {
        mode = now;
    }

    private void accept() {
        while (!closed) {
            try {
                Socket client = server.accept();
                sockets.add(client);
                Thread.ofVirtual().name("link-forth-" + target).start(() -> connect(client));
            } catch (IOException e) {
                if (!closed) {
                    throw new IllegalStateException("Link to port " + target + " accepts no more", e);
                }
            }
        }
    }

    private void connect(Socket client) {
        var onward = new Socket();
        sockets.add(onward);
        try {
            await(Mode.CUT, Mode.CUT_FORTH);
            onward.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
            client.setTcpNoDelay(true);
            onward.setTcpNoDelay(true);
            Thread.ofVirtual().name("link-back-" + target).start(() -> pump(onward, client, Mode.CUT_BACK));
            pump(client, onward, Mode.CUT_FORTH);
        } catch (IOException e) { // nobody listens there: what a client of it would see itself
            end(client, onward);
        }
    }

    /// Sends on what arrives until one of the two ends.
    private void pump(Socket from, Socket to, Mode cut) {
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            byte[] bytes = new byte[BUFFER];
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                await(Mode.CUT, cut);
                Mode now = mode;
                if (now == Mode.RESET) {
                    return;
                }
                if (now == Mode.SERVER_ERRORS && cut == Mode.CUT_FORTH) {
                    from.getOutputStream().write(SERVER_ERROR);
                    return;
                }
                if (now == Mode.SLOW) {
                    LockSupport.parkNanos(delay.toNanos());
                }
                out.write(bytes, 0, read);
            }
        } catch (IOException e) { // one of the two has ended; the other one learns it
            return;
        } finally {
            end(from, to);
        }
    }

    private void await(Mode first, Mode second) {
        while (!closed && (mode == first || mode == second)) {
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private void end(Socket one, Socket other) {
        for (Socket socket : new Socket[] {one, other}) {
            sockets.remove(socket);
            try {
                socket.close();
            } catch (IOException e) {
                throw new IllegalStateException("A socket cannot be closed", e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        server.close();
        for (Socket socket : Set.copyOf(sockets)) {
            socket.close();
        }
    }
}
