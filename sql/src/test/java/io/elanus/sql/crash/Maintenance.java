package io.elanus.sql.crash;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Flushes, compacts, and drops and builds indexes until the server dies. One thread.
final class Maintenance implements Runnable {
    private static final long LONGEST_PAUSE_NANOS = Duration.ofMillis(200).toNanos();

    private final CrashTarget server;
    private final List<CrashTable> tables;
    private final RandomGenerator random;
    private volatile @Nullable SQLException wrong;

    Maintenance(CrashTarget server, List<CrashTable> tables, RandomGenerator random) {
        this.server = server;
        this.tables = tables;
        this.random = random;
    }

    /// An error before the server was killed.
    @Nullable
    SQLException wrong() {
        return wrong;
    }

    @Override
    public void run() {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            while (true) {
                LockSupport.parkNanos(random.nextLong(LONGEST_PAUSE_NANOS));
                CrashTable table = tables.get(random.nextInt(tables.size()));
                statement.execute(
                        switch (random.nextInt(6)) {
                            case 0, 1, 2 -> "FLUSH TABLE " + table.name();
                            case 3 -> "COMPACT TABLE " + table.name();
                            case 4 -> "DROP INDEX IF EXISTS " + table.name() + "_v";
                            default -> table.createIndex();
                        });
            }
        } catch (SQLException e) {
            if (!server.isKilled()) {
                wrong = e;
            }
        }
    }
}
