package io.elanus.sql.avatica;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.Test;

class FairConnectorTest {
    private static final int CLIENTS = 4;
    private static final int EACH = 50;

    /// Sends the next request of its client before it answers one: every client always has a request waiting.
    private static final class AskedAgain extends Handler.Abstract.NonBlocking {
        private final int each;
        private final Map<String, Socket> clients = new ConcurrentHashMap<>();
        private final List<String> answered = new CopyOnWriteArrayList<>();
        private final List<Boolean> turns = new CopyOnWriteArrayList<>();
        private volatile boolean begun;

        /// @param each requests of a client; 0: none beside those of the test
        AskedAgain(int each) {
            this.each = each;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws IOException {
            String client = Request.getPathInContext(request).substring(1);
            request.read().release();
            if (!begun) {
                response.write(true, null, callback);
                return true;
            }
            if (each > 0 && answered.isEmpty()) {
                for (String other : clients.keySet()) {
                    if (!other.equals(client)) {
                        ask(other, 1);
                    }
                }
            }
            turns.add(FairConnector.takeTurn(request));
            if (answered.stream().filter(client::equals).count() < each - 1) {
                ask(client, 1);
            }
            answered.add(client);
            response.write(true, null, callback);
            return true;
        }

        Socket client(String name) {
            return Objects.requireNonNull(clients.get(name));
        }

        void ask(String client, int times) throws IOException {
            String request = "POST /" + client + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n.";
            client(client).getOutputStream().write(request.repeat(times).getBytes(StandardCharsets.US_ASCII));
        }
    }

    /// Returns when each client has had an answer: its socket is among those of the thread then.
    private static void connect(Server server, FairConnector connector, AskedAgain handler) throws Exception {
        connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
        server.addConnector(connector);
        server.setHandler(handler);
        server.start();
        for (int client = 0; client < CLIENTS; client++) {
            String name = "c" + client;
            handler.clients.put(name, new Socket(InetAddress.getLoopbackAddress(), connector.getLocalPort()));
            handler.ask(name, 1);
            awaitAnswers(handler.client(name), 1);
        }
        handler.begun = true;
    }

    private static void close(Server server, AskedAgain handler) throws Exception {
        for (Socket client : handler.clients.values()) {
            client.close();
        }
        server.stop();
    }

    /// Returns when this many answers, without a body, have come.
    private static void awaitAnswers(Socket client, int count) throws IOException {
        InputStream in = client.getInputStream();
        String end = "\r\n\r\n";
        int matched = 0;
        for (int seen = 0; seen < count; ) {
            int next = in.read();
            assertThat(next)
                    .as("the server closed the socket after %d answers", seen)
                    .isNotNegative();
            matched = next == end.charAt(matched) ? matched + 1 : next == '\r' ? 1 : 0;
            if (matched == end.length()) {
                matched = 0;
                seen++;
            }
        }
    }

    @Test
    void aClientThatAsksAtOnceAgainLetsTheOthersOfTheThreadGoFirst() throws Exception {
        var server = new Server(new QueuedThreadPool(8));
        var handler = new AskedAgain(EACH);
        connect(server, new FairConnector(server, 1, new HttpConnectionFactory()), handler);
        try {
            handler.ask("c0", 1);
            for (Socket client : handler.clients.values()) {
                awaitAnswers(client, EACH);
            }
            // Each time a client's n-th request is answered, every other one is at its (n - 1)-th at least.
            var counts = new TreeMap<String, Integer>();
            handler.clients.keySet().forEach(client -> counts.put(client, 0));
            var ahead = new ArrayList<Integer>();
            for (String client : handler.answered) {
                int mine = counts.merge(client, 1, Integer::sum);
                int least = counts.values().stream().min(Integer::compare).orElseThrow();
                ahead.add(mine - least);
            }
            assertThat(handler.answered).hasSize(CLIENTS * EACH);
            assertThat(ahead).allMatch(by -> by <= 2, "nobody is more than two answers ahead");
            assertThat(handler.turns).containsOnly(true);
        } finally {
            close(server, handler);
        }
    }

    @Test
    void requestsSentTogetherHaveOneTurnBetweenThem() throws Exception {
        var server = new Server(new QueuedThreadPool(8));
        var handler = new AskedAgain(0);
        connect(server, new FairConnector(server, 1, new HttpConnectionFactory()), handler);
        try {
            handler.ask("c0", 3);
            awaitAnswers(handler.client("c0"), 3);
            assertThat(handler.turns).containsExactly(true, false, false);
        } finally {
            close(server, handler);
        }
    }
}
