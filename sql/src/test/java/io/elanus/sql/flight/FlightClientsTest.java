package io.elanus.sql.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.elanus.sql.doors.RealServer;
import java.math.BigDecimal;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.arrow.adbc.core.AdbcConnection;
import org.apache.arrow.adbc.core.AdbcDatabase;
import org.apache.arrow.adbc.core.AdbcDriver;
import org.apache.arrow.adbc.core.AdbcException;
import org.apache.arrow.adbc.core.AdbcStatement;
import org.apache.arrow.adbc.core.BulkIngestMode;
import org.apache.arrow.adbc.driver.flightsql.FlightSqlDriver;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The clients that users have: Arrow's JDBC driver, as the one jar that it is, and ADBC.
@Timeout(90)
@SuppressWarnings("NullAway.Init")
class FlightClientsTest {
    private static final Path DRIVER = Path.of("target", "test-clients", "flight-sql-jdbc-driver.jar");

    @TempDir
    static Path folder;

    private static RealServer server;

    @BeforeAll
    static void start() throws Exception {
        server = RealServer.start(folder);
        try (var setUp = new SqlOverFlight(server)) {
            setUp.update("CREATE TABLE songs (id BIGINT PRIMARY KEY, title VARCHAR, price DECIMAL(8, 2), v VECTOR(3))");
            setUp.update("INSERT INTO songs VALUES (1, 'Erlkönig', 1.50, '[1, 0, 0]'), (2, NULL, NULL, NULL)");
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void theFlightSqlJdbcDriverConnectsReadsMetadataAndRunsStatements() throws Exception {
        assumeTrue(Files.exists(DRIVER), "The driver's jar was not copied");
        // Stays open: the driver's threads end after its connections.
        var jar = new URLClassLoader(new URL[] {DRIVER.toUri().toURL()}, ClassLoader.getPlatformClassLoader());
        Driver driver = (Driver) jar.loadClass("org.apache.arrow.driver.jdbc.ArrowFlightJdbcDriver")
                .getDeclaredConstructor()
                .newInstance();
        var properties = new Properties();
        properties.put("user", "ann");
        properties.put("password", "secret");
        String url = "jdbc:arrow-flight-sql://" + server.flightAddress() + "/?useEncryption=false";
        try (Connection connection = driver.connect(url, properties)) {
            metadata(connection);
            statements(connection);
            errors(connection);
        }
        try (Connection anonymous = driver.connect(url, new Properties())) {
            assertThat(rows(anonymous, "SELECT count(*) FROM songs WHERE id < 3"))
                    .containsExactly("2");
        }
    }

    private static void metadata(Connection connection) throws SQLException {
        var metadata = connection.getMetaData();
        assertThat(metadata.getDatabaseProductName()).isEqualTo("Elanus");
        assertThat(metadata.supportsTransactions()).isFalse();
        assertThat(metadata.getIdentifierQuoteString()).isEqualTo("\"");
        try (ResultSet tables = metadata.getTables(null, "public", "songs", null)) {
            assertThat(tables.next()).isTrue();
            assertThat(tables.getString("TABLE_TYPE")).isEqualTo("TABLE");
        }
        try (ResultSet columns = metadata.getColumns(null, "public", "songs", null)) {
            var types = new ArrayList<String>();
            while (columns.next()) {
                types.add(columns.getString("COLUMN_NAME") + " " + columns.getInt("DATA_TYPE"));
            }
            assertThat(types)
                    .containsExactly(
                            "id " + java.sql.Types.BIGINT,
                            "title " + java.sql.Types.VARCHAR,
                            "price " + java.sql.Types.DECIMAL,
                            "v " + java.sql.Types.ARRAY);
        }
        try (ResultSet keys = metadata.getPrimaryKeys(null, "public", "songs")) {
            assertThat(keys.next()).isTrue();
            assertThat(keys.getString("COLUMN_NAME")).isEqualTo("id");
        }
    }

    private static void statements(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE made_by_jdbc (id BIGINT PRIMARY KEY, t VARCHAR, d DOUBLE)");
            assertThat(statement.executeUpdate("INSERT INTO made_by_jdbc VALUES (1, 'a', 0.5), (2, NULL, NULL)"))
                    .isEqualTo(2);
        }
        assertThat(rows(connection, "SELECT * FROM made_by_jdbc ORDER BY id"))
                .containsExactly("1|a|0.5", "2|NULL|NULL");
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO made_by_jdbc VALUES (?, ?, ?)")) {
            for (int i = 10; i < 20; i++) {
                insert.setLong(1, i);
                insert.setString(2, "batch");
                insert.setDouble(3, i / 4.0);
                insert.addBatch();
            }
            insert.executeBatch();
        }
        try (PreparedStatement find =
                connection.prepareStatement("SELECT count(*), max(d) FROM made_by_jdbc WHERE t = ? AND id > ?")) {
            find.setString(1, "batch");
            find.setLong(2, 14);
            try (ResultSet found = find.executeQuery()) {
                assertThat(found.next()).isTrue();
                assertThat(found.getLong(1)).isEqualTo(5);
                assertThat(found.getDouble(2)).isEqualTo(4.75);
            }
        }
        try (Statement statement = connection.createStatement();
                ResultSet songs = statement.executeQuery("SELECT title, price, v FROM songs ORDER BY id LIMIT 1")) {
            assertThat(songs.next()).isTrue();
            assertThat(songs.getString(1)).isEqualTo("Erlkönig");
            assertThat(songs.getBigDecimal(2)).isEqualTo(new BigDecimal("1.50"));
            assertThat((Object[]) songs.getArray(3).getArray()).containsExactly(1f, 0f, 0f);
        }
    }

    private static void errors(Connection connection) throws SQLException {
        assertThatThrownBy(() -> rows(connection, "SELECT titel FROM songs"))
                .hasStackTraceContaining("42703")
                .hasStackTraceContaining("Did you mean");
        assertThat(rows(connection, "SELECT 1")).containsExactly("1");
    }

    private static List<String> rows(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            return RealServer.rows(result);
        }
    }

    @Test
    void adbcQueriesBindsIngestsAndReadsWhatThereIs() throws Exception {
        try (BufferAllocator memory = new RootAllocator();
                AdbcDatabase database = new FlightSqlDriver(memory).open(options());
                AdbcConnection connection = database.connect()) {
            assertThat(rows(connection, "SELECT id, title, v FROM songs ORDER BY id"))
                    .containsExactly("1|Erlkönig|[1.0,0.0,0.0]", "2|null|null");
            try (var objects =
                    connection.getObjects(AdbcConnection.GetObjectsDepth.TABLES, null, "public", "songs", null, null)) {
                assertThat(objects.loadNextBatch()).isTrue();
                assertThat(objects.getVectorSchemaRoot().contentToTSVString()).contains("songs");
            }
            try (var info = connection.getInfo()) {
                assertThat(info.getVectorSchemaRoot().getRowCount()).isZero();
                assertThat(info.loadNextBatch()).isTrue();
            }
            ingest(memory, connection);
            bind(memory, connection);
            assertThatThrownBy(() -> rows(connection, "SELECT nothing"))
                    .isInstanceOf(AdbcException.class)
                    .hasMessageContaining("42703");
            assertThat(rows(connection, "SELECT 1")).containsExactly("1");
        }
    }

    private static Map<String, Object> options() {
        var options = new HashMap<String, Object>();
        AdbcDriver.PARAM_URI.set(options, "grpc+tcp://" + server.flightAddress());
        return options;
    }

    private static void ingest(BufferAllocator memory, AdbcConnection connection) throws Exception {
        // Its CREATE mode writes the statement itself, and knows no type for a vector.
        try (AdbcStatement create = connection.createStatement()) {
            create.setSqlQuery("CREATE TABLE made_by_adbc (id BIGINT PRIMARY KEY, v VECTOR(8))");
            create.executeUpdate();
        }
        try (VectorSchemaRoot rows = TestRows.vectors(memory, 1_000, 8)) {
            append(connection, rows);
            for (int row = 0; row < 1_000; row++) {
                ((BigIntVector) rows.getVector("id")).set(row, 1_000 + row);
            }
            append(connection, rows);
        }
        assertThat(rows(connection, "SELECT count(*), max(id) FROM made_by_adbc"))
                .containsExactly("2000|1999");
    }

    private static void append(AdbcConnection connection, VectorSchemaRoot rows) throws Exception {
        try (AdbcStatement append = connection.bulkIngest("made_by_adbc", BulkIngestMode.APPEND)) {
            append.bind(rows);
            append.executeUpdate();
        }
    }

    private static void bind(BufferAllocator memory, AdbcConnection connection) throws Exception {
        try (AdbcStatement find = connection.createStatement();
                VectorSchemaRoot values = TestRows.vectors(memory, 1, 8)) {
            find.setSqlQuery("SELECT count(*) FROM made_by_adbc WHERE id >= ? AND v <-> ? >= 0");
            find.prepare();
            find.bind(values);
            try (var result = find.executeQuery();
                    var reader = result.getReader()) {
                assertThat(reader.loadNextBatch()).isTrue();
                assertThat(SqlOverFlight.texts(reader.getVectorSchemaRoot())).containsExactly("2000");
            }
        }
    }

    private static List<String> rows(AdbcConnection connection, String sql) throws Exception {
        try (AdbcStatement statement = connection.createStatement()) {
            statement.setSqlQuery(sql);
            try (var result = statement.executeQuery();
                    var reader = result.getReader()) {
                var rows = new ArrayList<String>();
                while (reader.loadNextBatch()) {
                    rows.addAll(SqlOverFlight.texts(reader.getVectorSchemaRoot()));
                }
                return rows;
            }
        }
    }
}
