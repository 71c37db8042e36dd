package io.elanus.sql.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.sql.doors.RealServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.ObjIntConsumer;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.sql.FlightSqlClient.ExecuteIngestOptions;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableExistsOption;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableNotExistOption;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `CommandStatementIngest`: rows in bulk, into tables that exist and that it makes.
@Timeout(60)
@SuppressWarnings("NullAway.Init")
class FlightIngestTest {
    private static final String ALL_TYPES = """
            CREATE TABLE %s (id BIGINT PRIMARY KEY, b BOOLEAN, i1 TINYINT, i2 SMALLINT, i4 INTEGER, r REAL, d DOUBLE,
              n DECIMAL(20, 3), t VARCHAR, t5 VARCHAR(5), bin VARBINARY, da DATE, ti TIME, ts TIMESTAMP,
              tz TIMESTAMP WITH TIME ZONE, u UUID, j JSON, a INTEGER ARRAY, v VECTOR(3), h VECTOR(2, FLOAT16),
              bf VECTOR(2, BFLOAT16), v8 VECTOR(2, INT8), bits VECTOR(8, BINARY))
            """;

    @TempDir
    static Path folder;

    private static RealServer server;
    private SqlOverFlight flight;

    @BeforeAll
    static void start() {
        server = RealServer.start(folder, Map.of("listen.flight.max-message", "1 MB"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void connect() {
        flight = new SqlOverFlight(server);
    }

    @AfterEach
    void disconnect() throws Exception {
        flight.close();
    }

    private long ingest(VectorSchemaRoot rows, String table, String... options) {
        return ingest(
                rows,
                table,
                TableNotExistOption.TABLE_NOT_EXIST_OPTION_FAIL,
                TableExistsOption.TABLE_EXISTS_OPTION_APPEND,
                options);
    }

    private long ingest(
            VectorSchemaRoot rows,
            String table,
            TableNotExistOption missing,
            TableExistsOption existing,
            String... options) {
        var all = new java.util.HashMap<String, String>();
        for (int i = 0; i < options.length; i += 2) {
            all.put(options[i], options[i + 1]);
        }
        var definition = TableDefinitionOptions.newBuilder()
                .setIfNotExist(missing)
                .setIfExists(existing)
                .build();
        return flight.sql.executeIngest(rows, new ExecuteIngestOptions(table, definition, false, null, null, all));
    }

    private static Field field(String name, ArrowType type, Field... children) {
        return new Field(name, FieldType.nullable(type), List.of(children));
    }

    private static final ArrowType LONG = new ArrowType.Int(64, true);
    private static final ArrowType FLOAT = new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);

    private VectorSchemaRoot rows(Schema schema, int count, ObjIntConsumer<VectorSchemaRoot> fill) {
        var root = VectorSchemaRoot.create(schema, flight.memory);
        root.allocateNew();
        for (int row = 0; row < count; row++) {
            fill.accept(root, row);
        }
        root.setRowCount(count);
        return root;
    }

    private VectorSchemaRoot vectors(int from, int count, int dimension) {
        var schema = new Schema(List.of(
                field("id", LONG),
                field("title", ArrowType.Utf8.INSTANCE),
                field("v", new ArrowType.FixedSizeList(dimension), field("item", FLOAT))));
        return rows(schema, count, (root, row) -> {
            ((BigIntVector) root.getVector("id")).setSafe(row, from + row);
            ((VarCharVector) root.getVector("title"))
                    .setSafe(row, ("Töne " + (from + row)).getBytes(StandardCharsets.UTF_8));
            var list = (FixedSizeListVector) root.getVector("v");
            list.setNotNull(row);
            for (int i = 0; i < dimension; i++) {
                ((Float4Vector) list.getDataVector()).setSafe(row * dimension + i, row + i / 10f);
            }
        });
    }

    @Test
    void rowsOfEveryTypeAndTheirNullsComeBackAsTheyWere() throws Exception {
        flight.update(ALL_TYPES.formatted("every_type"));
        flight.update("""
                INSERT INTO every_type VALUES (1, true, -7, 300, 70000, 1.5, 2.25, 12345.678, 'tëxt', 'five5', X'00ff',
                  DATE '2024-02-29', TIME '23:59:59.123456', TIMESTAMP '1969-12-31 23:59:59.999999',
                  '2024-01-01 00:00:00+02:00', UUID '123e4567-e89b-12d3-a456-426614174000',
                  '{"a": [1]}', ARRAY[1, NULL, 3], '[1, 2, 3]', '[1, 0.5]', '[1, -2]', '[-128, 127]', X'a5')""");
        flight.update("INSERT INTO every_type (id) VALUES (2)");
        flight.update(ALL_TYPES.formatted("copied"));
        copy("SELECT * FROM every_type ORDER BY id", "copied", "error");
        assertThat(flight.rows("SELECT * FROM copied ORDER BY id"))
                .isEqualTo(flight.rows("SELECT * FROM every_type ORDER BY id"));
        copy("SELECT * FROM every_type", "made_from_it", "create");
        FlightInfo made = flight.sql.execute("SELECT * FROM made_from_it ORDER BY id");
        assertThat(made.getSchemaOptional().orElseThrow().getFields())
                .extracting(field -> field.getMetadata().get("elanus.type"))
                .isEqualTo(
                        flight
                                .sql
                                .execute("SELECT * FROM every_type")
                                .getSchemaOptional()
                                .orElseThrow()
                                .getFields()
                                .stream()
                                .map(field -> field.getMetadata().get("elanus.type"))
                                .toList());
        assertThat(flight.rows(made)).isEqualTo(flight.rows("SELECT * FROM every_type ORDER BY id"));
    }

    /// Sends the result of a query back as rows of a table.
    private void copy(String query, String table, String mode) throws Exception {
        var info = flight.sql.execute(query);
        try (var stream = flight.sql.getStream(info.getEndpoints().getFirst().getTicket())) {
            while (stream.next()) {
                boolean create = mode.equals("create");
                ingest(
                        stream.getRoot(),
                        table,
                        create
                                ? TableNotExistOption.TABLE_NOT_EXIST_OPTION_CREATE
                                : TableNotExistOption.TABLE_NOT_EXIST_OPTION_FAIL,
                        TableExistsOption.TABLE_EXISTS_OPTION_APPEND,
                        create ? new String[] {"primary_key", "id"} : new String[0]);
            }
        }
    }

    @Test
    void aTableIsMadeReplacedOrRefusedAsTheClientAsks() {
        try (var some = vectors(0, 10, 4)) {
            assertThatThrownBy(() -> ingest(some, "made"))
                    .isInstanceOfSatisfying(
                            FlightRuntimeException.class,
                            e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.NOT_FOUND))
                    .hasMessageContaining("made");
            assertThat(ingest(
                            some,
                            "made",
                            TableNotExistOption.TABLE_NOT_EXIST_OPTION_CREATE,
                            TableExistsOption.TABLE_EXISTS_OPTION_FAIL,
                            "primary_key",
                            "id"))
                    .isEqualTo(10);
            assertThat(flight.rows("SELECT id, title FROM made ORDER BY v <-> '[3, 3.1, 3.2, 3.3]' LIMIT 1"))
                    .containsExactly("3|Töne 3");
            assertThatThrownBy(() -> ingest(
                            some,
                            "made",
                            TableNotExistOption.TABLE_NOT_EXIST_OPTION_CREATE,
                            TableExistsOption.TABLE_EXISTS_OPTION_FAIL))
                    .hasMessageContaining("42P07");
            assertThat(ingest(
                            some,
                            "made",
                            TableNotExistOption.TABLE_NOT_EXIST_OPTION_CREATE,
                            TableExistsOption.TABLE_EXISTS_OPTION_REPLACE))
                    .isEqualTo(10);
            assertThat(flight.rows("SELECT count(*) FROM made")).containsExactly("10");
        }
    }

    @Test
    void aKeyThatExistsIsRefusedLeftOutOrReplaced() {
        flight.update("CREATE TABLE keyed (id BIGINT PRIMARY KEY, title VARCHAR, v VECTOR(2))");
        try (var first = vectors(0, 100, 2);
                var next = vectors(50, 100, 2)) {
            assertThat(ingest(first, "keyed")).isEqualTo(100);
            assertThatThrownBy(() -> ingest(next, "keyed"))
                    .isInstanceOfSatisfying(
                            FlightRuntimeException.class,
                            e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.ALREADY_EXISTS))
                    .hasMessageContaining("23505")
                    .hasMessageContaining("row [1]")
                    .hasMessageContaining("No row was written");
            assertThat(ingest(next, "keyed", "on_conflict", "ignore")).isEqualTo(50);
            assertThat(ingest(next, "keyed", "on_conflict", "replace")).isEqualTo(100);
        }
        assertThat(flight.rows("SELECT count(*), max(id) FROM keyed")).containsExactly("150|149");
    }

    @Test
    void constraintsHold() {
        flight.update("CREATE TABLE limited (id BIGINT PRIMARY KEY CHECK (id < 60), title VARCHAR, v VECTOR(2))");
        try (var rows = vectors(0, 100, 2);
                var fewer = vectors(0, 60, 2)) {
            assertThatThrownBy(() -> ingest(rows, "limited"))
                    .hasMessageContaining("23514")
                    .hasMessageContaining("key [60]");
            assertThat(ingest(fewer, "limited")).isEqualTo(60);
        }
    }

    @Test
    void keysAndDefaultsThatAreLeftOutAreFilledIn() {
        flight.update("CREATE TABLE filled (title VARCHAR, kind VARCHAR DEFAULT 'film')");
        try (var rows = rows(
                new Schema(List.of(field("TITLE", ArrowType.Utf8.INSTANCE))),
                2_000,
                (root, row) -> ((VarCharVector) root.getVector(0)).setSafe(row, new byte[] {'x'}))) {
            assertThat(ingest(rows, "filled")).isEqualTo(2_000);
        }
        assertThat(flight.rows("SELECT count(*), min(kind), max(title) FROM filled"))
                .containsExactly("2000|film|x");
    }

    @Test
    void typesOfOthersConvertAsInsertDoes() {
        flight.update("CREATE TABLE converted (id BIGINT PRIMARY KEY, n INTEGER, t VARCHAR, v VECTOR(2),"
                + " h VECTOR(2, FLOAT16))");
        var schema = new Schema(List.of(
                field("id", new ArrowType.Int(32, true)),
                field("n", new ArrowType.Int(16, false)),
                field("t", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)),
                field("v", ArrowType.Utf8.INSTANCE),
                field(
                        "h",
                        new ArrowType.FixedSizeList(2),
                        field("item", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)))));
        try (var rows = rows(schema, 2, (root, row) -> {
            ((IntVector) root.getVector("id")).setSafe(row, row);
            ((UInt2Vector) root.getVector("n")).setSafe(row, 65_000 + row);
            ((Float8Vector) root.getVector("t")).setSafe(row, row + 0.5);
            ((VarCharVector) root.getVector("v")).setSafe(row, "[1, 2]".getBytes(StandardCharsets.UTF_8));
            var list = (FixedSizeListVector) root.getVector("h");
            list.setNotNull(row);
            ((Float8Vector) list.getDataVector()).setSafe(2 * row, 0.25);
            ((Float8Vector) list.getDataVector()).setSafe(2 * row + 1, row);
        })) {
            assertThat(ingest(rows, "converted")).isEqualTo(2);
        }
        assertThat(flight.rows("SELECT id, n, t, v FROM converted ORDER BY h <-> '[0.25, 1]'"))
                .containsExactly("1|65001|1.5|[1.0,2.0]", "0|65000|0.5|[1.0,2.0]");
    }

    @Test
    void rowsThatDoNotFitAreRefusedWithTheReasonAndTheConnectionGoesOn() {
        flight.update("CREATE TABLE strict (id BIGINT PRIMARY KEY, title VARCHAR(7), v VECTOR(2))");
        try (var wide = vectors(0, 5, 3)) {
            assertThatThrownBy(() -> ingest(wide, "strict"))
                    .hasMessageContaining("22V01")
                    .hasMessageContaining("[v]")
                    .hasMessageContaining("Row [1]");
        }
        try (var longer = vectors(99, 5, 2)) {
            assertThatThrownBy(() -> ingest(longer, "strict"))
                    .hasMessageContaining("22001")
                    .hasMessageContaining("[title]")
                    .hasMessageContaining("Row [2]");
        }
        try (var infinite = vectors(0, 5, 2)) {
            ((Float4Vector) ((FixedSizeListVector) infinite.getVector("v")).getDataVector())
                    .set(7, Float.POSITIVE_INFINITY);
            assertThatThrownBy(() -> ingest(infinite, "strict"))
                    .hasMessageContaining("22V02")
                    .hasMessageContaining("Row [4]");
        }
        try (var noKey = vectors(0, 5, 2)) {
            noKey.getVector("id").setNull(2);
            assertThatThrownBy(() -> ingest(noKey, "strict"))
                    .hasMessageContaining("23502")
                    .hasMessageContaining("Row [3]");
        }
        try (var unknown = rows(
                new Schema(List.of(field("id", LONG), field("tittle", ArrowType.Utf8.INSTANCE))),
                1,
                (root, row) -> ((BigIntVector) root.getVector(0)).setSafe(row, 1))) {
            assertThatThrownBy(() -> ingest(unknown, "strict"))
                    .hasMessageContaining("42703")
                    .hasMessageContaining("Did you mean \"title\"?");
        }
        try (var some = vectors(0, 5, 2)) {
            assertThatThrownBy(() -> ingest(some, "strict", "on_conflikt", "ignore"))
                    .hasMessageContaining("Did you mean \"on_conflict\"?");
            assertThatThrownBy(() -> ingest(some, "strict", "on_conflict", "explode"))
                    .hasMessageContaining("22023");
        }
        assertThat(flight.rows("SELECT count(*) FROM strict")).containsExactly("0");
    }

    @Test
    void aMessageOverTheLimitIsRefusedAndTheConnectionGoesOn() {
        flight.update("CREATE TABLE small (id BIGINT PRIMARY KEY, title VARCHAR, v VECTOR(1000))");
        try (var large = vectors(0, 400, 1000)) {
            assertThatThrownBy(() -> ingest(large, "small"))
                    .isInstanceOfSatisfying(
                            FlightRuntimeException.class,
                            e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.RESOURCE_EXHAUSTED))
                    .hasMessageContaining("listen.flight.max-message");
        }
        assertThat(flight.rows("SELECT count(*) FROM small")).containsExactly("0");
    }

    @Test
    void smallBatchesAreJoinedAndTheNumbersOfTheirRowsGoOn() throws Exception {
        flight.update("CREATE TABLE joined (id BIGINT PRIMARY KEY, title VARCHAR, v VECTOR(2))");
        var bytes = new java.io.ByteArrayOutputStream();
        try (var batch = vectors(0, 10, 2);
                var writer = new ArrowStreamWriter(batch, null, bytes)) {
            for (int i = 0; i < 300; i++) {
                for (int row = 0; row < 10; row++) {
                    ((BigIntVector) batch.getVector("id")).set(row, i == 299 && row == 4 ? 7 : i * 10L + row);
                }
                writer.writeBatch();
            }
            writer.end();
        }
        assertThatThrownBy(() -> ingestStream(bytes.toByteArray(), "joined", Map.of()))
                .hasMessageContaining("row [2995]")
                .hasMessageContaining("came earlier");
        assertThat(ingestStream(bytes.toByteArray(), "joined", Map.of("on_conflict", "ignore")))
                .isEqualTo(2_999);
    }

    private long ingestStream(byte[] stream, String table, Map<String, String> options) throws Exception {
        var definition = TableDefinitionOptions.newBuilder()
                .setIfNotExist(TableNotExistOption.TABLE_NOT_EXIST_OPTION_FAIL)
                .setIfExists(TableExistsOption.TABLE_EXISTS_OPTION_APPEND)
                .build();
        try (var reader = new ArrowStreamReader(new java.io.ByteArrayInputStream(stream), flight.memory)) {
            return flight.sql.executeIngest(
                    reader, new ExecuteIngestOptions(table, definition, false, null, null, options));
        }
    }
}
