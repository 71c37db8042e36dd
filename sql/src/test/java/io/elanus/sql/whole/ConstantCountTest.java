package io.elanus.sql.whole;

import static io.elanus.sql.whole.RunningServer.run;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// count(*) under a running reader, while rows move from growing segments to sealed ones, are merged and indexed.
class ConstantCountTest {
    private static final int ROWS = 400;
    private static final int CYCLES = 12;

    @TempDir
    private Path folder;

    private final AtomicBoolean done = new AtomicBoolean();

    @Test
    void staysTheSameDuringFlushHandoffCompactionAndIndexBuild() throws Exception {
        try (RunningServer server = RunningServer.start(folder.resolve("data"), Map.of());
                Connection connection = server.connect();
                ExecutorService threads = Executors.newFixedThreadPool(2)) {
            run(connection, "CREATE TABLE many (id BIGINT PRIMARY KEY, v VECTOR(4)) WITH (shards = 2)");
            for (int from = 0; from < ROWS; from += 50) {
                upsert(connection, from, from + 50, 0);
            }
            Future<Long> reader = threads.submit(whileRunning(server, this::countOnce));
            Future<Long> writer = threads.submit(whileRunning(server, this::rewriteSome));
            try {
                for (int cycle = 0; cycle < CYCLES; cycle++) {
                    run(connection, "FLUSH TABLE many");
                    run(connection, "CREATE INDEX IF NOT EXISTS many_v ON many USING hnsw (v vector_l2_ops)");
                    run(connection, "COMPACT TABLE many");
                    if (cycle % 4 == 3) {
                        run(connection, "DROP INDEX IF EXISTS many_v");
                    }
                }
            } finally {
                done.set(true);
            }
            assertThat(reader.get(60, TimeUnit.SECONDS)).isGreaterThan(CYCLES);
            assertThat(writer.get(60, TimeUnit.SECONDS)).isPositive();
        }
    }

    private interface Turn {
        void take(Connection connection, Random random) throws SQLException;
    }

    private Callable<Long> whileRunning(RunningServer server, Turn turn) {
        return () -> {
            var random = new Random(7);
            long turns = 0;
            try (Connection connection = server.connect()) {
                while (!done.get()) {
                    turn.take(connection, random);
                    turns++;
                }
            }
            return turns;
        };
    }

    private void countOnce(Connection connection, Random random) throws SQLException {
        assertThat(RunningServer.count(connection, "many")).isEqualTo(ROWS);
    }

    /// Replaces rows: there is one for each key at any moment.
    private void rewriteSome(Connection connection, Random random) throws SQLException {
        int from = random.nextInt(ROWS - 30);
        upsert(connection, from, from + 1 + random.nextInt(30), random.nextFloat());
    }

    private static void upsert(Connection connection, int from, int to, float value) throws SQLException {
        String rows = "(?, ?)" + ", (?, ?)".repeat(to - from - 1);
        try (PreparedStatement statement = connection.prepareStatement("UPSERT INTO many (id, v) VALUES " + rows)) {
            int parameter = 1;
            for (int id = from; id < to; id++) {
                statement.setLong(parameter++, id);
                statement.setObject(parameter++, new float[] {id, value, 1, 2});
            }
            statement.executeUpdate();
        }
    }
}
