package io.elanus.sql.doors;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a short, known query costs beside the search itself: no change of threads, and so much garbage. Counted,
/// not timed.
class QuickAnswersTest {
    private static final int ROWS = 300;
    private static final int ASKED = 400;
    /// Beside a first one, which waits for its rows, those that meet work of the server's own.
    private static final int LEAST_QUICK = ASKED / 2;

    private static final long MOST_BYTES = 300 * 1024;

    @TempDir
    static Path folder;

    private static RealServer server;

    @BeforeAll
    static void start() throws SQLException {
        server = RealServer.start(folder);
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE items (id BIGINT PRIMARY KEY, v VECTOR(4))");
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO items VALUES (?, ?)")) {
                for (int row = 0; row < ROWS; row++) {
                    insert.setLong(1, row);
                    insert.setObject(2, vector(row));
                    insert.addBatch();
                }
                insert.executeBatch();
            }
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static float[] vector(int row) {
        return new float[] {row, 1, 0, 1};
    }

    @Test
    void aKnownSearchIsAnsweredByTheThreadThatReadIt() throws SQLException, IOException {
        try (Connection connection = server.connect();
                PreparedStatement search =
                        connection.prepareStatement("SELECT id FROM items ORDER BY v <-> ? LIMIT 3")) {
            double before = quick();
            for (int i = 0; i < ASKED; i++) {
                int row = 1 + i % (ROWS - 2);
                search.setObject(1, vector(row));
                try (ResultSet found = search.executeQuery()) {
                    assertThat(found.next()).isTrue();
                    assertThat(found.getLong(1)).isEqualTo(row);
                }
            }
            assertThat(quick() - before).isGreaterThanOrEqualTo(LEAST_QUICK);
        }
    }

    @Test
    void aKeyIsLookedUpByTheThreadThatReadIt() throws SQLException, IOException {
        try (Connection connection = server.connect();
                PreparedStatement lookUp = connection.prepareStatement("SELECT v FROM items WHERE id = ?")) {
            double before = quick();
            for (int i = 0; i < ASKED; i++) {
                lookUp.setLong(1, i);
                try (ResultSet found = lookUp.executeQuery()) {
                    assertThat(found.next()).isEqualTo(i < ROWS);
                }
            }
            assertThat(quick() - before).isGreaterThanOrEqualTo(LEAST_QUICK);
        }
    }

    /// The driver was told the columns when it prepared, and answers do not repeat them.
    @Test
    void columnsStayKnownFromOneExecutionToTheNext() throws SQLException {
        try (Connection connection = server.connect();
                PreparedStatement lookUp =
                        connection.prepareStatement("SELECT v AS place, id AS number FROM items WHERE id = ?")) {
            for (int i = 0; i < 5; i++) {
                lookUp.setLong(1, i);
                try (ResultSet found = lookUp.executeQuery()) {
                    assertThat(found.getMetaData().getColumnCount()).isEqualTo(2);
                    assertThat(found.getMetaData().getColumnLabel(1)).isEqualTo("place");
                    assertThat(found.next()).isTrue();
                    assertThat(found.getLong("number")).isEqualTo(i);
                }
            }
        }
    }

    @Test
    void aKnownSearchMakesLittleGarbage() throws SQLException {
        try (Connection connection = server.connect();
                PreparedStatement search =
                        connection.prepareStatement("SELECT id FROM items ORDER BY v <-> ? LIMIT 3")) {
            ask(search, ASKED);
            long before = allocatedByDoor();
            ask(search, ASKED);
            assertThat((allocatedByDoor() - before) / ASKED).isLessThan(MOST_BYTES);
        }
    }

    private static void ask(PreparedStatement search, int times) throws SQLException {
        for (int i = 0; i < times; i++) {
            search.setObject(1, vector(i));
            search.executeQuery().close();
        }
    }

    /// By the threads that read requests.
    private static long allocatedByDoor() {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(thread -> thread != null && thread.getThreadName().startsWith("http-"))
                .mapToLong(thread -> threads.getThreadAllocatedBytes(thread.getThreadId()))
                .sum();
    }

    @Test
    void aRequestThatComesInPiecesIsReadWhole() throws IOException {
        byte[] body = "{\"request\":\"openConnection\",\"connectionId\":\"in-pieces\",\"info\":{}}"
                .getBytes(StandardCharsets.UTF_8);
        String host = server.address();
        int colon = host.lastIndexOf(':');
        try (var socket = new Socket(host.substring(0, colon), Integer.parseInt(host.substring(colon + 1)))) {
            socket.setTcpNoDelay(true);
            OutputStream out = socket.getOutputStream();
            String head = "POST / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\nContent-Length: " + body.length
                    + "\r\n\r\n";
            out.write(head.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            for (byte one : body) {
                out.write(one);
                out.flush();
            }
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 200").contains("openConnection");
        }
    }

    private static double quick() throws IOException {
        try (var metrics =
                URI.create("http://" + server.address() + "/metrics").toURL().openStream()) {
            return new String(metrics.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith("elanus_http_quick_total "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
                    .sum();
        }
    }
}
