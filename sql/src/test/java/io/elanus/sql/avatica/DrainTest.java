package io.elanus.sql.avatica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.cluster.proxy.Catalog;
import io.elanus.sql.console.ConsoleConfig;
import io.elanus.sql.console.ConsoleDoor;
import io.elanus.sql.login.Entrance;
import io.elanus.sql.metrics.Metrics;
import io.elanus.storage.setting.DataSize;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A door that closes while a client with two hosts in its URL uses it.
@Timeout(120)
class DrainTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private final RootAllocator memory = new RootAllocator();
    private final FakeSession.World here = new FakeSession.World(memory);
    private final FakeSession.World there = new FakeSession.World(memory);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpDoor other = door(there, LONG);

    @BeforeEach
    void start() {
        other.start();
    }

    @AfterEach
    void stopsWithoutLeaks() {
        threads.shutdownNow();
        other.close();
        assertThat(here.open).hasValue(0);
        assertThat(there.open).hasValue(0);
        memory.close();
    }

    private static HttpDoor door(FakeSession.World world, Duration drain) {
        var metrics = new Metrics();
        Entrance entrance = Entrance.unlocked((_, _) -> new FakeSession(world));
        var size = new DataSize(64 * 1024);
        return new HttpDoor(
                new HttpDoor.At("127.0.0.1", 0, Optional.empty()),
                new JdbcConfig(size, 10, 20, LONG, size, LONG, drain),
                new HttpDoor.Behind(
                        entrance, () -> Catalog.EMPTY, "1", List::of, System::nanoTime, new Random(1), metrics),
                new ConsoleDoor(
                        ConsoleConfig.defaults(),
                        new ConsoleDoor.Behind(entrance, "1", System::nanoTime, new Random(2), metrics)));
    }

    /// A connection to the first of the two.
    private Connection connect(HttpDoor first) throws SQLException {
        while (true) {
            Connection connection = DriverManager.getConnection(
                    "jdbc:elanus://127.0.0.1:%d,127.0.0.1:%d/public".formatted(first.port(), other.port()));
            if (here.open.get() == 1) {
                return connection;
            }
            connection.close();
        }
    }

    private Callable<Long> ask(Connection connection, String sql) {
        return () -> {
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(sql)) {
                long count = 0;
                while (rows.next()) {
                    count++;
                }
                return count;
            }
        };
    }

    @Test
    void aStatementThatRunsIsAnsweredAndTheNextOneGoesToAnotherHost() throws Exception {
        HttpDoor first = door(here, LONG);
        first.start();
        try (Connection connection = connect(first)) {
            Future<Long> running = threads.submit(ask(connection, "linger"));
            here.waiting.await();
            Future<?> closing = threads.submit(first::close);
            here.released.countDown();
            assertThat(running.get()).isEqualTo(1);
            closing.get();
            assertThat(here.cancels).hasValue(0);
            assertThat(ask(connection, "rows 7").call()).isEqualTo(7);
        }
    }

    /// What goes wrong here does so in a few of a hundred ends.
    @RepeatedTest(20)
    void aClientThatAsksOnAndOnNeverSeesTheDoorClose() throws Exception {
        HttpDoor first = door(here, LONG);
        first.start();
        try (Connection connection = connect(first)) {
            Future<?> closing = threads.submit(first::close);
            for (int i = 0; i < 200 || !closing.isDone(); i++) {
                assertThat(ask(connection, "rows 3").call()).isEqualTo(3);
            }
            closing.get();
            assertThat(there.open.get()).isEqualTo(1);
        }
    }

    @Test
    void aResultIsReadToItsEndWhileTheNextStatementsGoToAnotherHost() throws Exception {
        HttpDoor first = door(here, LONG);
        first.start();
        try (Connection reading = connect(first);
                Statement statement = reading.createStatement()) {
            try (ResultSet rows = startedResult(statement)) {
                Future<?> closing = threads.submit(first::close);
                awaitRefusal(first);
                long count = 1;
                while (rows.next()) {
                    count++;
                }
                assertThat(count).isEqualTo(5000);
                closing.get();
            }
            assertThat(ask(reading, "rows 7").call()).isEqualTo(7);
            assertThat(there.open).hasValue(1);
        }
    }

    /// The server forgets the connection, as one that is killed does, and so the statement.
    @Test
    void aStatementClosesAlsoWhereNobodyKnowsItsConnection() throws Exception {
        HttpDoor first = door(here, LONG);
        first.start();
        try (Connection reading = connect(first)) {
            Statement statement = reading.createStatement();
            startedResult(statement);
            first.forgetConnections();
            statement.close();
            assertThat(ask(reading, "rows 7").call()).isEqualTo(7);
        }
        first.close();
    }

    @Test
    void aResultThatNobodyReadsOnDelaysTheEndNoLongerThanAStatement() throws Exception {
        HttpDoor first = door(here, Duration.ofMillis(100));
        first.start();
        try (Connection reading = connect(first);
                Statement statement = reading.createStatement()) {
            try (ResultSet rows = startedResult(statement)) {
                first.close();
                assertThatThrownBy(() -> {
                            while (rows.next()) {}
                        })
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).isEqualTo("26000"));
            }
            assertThat(ask(reading, "rows 2").call()).isEqualTo(2);
        }
    }

    /// 5,000 rows, of which the first has been read and most are still at the server.
    private static ResultSet startedResult(Statement statement) throws SQLException {
        statement.setFetchSize(100);
        ResultSet rows = statement.executeQuery("rows 5000");
        assertThat(rows.next()).isTrue();
        return rows;
    }

    private static void awaitRefusal(HttpDoor door) throws InterruptedException {
        while (door.port() > 0) {
            Thread.sleep(1);
        }
    }

    @Test
    void aStatementThatRunsOnIsEndedWhenItsTimeIsOver() throws Exception {
        HttpDoor first = door(here, Duration.ofMillis(100));
        first.start();
        try (Connection connection = connect(first)) {
            Future<Long> running = threads.submit(ask(connection, "wait"));
            here.waiting.await();
            first.close();
            assertThatThrownBy(running::get).hasCauseInstanceOf(SQLException.class);
            assertThat(ask(connection, "rows 2").call()).isEqualTo(2);
        }
    }
}
