package io.elanus.sql.avatica;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sockets that take turns at the thread that reads from them. When such a thread answers a request itself, a client
/// that asks again at once would be served for as long as it does, and the others of that thread wait. So a socket
/// has one such answer a turn ([#takeTurn]), then it reads nothing until the thread has looked at all its sockets
/// again. It also saves the two reads with which the server would otherwise look for a next request.
final class FairConnector extends ServerConnector {
    private static final Logger LOG = LoggerFactory.getLogger(FairConnector.class);
    private static final Duration LOOK = Duration.ofMillis(5);
    private static final Duration ACCEPTOR_GOES = Duration.ofSeconds(1);

    private final CountDownLatch acceptorGone = new CountDownLatch(1);
    private volatile boolean takesNobody;

    FairConnector(Server server, int selectors, ConnectionFactory... factories) {
        super(server, 1, selectors, factories);
    }

    /// From now on a client that wants to connect is refused. Sockets that are open stay so.
    ///
    /// Closing the listening socket is not enough: as long as a thread waits at it, the system still connects
    /// clients, and breaks them off when the thread goes.
    void takeNobody() {
        takesNobody = true;
        close();
        try {
            if (isRunning() && !acceptorGone.await(ACCEPTOR_GOES.toNanos(), TimeUnit.NANOSECONDS)) {
                LOG.atWarn().log("The thread that takes connections did not end");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void accept(int acceptor) throws IOException {
        if (takesNobody) {
            throw new ClosedChannelException();
        }
        super.accept(acceptor);
    }

    /// Goes on listening after a failure, except when it was told to end.
    @Override
    protected boolean handleAcceptFailure(Throwable failure) {
        if (takesNobody) {
            acceptorGone.countDown();
            return false;
        }
        return super.handleAcceptFailure(failure);
    }

    /// Waits until every socket is closed, by an answer that says so or because it was silent for this long. False:
    /// some were not in time.
    ///
    /// Jetty's own shutdown would not do: it also ends a socket whose answer has just been sent, without a word of
    /// it, and nobody could tell what became of a change that the client sends on it then.
    boolean awaitNobody(Duration silence, long atMostNanos) {
        setIdleTimeout(silence.toMillis()); // of sockets that are being taken
        getConnectedEndPoints().forEach(socket -> socket.setIdleTimeout(silence.toMillis()));
        long from = System.nanoTime();
        while (!getConnectedEndPoints().isEmpty()) {
            if (System.nanoTime() - from >= atMostNanos
                    || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
        return true;
    }

    @Override
    protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
        var socket = new Turns(channel, selector, key, getScheduler());
        socket.setIdleTimeout(getIdleTimeout());
        return socket;
    }

    /// May the thread that has read this request answer it? False: it has answered one of this socket in this turn.
    static boolean takeTurn(Request request) {
        EndPoint socket = request.getConnectionMetaData().getConnection().getEndPoint();
        while (socket instanceof EndPoint.Wrapper wrapper) {
            socket = wrapper.unwrap();
        }
        return !(socket instanceof Turns turns) || turns.take();
    }

    /// One thread at a time reads from a socket; Jetty hands it over in order.
    private static final class Turns extends SocketChannelEndPoint {
        private volatile boolean taken;

        Turns(SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler) {
            super(channel, selector, key, scheduler);
        }

        boolean take() {
            boolean free = !taken;
            taken = true;
            return free;
        }

        @Override
        public Runnable onSelected() {
            taken = false;
            return super.onSelected();
        }

        /// What is left unread keeps the socket ready, so that it is selected again.
        @Override
        public int fill(ByteBuffer buffer) throws IOException {
            return taken ? 0 : super.fill(buffer);
        }
    }
}
