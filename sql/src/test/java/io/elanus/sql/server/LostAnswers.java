package io.elanus.sql.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A port that leads to a server, until it is told to lose: the next answer never arrives, its connection breaks,
/// and nobody is there any more. So a server looks that was killed just before it answered.
///
/// Thread rule: any thread; each direction of each connection has a thread of its own.
final class LostAnswers implements AutoCloseable {
    private static final int BUFFER = 64 << 10;

    private final ServerSocket server;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile boolean losing;

    private LostAnswers(ServerSocket server, int target) {
        this.server = server;
        this.target = target;
    }

    static LostAnswers before(int target) throws IOException {
        var link = new LostAnswers(new ServerSocket(0, 16, InetAddress.getLoopbackAddress()), target);
        Thread.ofPlatform().daemon().name("losing-" + target).start(link::accept);
        return link;
    }

    String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    void loseTheNext() {
        losing = true;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                var onward = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.add(client);
                sockets.add(onward);
                Thread.ofVirtual().start(() -> pump(client, onward, false));
                Thread.ofVirtual().start(() -> pump(onward, client, true));
            } catch (IOException e) {
                if (!server.isClosed()) {
                    throw new IllegalStateException("The link accepts no more", e);
                }
            }
        }
    }

    private void pump(Socket from, Socket to, boolean answers) {
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            byte[] bytes = new byte[BUFFER];
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                if (answers && losing) {
                    close();
                    return;
                }
                out.write(bytes, 0, read);
            }
        } catch (IOException e) { // one of the two has ended; the other one learns it
            return;
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
