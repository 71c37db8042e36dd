package io.elanus.sql.testing;

import io.elanus.cluster.runtime.Clock;
import io.elanus.sql.session.Maintenance;
import io.elanus.sql.session.PreparedQuery;
import io.elanus.sql.session.PreparedQuery.RunOptions;
import io.elanus.sql.session.Running;
import io.elanus.sql.session.Session;
import io.elanus.sql.session.SessionServices;
import io.elanus.sql.session.SessionServices.Limits;
import io.elanus.sql.session.Sessions;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.TableSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// A session over tables in memory. Closing it proves that no off-heap byte is left.
public final class SqlFixture implements AutoCloseable {
    private final BufferAllocator allocator = new RootAllocator();
    private final FakeTableAccess tables = new FakeTableAccess(allocator);
    private final Sessions sessions = new Sessions(new SessionServices(
            tables,
            new NoMaintenance(),
            List.of(),
            new SessionServices.Memory(allocator, Optional.empty()),
            new TestClock(),
            Limits.DEFAULT,
            Map.of()));
    private final Session session = sessions.open("elanus", Map.of());

    public Session session() {
        return session;
    }

    public Sessions sessions() {
        return sessions;
    }

    public FakeTableAccess tables() {
        return tables;
    }

    /// What a statement answered.
    ///
    /// @param rows values as text, joined by `|`
    public record Answer(List<String> names, List<String> rows, long count) {}

    public Answer run(String sql, @Nullable Object... parameters) {
        return run(session, sql, parameters);
    }

    public static Answer run(Session session, String sql, @Nullable Object... parameters) {
        try (PreparedQuery query = session.prepare(sql);
                Running running = query.run(Arrays.asList(parameters), RunOptions.DEFAULT)) {
            var rows = new ArrayList<String>();
            for (VectorSchemaRoot batch = running.next(); batch != null; batch = running.next()) {
                try (VectorSchemaRoot owned = batch) {
                    addRows(owned, query, rows);
                }
            }
            List<String> names = query.columns().stream()
                    .map(PreparedQuery.ResultColumn::name)
                    .toList();
            return new Answer(names, rows, running.updateCount());
        }
    }

    private static void addRows(VectorSchemaRoot batch, PreparedQuery query, List<String> rows) {
        for (int r = 0; r < batch.getRowCount(); r++) {
            var row = new StringJoiner("|");
            for (int c = 0; c < query.columns().size(); c++) {
                ColumnType type = query.columns().get(c).type();
                var literal = Literals.read(batch.getVector(c), r, type);
                row.add(literal.hasNull() ? "NULL" : Literals.text(literal, type));
            }
            rows.add(row.toString());
        }
    }

    public void runAll(String... statements) {
        for (String statement : statements) {
            run(statement);
        }
    }

    @Override
    public void close() {
        sessions.close();
        allocator.close();
    }

    private static final class TestClock implements Clock {
        @Override
        public long wallMillis() {
            return 1_700_000_000_000L;
        }

        @Override
        public long monotonicNanos() {
            return System.nanoTime();
        }
    }

    private static final class NoMaintenance implements Maintenance {
        @Override
        public CompletableFuture<Void> flush(TableSchema table) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletableFuture<Void> compact(TableSchema table) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletableFuture<Void> load(TableSchema table) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletableFuture<Void> release(TableSchema table) {
            return CompletableFuture.completedFuture(null);
        }
    }
}
