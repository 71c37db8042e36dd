package io.elanus.sql.doors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.Date;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The least that every JDBC client needs, through the real driver on a real server.
@Timeout(120)
class JdbcTest {
    private static final int MAX_STATEMENTS = 100;

    private static @Nullable RealServer started;

    @BeforeAll
    static void start(@TempDir Path data) throws SQLException {
        started = RealServer.start(data, Map.of("jdbc.max-statements", Integer.toString(MAX_STATEMENTS)));
        try (Connection connection = server().connect()) {
            RealServer.run(
                    connection,
                    "CREATE TABLE kinds (id BIGINT PRIMARY KEY, v VECTOR(3), name VARCHAR(20), n INTEGER, sm SMALLINT,"
                            + " ti TINYINT, r REAL, d DOUBLE, price DECIMAL(10,2), day DATE, tod TIME, at TIMESTAMP,"
                            + " tz TIMESTAMP WITH TIME ZONE, raw VARBINARY, doc JSON, u UUID, ok BOOLEAN)",
                    "CREATE TABLE numbers (id BIGINT PRIMARY KEY, n INTEGER)",
                    "CREATE TABLE vectors_of (id BIGINT PRIMARY KEY, v VECTOR(3))",
                    "CREATE INDEX vectors_of_v ON vectors_of USING hnsw (v vector_l2_ops)");
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO numbers VALUES (?, ?)")) {
                for (int i = 0; i < 20_000; i++) {
                    insert.setLong(1, i);
                    insert.setInt(2, i % 7);
                    insert.addBatch();
                }
                assertThat(insert.executeBatch()).hasSize(20_000).containsOnly(1);
            }
        }
    }

    @AfterAll
    static void stopsWithoutLeaks() {
        server().close();
    }

    private static RealServer server() {
        if (started == null) {
            throw new IllegalStateException("The server did not start");
        }
        return started;
    }

    @Test
    void takesAFileFromTheClient() throws SQLException {
        try (Connection connection = server().connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE sent (id BIGINT PRIMARY KEY, name VARCHAR, v VECTOR(2))");
            var csv = new StringBuilder();
            for (int i = 0; i < 20_000; i++) {
                csv.append(i).append(",name,\"[").append(i).append(",1]\"\n");
            }
            io.elanus.jdbc.CopyIn copy = connection.unwrap(io.elanus.jdbc.CopyIn.class);
            byte[] file = csv.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
            assertThat(copy.copyIn("COPY sent FROM STDIN", new java.io.ByteArrayInputStream(file)))
                    .isEqualTo(20_000);
            assertThatThrownBy(() -> copy.copyIn("COPY sent FROM STDIN", new java.io.ByteArrayInputStream(file)))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("23505"))
                    .hasMessageContaining("row [1]");
            assertThatThrownBy(() -> copy.copyIn("SELECT 1", new java.io.ByteArrayInputStream(file)))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("08P01"));
            try (ResultSet count = statement.executeQuery("SELECT count(*) FROM sent")) {
                assertThat(count.next()).isTrue();
                assertThat(count.getLong(1)).isEqualTo(20_000);
            }
            statement.execute("DROP TABLE sent");
        }
    }

    @Test
    void bindsAndReadsValuesOfEveryType() throws SQLException {
        UUID uuid = UUID.fromString("123e4567-e89b-12d3-a456-426614174000");
        LocalDate day = LocalDate.of(2026, 2, 28);
        LocalTime time = LocalTime.of(23, 59, 58, 123_456_000);
        LocalDateTime at = LocalDateTime.of(1969, 12, 31, 23, 59, 59, 999_999_000);
        OffsetDateTime zoned = OffsetDateTime.of(2026, 6, 1, 12, 0, 0, 1000, ZoneOffset.ofHours(2));
        List<Object> values = List.of(
                1L,
                new float[] {1, 2.5f, -3},
                "Zoë 😀",
                42,
                (short) -3,
                (byte) 7,
                1.5f,
                -2.25,
                new BigDecimal("12.30"),
                day,
                time,
                at,
                zoned,
                new byte[] {0, -1, 127},
                "{\"a\":[1,2]}",
                uuid,
                true);
        try (Connection connection = server().connect();
                PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO kinds VALUES (?" + ",?".repeat(16) + ")");
                PreparedStatement select = connection.prepareStatement("SELECT * FROM kinds WHERE id = ?")) {
            for (int i = 0; i < values.size(); i++) {
                insert.setObject(i + 1, values.get(i));
            }
            assertThat(insert.executeUpdate()).isEqualTo(1);
            select.setLong(1, 1);
            try (ResultSet row = select.executeQuery()) {
                assertThat(row.next()).isTrue();
                assertThat(row.getObject("v", float[].class)).containsExactly(1, 2.5f, -3);
                assertThat(row.getString("v")).isEqualTo("[1,2.5,-3]");
                assertThat(row.getString("name")).isEqualTo("Zoë 😀");
                assertThat(row.getInt("n")).isEqualTo(42);
                assertThat(row.getShort("sm")).isEqualTo((short) -3);
                assertThat(row.getByte("ti")).isEqualTo((byte) 7);
                assertThat(row.getFloat("r")).isEqualTo(1.5f);
                assertThat(row.getDouble("d")).isEqualTo(-2.25);
                assertThat(row.getBigDecimal("price")).isEqualByComparingTo("12.30");
                assertThat(row.getObject("day", LocalDate.class)).isEqualTo(day);
                assertThat(row.getDate("day")).isEqualTo(Date.valueOf(day));
                assertThat(row.getObject("tod", LocalTime.class)).isEqualTo(time);
                assertThat(row.getObject("at", LocalDateTime.class)).isEqualTo(at);
                assertThat(row.getTimestamp("at")).isEqualTo(Timestamp.valueOf(at));
                assertThat(row.getObject("tz", OffsetDateTime.class).toInstant())
                        .isEqualTo(zoned.toInstant());
                assertThat(row.getObject("tz", Instant.class)).isEqualTo(zoned.toInstant());
                assertThat(row.getBytes("raw")).containsExactly(0, -1, 127);
                assertThat(row.getString("doc")).isEqualTo("{\"a\":[1,2]}");
                assertThat(row.getObject("u")).isEqualTo(uuid);
                assertThat(row.getBoolean("ok")).isTrue();
            }
        }
    }

    @Test
    void bindsAndReadsNulls() throws SQLException {
        try (Connection connection = server().connect();
                PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO kinds VALUES (?" + ",?".repeat(16) + ")");
                PreparedStatement select = connection.prepareStatement("SELECT * FROM kinds WHERE id = ?")) {
            insert.setLong(1, 2);
            for (int i = 2; i <= 17; i++) {
                insert.setNull(i, java.sql.Types.NULL);
            }
            assertThat(insert.executeUpdate()).isEqualTo(1);
            select.setLong(1, 2);
            try (ResultSet row = select.executeQuery()) {
                assertThat(row.next()).isTrue();
                for (int i = 2; i <= 17; i++) {
                    assertThat(row.getObject(i)).isNull();
                    assertThat(row.wasNull()).isTrue();
                }
            }
        }
    }

    @Test
    void bindsVectorsInEveryForm() throws SQLException {
        List<Object> forms = List.of(
                new float[] {1, 2, 3},
                new double[] {1, 2, 3},
                "[1,2,3]",
                List.of(1, 2, 3),
                java.nio.ByteBuffer.allocate(12)
                        .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                        .putFloat(1)
                        .putFloat(2)
                        .putFloat(3)
                        .array());
        try (Connection connection = server().connect();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO vectors_of VALUES (?, ?)");
                PreparedStatement nearest = connection.prepareStatement(
                        "SELECT id, v FROM vectors_of WHERE v <-> ? < 0.1 ORDER BY v <-> ?, id LIMIT 10")) {
            for (int i = 0; i < forms.size(); i++) {
                insert.setInt(1, i);
                insert.setObject(2, forms.get(i));
                insert.addBatch();
            }
            assertThat(insert.executeBatch()).containsOnly(1);
            for (Object form : forms) {
                nearest.setObject(1, form);
                nearest.setObject(2, form);
                assertThat(RealServer.rows(nearest.executeQuery()))
                        .containsExactly("0|[1,2,3]", "1|[1,2,3]", "2|[1,2,3]", "3|[1,2,3]", "4|[1,2,3]");
            }
        }
    }

    @Test
    void countsTheRowsOfABatchAndSaysWhatBrokeIt() throws SQLException {
        try (Connection connection = server().connect();
                Statement statement = connection.createStatement()) {
            RealServer.run(connection, "CREATE TABLE batched (id BIGINT PRIMARY KEY, n INTEGER)");
            statement.addBatch("INSERT INTO batched VALUES (1, 1), (2, 2)");
            statement.addBatch("UPDATE batched SET n = 5");
            statement.addBatch("DELETE FROM batched WHERE id = 1");
            assertThat(statement.executeBatch()).containsExactly(2, 2, 1);
            statement.addBatch("INSERT INTO batched VALUES (3, 3)");
            statement.addBatch("INSERT INTO batched VALUES (2, 2)");
            BatchUpdateException error = catchThrowableOfType(BatchUpdateException.class, statement::executeBatch);
            assertThat(error.getSQLState()).isEqualTo("23505");
            assertThat(statement.executeBatch())
                    .as("the batch is empty afterwards")
                    .isEmpty();
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO batched VALUES (?, ?)")) {
                for (String value : List.of("1", "two")) {
                    insert.setLong(1, 10);
                    insert.setString(2, value);
                    insert.addBatch();
                }
                error = catchThrowableOfType(BatchUpdateException.class, insert::executeBatch);
                assertThat(error.getSQLState()).isEqualTo("22P02");
                assertThat(error.getCause()).isInstanceOf(SQLException.class);
            }
        }
    }

    @Test
    void readsEveryRowWithEveryFetchSizeAndNoMoreThanAsked() throws SQLException {
        try (Connection connection = server().connect();
                PreparedStatement prepared = connection.prepareStatement("SELECT id FROM numbers ORDER BY id");
                Statement statement = connection.createStatement()) {
            for (int fetchSize : List.of(0, 999, 1_000_000)) {
                prepared.setFetchSize(fetchSize);
                statement.setFetchSize(fetchSize);
                assertThat(RealServer.rows(prepared.executeQuery())).hasSize(20_000);
                assertThat(RealServer.rows(statement.executeQuery("SELECT * FROM numbers")))
                        .hasSize(20_000);
            }
            prepared.setMaxRows(7);
            statement.setMaxRows(7);
            assertThat(RealServer.rows(prepared.executeQuery())).hasSize(7);
            assertThat(RealServer.rows(statement.executeQuery("SELECT * FROM numbers")))
                    .hasSize(7);
        }
    }

    private static final String ENDLESS = "SELECT count(*) FROM numbers a, numbers b, numbers c WHERE a.n + b.n = c.n";

    @Test
    void statementsThatFailLeaveNothingOpen() throws SQLException {
        try (Connection connection = server().connect()) {
            for (int i = 0; i < MAX_STATEMENTS + 10; i++) {
                assertThatThrownBy(() -> RealServer.rows(connection, "SELECT nope FROM numbers"))
                        .hasMessageContaining("nope");
            }
            assertThat(RealServer.rows(connection, "SELECT 1")).containsExactly("1");
        }
    }

    @Test
    void endsAStatementAtItsTimeout() throws SQLException {
        try (Connection connection = server().connect();
                Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            long start = System.nanoTime();
            assertThatThrownBy(() -> RealServer.rows(statement.executeQuery(ENDLESS)))
                    .isInstanceOf(java.sql.SQLTimeoutException.class)
                    .hasFieldOrPropertyWithValue("SQLState", "57014")
                    .hasMessageContaining("timeout");
            assertThat(System.nanoTime() - start).isBetween(900_000_000L, 10_000_000_000L);
            statement.setQueryTimeout(0);
            assertThat(RealServer.rows(statement.executeQuery("SELECT 1"))).containsExactly("1");
        }
    }

    /// Running, still being planned, and a batch: a cancel finds each.
    @ParameterizedTest
    @ValueSource(strings = {"run", "plan", "batch"})
    void cancelsWhateverAStatementDoes(String what) throws Exception {
        try (Connection connection = server().connect();
                Statement plain = connection.createStatement();
                PreparedStatement batch = connection.prepareStatement("UPDATE numbers SET n = n WHERE id = ?");
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; what.equals("batch") && i < 5_000; i++) {
                batch.setInt(1, i);
                batch.addBatch();
            }
            Statement statement = what.equals("batch") ? batch : plain;
            CompletableFuture<@Nullable SQLException> outcome = CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            switch (what) {
                                case "run" -> RealServer.rows(plain.executeQuery(ENDLESS));
                                case "plan" -> RealServer.rows(plain.executeQuery(longList()));
                                default -> batch.executeBatch();
                            }
                            return null;
                        } catch (SQLException e) {
                            return e;
                        }
                    },
                    threads);
            while (!outcome.isDone()) {
                statement.cancel();
            }
            SQLException error = outcome.join();
            assertThat((Throwable) error).as("it was cancelled").isNotNull();
            assertThat(error.getSQLState()).as(error.getMessage()).isEqualTo("57014");
            assertThat(RealServer.rows(plain.executeQuery("SELECT 1"))).containsExactly("1");
        }
    }

    private static String longList() {
        return IntStream.range(0, 16_000)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(",", "SELECT count(*) FROM numbers WHERE id IN (", ")"));
    }

    @Test
    void saysHonestlyWhatTransactionsDo() throws SQLException {
        try (Connection connection = server().connect()) {
            assertThat(connection.getAutoCommit()).isTrue();
            connection.setAutoCommit(false);
            RealServer.run(connection, "BEGIN", "COMMIT", "ROLLBACK");
            connection.commit();
            connection.rollback();
            connection.setAutoCommit(true);
            assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
            assertThat((Throwable) connection.getWarnings()).isNull();
            connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            assertThat(connection.getWarnings().getMessage()).contains("READ COMMITTED");
            connection.setReadOnly(true);
            assertThatThrownBy(() -> RealServer.run(connection, "INSERT INTO numbers VALUES (-1, 1)"))
                    .hasFieldOrPropertyWithValue("SQLState", "25006");
            connection.setReadOnly(false);
            assertThat(connection.isValid(5)).isTrue();
            try (PreparedStatement keys = connection.prepareStatement(
                    "UPDATE numbers SET n = n WHERE id = 1", Statement.RETURN_GENERATED_KEYS)) {
                assertThat(keys.executeUpdate()).isEqualTo(1);
                try (ResultSet changed = keys.getGeneratedKeys()) {
                    assertThat(changed.next()).isTrue();
                    assertThat(changed.getLong("id")).isEqualTo(1);
                }
            }
            connection.close();
            connection.close();
            assertThat(connection.isClosed()).isTrue();
        }
    }

    @Test
    void describesTablesKeysAndIndexes() throws SQLException {
        try (Connection connection = server().connect()) {
            DatabaseMetaData metadata = connection.getMetaData();
            assertThat(names(metadata.getTables(null, "public", "vectors\\_of", null), "TABLE_NAME"))
                    .containsExactly("vectors_of");
            assertThat(names(metadata.getTables(null, null, "%umber%", new String[] {"TABLE"}), "TABLE_NAME"))
                    .containsExactly("numbers");
            RealServer.run(
                    connection,
                    "COMMENT ON TABLE vectors_of IS 'points'",
                    "COMMENT ON COLUMN vectors_of.v IS 'where it is'");
            assertThat(names(metadata.getTables(null, "public", "vectors\\_of", null), "REMARKS"))
                    .containsExactly("points");
            try (ResultSet columns = metadata.getColumns(null, "public", "vectors_of", "v")) {
                assertThat(columns.next()).isTrue();
                assertThat(columns.getString("REMARKS")).isEqualTo("where it is");
                assertThat(columns.getInt("COLUMN_SIZE")).isEqualTo(3);
                assertThat(columns.getString("TYPE_NAME")).startsWith("VECTOR");
            }
            assertThat(names(metadata.getPrimaryKeys(null, null, "kinds"), "COLUMN_NAME"))
                    .containsExactly("id");
            assertThat(names(metadata.getTablePrivileges(null, "public", "vectors_of"), "PRIVILEGE"))
                    .containsExactly("DELETE", "INSERT", "SELECT", "TRUNCATE", "UPDATE");
            assertThat(names(metadata.getTablePrivileges(null, null, "vectors\\_of"), "IS_GRANTABLE"))
                    .containsOnly("YES");
            assertThat(names(metadata.getColumnPrivileges(null, "public", "vectors_of", "i%"), "GRANTEE"))
                    .containsExactly("elanus", "elanus", "elanus");
            assertThat(names(metadata.getIndexInfo(null, "public", "vectors_of", false, true), "INDEX_NAME"))
                    .contains("vectors_of_v");
            assertThat(names(metadata.getTypeInfo(), "TYPE_NAME")).contains("VECTOR", "BIGINT", "UUID");
            assertThat(names(metadata.getCatalogs(), "TABLE_CAT")).containsExactly("elanus");
            assertThat(names(metadata.getSchemas(), "TABLE_SCHEM")).contains("public", "information_schema");
            assertThat(metadata.getDatabaseProductName()).isEqualTo("Elanus");
            assertThat(metadata.getIdentifierQuoteString()).isEqualTo("\"");
        }
    }

    private static List<String> names(ResultSet result, String column) throws SQLException {
        var names = new ArrayList<String>();
        try (result) {
            while (result.next()) {
                names.add(result.getString(column));
            }
        }
        return names;
    }

    @Test
    void noGetterOfTheMetadataThrows() throws Exception {
        var failed = new ArrayList<String>();
        try (Connection connection = server().connect()) {
            DatabaseMetaData metadata = connection.getMetaData();
            for (Method method : DatabaseMetaData.class.getMethods()) {
                try {
                    Object answer = method.invoke(
                            metadata,
                            Stream.of(method.getParameterTypes())
                                    .map(JdbcTest::argument)
                                    .toArray());
                    if (answer instanceof ResultSet rows) {
                        RealServer.rows(rows);
                    }
                } catch (InvocationTargetException e) {
                    failed.add(method.getName() + ": " + e.getCause());
                }
            }
        }
        assertThat(failed).isEmpty();
    }

    private static @Nullable Object argument(Class<?> type) {
        if (type == int.class) {
            return 1;
        }
        if (type == boolean.class) {
            return true;
        }
        if (type == Class.class) {
            return DatabaseMetaData.class;
        }
        return type == String.class ? "numbers" : null;
    }

    @Test
    void triesTheNextHostAndSaysWhenThereIsNone() throws SQLException {
        try (Connection connection =
                DriverManager.getConnection("jdbc:elanus://127.0.0.1:1," + server().address() + "/public")) {
            assertThat(RealServer.rows(connection, "SELECT 1")).containsExactly("1");
        }
        assertThatThrownBy(() -> DriverManager.getConnection("jdbc:elanus://127.0.0.1:1/public"))
                .isInstanceOf(SQLException.class)
                .hasFieldOrPropertyWithValue("SQLState", "08001")
                .hasMessageContaining("HINT: Start one");
        assertThatThrownBy(() -> server().connect("?consistancy=strong"))
                .hasFieldOrPropertyWithValue("SQLState", "22023")
                .hasMessageContaining("Did you mean \"consistency\"?");
        assertThatThrownBy(() -> server().connect("?consistency=perfect"))
                .hasFieldOrPropertyWithValue("SQLState", "22023")
                .hasMessageContaining("strong, bounded, session");
        try (Connection connection = server().connect("?consistency=strong&vectorType=varchar")) {
            assertThat(RealServer.rows(connection, "SHOW consistency")).containsExactly("strong");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"protobuf", "json"})
    void answersTheStockAvaticaClient(String serialization) throws SQLException {
        try (Connection connection = server().stock(serialization)) {
            RealServer.run(
                    connection,
                    "CREATE TABLE stock_" + serialization + " (id BIGINT PRIMARY KEY, v VECTOR(2), s VARCHAR)");
            try (PreparedStatement insert =
                    connection.prepareStatement("INSERT INTO stock_" + serialization + " VALUES (?, ?, ?)")) {
                for (int i = 1; i <= 3; i++) {
                    insert.setLong(1, i);
                    insert.setString(2, "[" + i + ",0]");
                    insert.setString(3, "s" + i);
                    insert.addBatch();
                }
                assertThat(insert.executeBatch()).containsExactly(1, 1, 1);
            }
            assertThat(RealServer.rows(
                            connection,
                            "SELECT id, v, s FROM stock_" + serialization + " ORDER BY v <-> '[3,0]' LIMIT 2"))
                    .containsExactly("3|[3,0]|s3", "2|[2,0]|s2");
            try (Statement statement = connection.createStatement()) {
                statement.setFetchSize(500);
                assertThat(RealServer.rows(statement.executeQuery("SELECT id FROM numbers")))
                        .hasSize(20_000);
                assertThatThrownBy(() -> statement.executeQuery("SELECT nme FROM kinds"))
                        .hasFieldOrPropertyWithValue("SQLState", "42703")
                        .hasMessageContaining("Did you mean \"name\"?");
            }
            assertThat(names(connection.getMetaData().getTables(null, "public", "stock%", null), "TABLE_NAME"))
                    .contains("stock_" + serialization);
        }
    }
}
