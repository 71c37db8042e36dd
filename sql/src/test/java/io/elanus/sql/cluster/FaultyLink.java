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
/// whole. Connections that were made meanwhile wait as well. While nobody listens at its end and it is not cut, it
/// refuses connections, as the target's port does.
///
/// Thread rule: any thread; each direction of each connection has a thread of its own.
public final class FaultyLink implements AutoCloseable {
    private static final int BUFFER = 64 << 10;
    private static final int BACKLOG = 128;
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

    private final int port;
    private final int target;
    private final Duration delay;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile Mode mode = Mode.WHOLE;
    private volatile boolean closed;
    private ServerSocket server;
    private boolean refusing;

    private FaultyLink(ServerSocket server, int target, Duration delay) {
        this.server = server;
        this.port = server.getLocalPort();
        this.target = target;
        this.delay = delay;
    }

    /// @param target where it leads to
    /// @param delay of each piece when it is slow
    public static FaultyLink open(int target, Duration delay) throws IOException {
        var server = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        var link = new FaultyLink(server, target, delay);
        link.acceptAt(server);
        return link;
    }

    /// Where it begins.
    public int port() {
        return port;
    }

    public void set(Mode now) {
        mode = now;
    }

    private void acceptAt(ServerSocket from) {
        Thread.ofPlatform().daemon().name("link-" + target).start(() -> accept(from));
    }

    private void accept(ServerSocket from) {
        while (!from.isClosed()) {
            try {
                Socket client = from.accept();
                sockets.add(client);
                Thread.ofVirtual().name("link-forth-" + target).start(() -> connect(client));
            } catch (IOException e) {
                if (!from.isClosed()) {
                    throw new IllegalStateException("Link to port " + target + " accepts no more", e);
                }
            }
        }
    }

    /// Gives the port back, but for a socket that does not listen: so nobody else takes it, and the kernel refuses.
    private synchronized void refuse() {
        if (refusing || closed || isCut()) {
            return;
        }
        refusing = true;
        try {
            server.close();
        } catch (IOException e) {
            throw new IllegalStateException("Link to port " + target + " cannot refuse", e);
        }
        Thread.ofPlatform().daemon().name("link-refusing-" + target).start(this::awaitTarget);
    }

    private void awaitTarget() {
        try (var placeholder = new Socket()) {
            placeholder.setReuseAddress(true);
            persistently(() -> placeholder.bind(here()));
            while (!closed && !isCut() && !targetListens()) {
                LockSupport.parkNanos(POLL.toNanos());
            }
            persistently(this::listenAgain);
        } catch (IOException e) {
            throw new IllegalStateException("A socket cannot be closed", e);
        }
    }

    @FunctionalInterface
    private interface Binding {
        void run() throws IOException;
    }

    /// The kernel gives a port free only when the last call on the socket that had it has returned.
    private void persistently(Binding binding) {
        while (!closed) {
            try {
                binding.run();
                return;
            } catch (IOException _) { // still taken
                LockSupport.parkNanos(POLL.toNanos());
            }
        }
    }

    private synchronized void listenAgain() throws IOException {
        if (closed) {
            return;
        }
        var again = new ServerSocket();
        try {
            again.setReuseAddress(true);
            again.bind(here(), BACKLOG);
        } catch (IOException e) {
            again.close();
            throw e;
        }
        server = again;
        refusing = false;
        acceptAt(again);
    }

    private InetSocketAddress here() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private boolean targetListens() {
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), target)) {
            return true;
        } catch (IOException _) { // not yet
            return false;
        }
    }

    private boolean isCut() {
        Mode now = mode;
        return now == Mode.CUT || now == Mode.CUT_FORTH || now == Mode.CUT_BACK;
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
        } catch (IOException e) { // nobody listens there: the next client of it is refused
            end(client, onward);
            refuse();
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
    public synchronized void close() throws IOException {
        closed = true;
        server.close();
        for (Socket socket : Set.copyOf(sockets)) {
            socket.close();
        }
    }
}
