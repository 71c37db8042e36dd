package io.elanus.sql.bench;

import io.elanus.jdbc.CopyIn;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.concurrent.locks.LockSupport;

/// A database that is searched through JDBC, with the statements that it understands. Both kinds hold one table
/// `items (id, share, v)` under an HNSW index with m = 16 and ef_construction = 200.
sealed interface SearchTarget {
    String name();

    Connection connect() throws SQLException;

    /// Statements before a search with this effort.
    List<String> prepare(int effort, boolean filtered);

    /// What a vector parameter is bound as.
    Object parameter(float[] vector);

    /// How the SQL of a vector parameter reads.
    String placeholder();

    /// Loads rows of text, a tab between values, that the client sends.
    void copyIn(Connection connection, InputStream rows) throws SQLException;

    /// Returns when searches use the index on all rows.
    void awaitIndex(Connection connection) throws SQLException;

    /// Processor time that the server has spent for these connections, in seconds.
    double cpuSeconds(List<Connection> clients) throws SQLException;

    /// Our server, in a process of its own.
    record Elanus(ServerProcess server) implements SearchTarget {
        private static final Duration INDEX_LIMIT = Duration.ofMinutes(10);
        private static final Duration POLL = Duration.ofMillis(100);

        @Override
        public String name() {
            return "elanus";
        }

        @Override
        public Connection connect() throws SQLException {
            return server.connect();
        }

        @Override
        public List<String> prepare(int effort, boolean filtered) {
            return List.of("SET ef_search = " + effort);
        }

        @Override
        public Object parameter(float[] vector) {
            return vector;
        }

        @Override
        public String placeholder() {
            return "?";
        }

        @Override
        public void copyIn(Connection connection, InputStream rows) throws SQLException {
            connection.unwrap(CopyIn.class).copyIn("COPY items FROM STDIN WITH (format tsv)", rows);
        }

        @Override
        public void awaitIndex(Connection connection) throws SQLException {
            execute(connection, "FLUSH TABLE items");
            long end = System.nanoTime() + INDEX_LIMIT.toNanos();
            try (PreparedStatement left = connection.prepareStatement(
                    "SELECT count(*) FROM system.indexes WHERE flushed_rows = 0 OR indexed_rows < flushed_rows")) {
                while (first(left) > 0) {
                    if (System.nanoTime() > end) {
                        throw new IllegalStateException("The index was not built within " + INDEX_LIMIT);
                    }
                    LockSupport.parkNanos(POLL.toNanos());
                }
            }
        }

        @Override
        public double cpuSeconds(List<Connection> clients) {
            return server.cpuSeconds();
        }
    }

    /// PostgreSQL with pgvector, wherever it runs.
    record Pgvector(PeerDriver driver, String url) implements SearchTarget {
        @Override
        public String name() {
            return "pgvector";
        }

        @Override
        public Connection connect() throws SQLException {
            return driver.connect(url);
        }

        @Override
        public List<String> prepare(int effort, boolean filtered) {
            return filtered
                    ? List.of("SET hnsw.ef_search = " + effort, "SET hnsw.iterative_scan = strict_order")
                    : List.of("SET hnsw.ef_search = " + effort);
        }

        @Override
        public Object parameter(float[] vector) {
            return text(vector);
        }

        @Override
        public String placeholder() {
            return "?::vector";
        }

        @Override
        public void copyIn(Connection connection, InputStream rows) throws SQLException {
            driver.copyIn(connection, "COPY items FROM STDIN", rows);
        }

        @Override
        public void awaitIndex(Connection connection) throws SQLException {
            execute(connection, "ANALYZE items");
        }

        /// Of the processes that serve the connections, when they run on this computer; else not a number.
        @Override
        public double cpuSeconds(List<Connection> clients) throws SQLException {
            double seconds = 0;
            for (Connection client : clients) {
                try (PreparedStatement backend = client.prepareStatement("SELECT pg_backend_pid()")) {
                    seconds += processSeconds(first(backend));
                }
            }
            return seconds;
        }

        private static double processSeconds(long pid) {
            try {
                String line = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
                String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
                // Fields 14 and 15 of the whole line, in ticks of a hundredth of a second.
                return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0;
            } catch (IOException e) {
                return Double.NaN;
            }
        }
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static long first(PreparedStatement query) throws SQLException {
        try (ResultSet result = query.executeQuery()) {
            result.next();
            return result.getLong(1);
        }
    }

    /// Makes the table and fills it in batches.
    ///
    /// @param shares a number from 0 to 1 for each row, for filters
    default void load(VectorFile vectors, double[] shares) throws SQLException {
        try (Connection connection = connect()) {
            createTable(connection, vectors.dimension());
            try (PreparedStatement insert =
                    connection.prepareStatement("INSERT INTO items VALUES (?, ?, %s)".formatted(placeholder()))) {
                for (int row = 0; row < vectors.rows(); row++) {
                    insert.setLong(1, row);
                    insert.setDouble(2, shares[row]);
                    insert.setObject(3, parameter(vectors.floats(row)));
                    insert.addBatch();
                    if ((row + 1) % 1_000 == 0 || row + 1 == vectors.rows()) {
                        insert.executeBatch();
                    }
                }
            }
        }
    }

    /// Makes the table and fills it from text.
    ///
    /// @param file from [#writeText]
    default void copy(int dimension, Path file) throws SQLException {
        try (Connection connection = connect();
                InputStream rows = Files.newInputStream(file)) {
            createTable(connection, dimension);
            copyIn(connection, rows);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void createTable(Connection connection, int dimension) throws SQLException {
        execute(connection, "DROP TABLE IF EXISTS items");
        execute(
                connection,
                "CREATE TABLE items (id BIGINT PRIMARY KEY, share DOUBLE PRECISION, v VECTOR(%d))"
                        .formatted(dimension));
    }

    /// The rows of [#load] as text.
    static void writeText(VectorFile vectors, double[] shares, Path file) throws IOException {
        try (BufferedWriter text = Files.newBufferedWriter(file)) {
            for (int row = 0; row < vectors.rows(); row++) {
                text.write(row + "\t" + shares[row] + "\t" + text(vectors.floats(row)) + "\n");
            }
        }
    }

    private static String text(float[] vector) {
        var text = new StringJoiner(",", "[", "]");
        for (float value : vector) {
            text.add(Float.toString(value));
        }
        return text.toString();
    }

    /// Is the table there from an earlier run, with as many rows?
    default boolean holds(int rows) {
        try (Connection connection = connect();
                PreparedStatement count = connection.prepareStatement("SELECT count(*) FROM items")) {
            return first(count) == rows;
        } catch (SQLException e) { // there is no such table
            return false;
        }
    }

    /// Builds the index, after dropping the one that is there.
    ///
    /// @param with options of the index beside m and ef_construction
    default void index(String metric, List<String> with) throws SQLException {
        var options = new ArrayList<>(List.of("m = 16", "ef_construction = 200"));
        options.addAll(with);
        try (Connection connection = connect()) {
            execute(connection, "DROP INDEX IF EXISTS items_v");
            execute(
                    connection,
                    "CREATE INDEX items_v ON items USING hnsw (v vector_%s_ops) WITH (%s)"
                            .formatted(metric, String.join(", ", options)));
            awaitIndex(connection);
        }
    }

    /// @param filter rows whose share is less pass; 1: all
    default String search(String metric, int k, double filter) {
        String operator = metric.equals("cosine") ? "<=>" : metric.equals("ip") ? "<#>" : "<->";
        String where = filter >= 1 ? "" : String.format(Locale.ROOT, "WHERE share < %s ", filter);
        return "SELECT id FROM items %sORDER BY v %s %s LIMIT %d".formatted(where, operator, placeholder(), k);
    }

    /// As many as there are clients, ready to search.
    default List<Connection> clients(int count, int effort, boolean filtered) throws SQLException {
        var clients = new ArrayList<Connection>();
        for (int i = 0; i < count; i++) {
            Connection connection = connect();
            clients.add(connection);
            for (String statement : prepare(effort, filtered)) {
                execute(connection, statement);
            }
        }
        return clients;
    }
}
