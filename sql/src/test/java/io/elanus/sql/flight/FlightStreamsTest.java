package io.elanus.sql.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.sql.doors.RealServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.arrow.flight.CallOptions;
import org.apache.arrow.flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.CancelStatus;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.vector.BigIntVector;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Results that are large, slow, cancelled or too many.
@Timeout(120)
@SuppressWarnings("NullAway.Init")
class FlightStreamsTest {
    private static final int ROWS = 40_000;
    private static final int BYTES_OF_ROW = 1_024;
    /// A join without end: 1.6 billion rows.
    private static final String ENDLESS = "SELECT a.id FROM wide a CROSS JOIN wide b";

    @TempDir
    static Path folder;

    private static RealServer server;
    private static SqlOverFlight flight;

    @BeforeAll
    static void start() throws Exception {
        server = RealServer.start(
                folder, Map.of("listen.flight.batch-size", "256 kB", "listen.flight.max-streams", "4"));
        flight = new SqlOverFlight(server);
        flight.update("CREATE TABLE wide (id BIGINT PRIMARY KEY, v VECTOR(256))");
        try (var rows = TestRows.vectors(flight.memory, ROWS / 8, 256)) {
            var ids = (BigIntVector) rows.getVector("id");
            for (int part = 0; part < 8; part++) {
                for (int row = 0; row < rows.getRowCount(); row++) {
                    ids.set(row, (long) part * rows.getRowCount() + row);
                }
                TestRows.append(flight, rows, "wide");
            }
        }
    }

    @AfterAll
    static void stop() throws Exception {
        flight.close();
        server.close();
    }

    @Test
    void aLargeResultArrivesWholeInMessagesOfTheSizeThatIsSet() throws Exception {
        FlightInfo info = flight.sql.execute("SELECT id, v FROM wide");
        var seen = new boolean[ROWS];
        try (FlightStream stream = open(info)) {
            while (stream.next()) {
                int rows = stream.getRoot().getRowCount();
                assertThat((long) rows * BYTES_OF_ROW).isLessThanOrEqualTo(256_000);
                var ids = (BigIntVector) stream.getRoot().getVector("id");
                for (int row = 0; row < rows; row++) {
                    assertThat(seen[(int) ids.get(row)]).isFalse();
                    seen[(int) ids.get(row)] = true;
                }
            }
        }
        assertThat(seen).doesNotContain(false);
    }

    @Test
    void aClientThatDoesNotReadHoldsFewBatchesInTheServer() throws Exception {
        long before = server.memory();
        FlightStream stream = open(flight.sql.execute("SELECT a.id, b.v FROM wide a CROSS JOIN wide b"));
        assertThat(stream.next()).isTrue();
        long held = settle() - before;
        // One side of the join is held. Beside it: the queue that is ready, and two batches.
        long join = (long) ROWS * BYTES_OF_ROW;
        assertThat(held).isLessThan(join + join / 2 + (24L << 20));
        stream.cancel("seen enough", null);
        closeQuietly(stream);
        awaitNothingRuns();
    }

    @Test
    void aCancelledStreamEndsItsStatementAtOnce() throws Exception {
        FlightInfo info = flight.sql.execute(ENDLESS);
        FlightStream stream = open(info);
        assertThat(stream.next()).isTrue();
        assertThat(running()).hasSize(1);
        long start = System.nanoTime();
        stream.cancel("enough", null);
        awaitNothingRuns();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        closeQuietly(stream);
    }

    @Test
    void aStatementIsCancelledByItsFlightInfo() throws Exception {
        FlightInfo info = flight.sql.execute(ENDLESS);
        try (FlightStream stream = open(info)) {
            assertThat(stream.next()).isTrue();
            assertThat(flight.sql
                            .cancelFlightInfo(new CancelFlightInfoRequest(info))
                            .getStatus())
                    .isEqualTo(CancelStatus.CANCELLED);
            assertThatThrownBy(() -> {
                        while (stream.next()) {}
                    })
                    .isInstanceOfSatisfying(
                            FlightRuntimeException.class,
                            e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.CANCELLED))
                    .hasMessageContaining("57014");
        }
        assertThat(flight.sql
                        .cancelFlightInfo(new CancelFlightInfoRequest(info))
                        .getStatus())
                .isEqualTo(CancelStatus.NOT_CANCELLABLE);
        awaitNothingRuns();
    }

    @Test
    void anUpdateWhoseClientLeavesIsCancelled() throws Exception {
        assertThatThrownBy(() -> flight.update(
                        "DELETE FROM wide WHERE id IN (SELECT max(a.id + b.id) FROM wide a, wide b)",
                        CallOptions.timeout(1, TimeUnit.SECONDS)))
                .isInstanceOf(FlightRuntimeException.class);
        awaitNothingRuns();
        assertThat(flight.rows("SELECT count(*) FROM wide")).containsExactly(Integer.toString(ROWS));
    }

    @Test
    void oneStreamTooManyIsRefusedAndMayBeReadLater() throws Exception {
        var open = new java.util.ArrayList<FlightStream>();
        for (int i = 0; i < 4; i++) {
            FlightStream stream = open(flight.sql.execute(ENDLESS));
            assertThat(stream.next()).isTrue();
            open.add(stream);
        }
        FlightInfo info = flight.sql.execute("SELECT 1");
        assertThatThrownBy(() -> flight.rows(info))
                .hasMessageContaining("54V01")
                .hasMessageContaining("max-streams");
        open.forEach(FlightStreamsTest::closeQuietly);
        awaitNothingRuns();
        assertThat(flight.rows(info)).containsExactly("1");
    }

    private static FlightStream open(FlightInfo info) {
        return flight.sql.getStream(info.getEndpoints().getFirst().getTicket());
    }

    private static void closeQuietly(FlightStream stream) {
        try {
            stream.close();
        } catch (Exception e) {
            // Closing before the end reports the cancellation that it is.
            assertThat(e).hasMessageContaining("Stream closed before end");
        }
    }

    private static List<String> running() {
        return flight.rows("SELECT sql FROM system.queries WHERE sql NOT LIKE '%system.queries%'");
    }

    private static void awaitNothingRuns() {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!running().isEmpty() && System.nanoTime() < end) {
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(running()).isEmpty();
    }

    /// The server's memory once it has stopped growing.
    private static long settle() throws IOException {
        long last = -1;
        int same = 0;
        while (same < 20) {
            long now = server.memory();
            same = now == last ? same + 1 : 0;
            last = now;
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
        }
        return last;
    }
}
