package io.elanus.sql.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.FlightSqlClient.ExecuteIngestOptions;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableExistsOption;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableNotExistOption;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Rows in bulk through Flight SQL, in and out, and the same rows through JDBC beside it. Runs a server in a process
/// of its own, so that its CPU time and the client's are told apart.
@Command(
        name = "flight",
        mixinStandardHelpOptions = true,
        description = "Measures bulk ingest and export through Flight SQL, and JDBC beside them.")
public final class FlightBench implements Callable<Integer> {
    private static final String COLUMNS =
            "id BIGINT PRIMARY KEY, category INTEGER, name VARCHAR, price DOUBLE, v VECTOR(%d)";
    private static final int BATCH = 4_096;

    @Option(names = "--rows", defaultValue = "200000", description = "rows to send and read (${DEFAULT-VALUE})")
    private int rows;

    @Option(
            names = "--jdbc-rows",
            defaultValue = "20000",
            description = "rows to INSERT through JDBC (${DEFAULT-VALUE})")
    private int jdbcRows;

    @Option(names = "--dim", defaultValue = "768", description = "dimension of the vectors (${DEFAULT-VALUE})")
    private int dimension;

    @Option(names = "--rounds", defaultValue = "3", description = "times to read everything (${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "settings of the server")
    private List<String> settings = List.of();

    @Option(names = "--json", description = "one JSON object a line")
    private boolean json;

    private final PrintStream out = System.out;

    @Override
    public Integer call() throws Exception {
        Path folder = Files.createTempDirectory("elanus-bench-flight");
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"), settings, List.of())) {
            server.awaitFirstAnswer("SELECT 1");
            run(server);
        } finally {
            BenchFiles.deleteTree(folder);
        }
        return 0;
    }

    private void run(ServerProcess server) throws Exception {
        var generator = new RowGenerator(dimension, 1);
        try (BufferAllocator memory = new RootAllocator();
                FlightSqlClient client = new FlightSqlClient(
                        FlightClient.builder(memory, Location.forGrpcInsecure("127.0.0.1", server.flightPort()))
                                .build());
                Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE sent (" + COLUMNS.formatted(dimension) + ")");
            statement.execute("CREATE TABLE inserted (" + COLUMNS.formatted(dimension) + ")");
            ingest(server, client, memory, generator);
            insert(server, connection, generator);
            statement.execute("FLUSH sent");
            for (int round = 1; round <= rounds; round++) {
                export(server, client);
            }
            select(server, connection);
        }
    }

    private void ingest(ServerProcess server, FlightSqlClient client, BufferAllocator memory, RowGenerator generator)
            throws IOException {
        Schema schema = schema(client);
        try (var source = new Generated(memory, schema, generator)) {
            var definition = TableDefinitionOptions.newBuilder()
                    .setIfNotExist(TableNotExistOption.TABLE_NOT_EXIST_OPTION_FAIL)
                    .setIfExists(TableExistsOption.TABLE_EXISTS_OPTION_APPEND)
                    .build();
            Timer timer = Timer.of(server);
            long sent = client.executeIngest(
                    source, new ExecuteIngestOptions("sent", definition, false, null, null, Map.of()));
            report("flight ingest", sent, source.bytes, timer);
        }
    }

    private static Schema schema(FlightSqlClient client) {
        return client.execute("SELECT * FROM sent").getSchemaOptional().orElseThrow();
    }

    private void insert(ServerProcess server, Connection connection, RowGenerator generator) throws SQLException {
        Timer timer = Timer.of(server);
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO inserted VALUES (?, ?, ?, ?, ?)")) {
            for (int id = 0; id < jdbcRows; id++) {
                generator.bind(insert, id);
                insert.addBatch();
                if ((id + 1) % 1_000 == 0 || id + 1 == jdbcRows) {
                    insert.executeBatch();
                }
            }
        }
        report("jdbc insert", jdbcRows, (long) jdbcRows * rowBytes(), timer);
    }

    private long rowBytes() {
        return Long.BYTES + Integer.BYTES + 12L + Double.BYTES + (long) dimension * Float.BYTES;
    }

    private void export(ServerProcess server, FlightSqlClient client) throws Exception {
        Timer timer = Timer.of(server);
        long count = 0;
        long bytes = 0;
        var info = client.execute("SELECT * FROM sent");
        for (var endpoint : info.getEndpoints()) {
            try (FlightStream stream = client.getStream(endpoint.getTicket())) {
                while (stream.next()) {
                    count += stream.getRoot().getRowCount();
                    for (FieldVector vector : stream.getRoot().getFieldVectors()) {
                        bytes += vector.getBufferSize();
                    }
                }
            }
        }
        expect(count);
        report("flight export", count, bytes, timer);
    }

    private void select(ServerProcess server, Connection connection) throws SQLException {
        Timer timer = Timer.of(server);
        long count = 0;
        try (Statement statement = connection.createStatement()) {
            statement.setMaxRows(jdbcRows);
            try (ResultSet result = statement.executeQuery("SELECT * FROM sent")) {
                while (result.next()) {
                    count += result.getObject(5, float[].class).length == dimension ? 1 : 0;
                }
            }
        }
        report("jdbc select", count, count * rowBytes(), timer);
    }

    private void expect(long count) {
        if (count != rows) {
            throw new IllegalStateException("[%d] rows came back of [%d]".formatted(count, rows));
        }
    }

    private void report(String phase, long count, long bytes, Timer timer) {
        double seconds = timer.seconds();
        double server = timer.serverCpu();
        double client = timer.clientCpu();
        double megabytes = bytes / 1e6;
        if (json) {
            out.println(new JsonLine()
                    .text("phase", phase)
                    .number("rows", (double) count)
                    .number("mb", megabytes)
                    .number("seconds", seconds)
                    .number("rows_per_s", count / seconds)
                    .number("server_cpu_s", server)
                    .number("client_cpu_s", client)
                    .number("mb_per_server_cpu_s", megabytes / server));
        } else {
            out.printf(
                    Locale.ROOT,
                    "%s: %d rows, %.0f MB in %.2f s, %.0f rows/s, %.0f MB a CPU second of the server (%.2f s), client %.2f s CPU%n",
                    phase,
                    count,
                    megabytes,
                    seconds,
                    count / seconds,
                    megabytes / server,
                    server,
                    client);
        }
    }

    /// The rows as batches, made when they are asked for.
    private final class Generated extends ArrowReader {
        private final Schema schema;
        private final RowGenerator generator;
        private int next;
        private long bytes;

        Generated(BufferAllocator memory, Schema schema, RowGenerator generator) {
            super(memory);
            this.schema = schema;
            this.generator = generator;
        }

        @Override
        public boolean loadNextBatch() throws IOException {
            VectorSchemaRoot root = getVectorSchemaRoot();
            int count = Math.min(BATCH, rows - next);
            if (count <= 0) {
                return false;
            }
            root.clear();
            for (int row = 0; row < count; row++) {
                fill(root, row, next + row);
            }
            root.setRowCount(count);
            root.getFieldVectors().forEach(vector -> bytes += vector.getBufferSize());
            next += count;
            return true;
        }

        private void fill(VectorSchemaRoot root, int row, long id) {
            ((BigIntVector) root.getVector(0)).setSafe(row, id);
            ((IntVector) root.getVector(1)).setSafe(row, generator.category(id));
            ((VarCharVector) root.getVector(2)).setSafe(row, generator.name(id).getBytes(StandardCharsets.UTF_8));
            ((Float8Vector) root.getVector(3)).setSafe(row, generator.price(id));
            var list = (FixedSizeListVector) root.getVector(4);
            var elements = (Float4Vector) list.getDataVector();
            list.setNotNull(row);
            float[] vector = generator.vector(id);
            for (int i = 0; i < dimension; i++) {
                elements.setSafe(row * dimension + i, vector[i]);
            }
        }

        @Override
        public long bytesRead() {
            return bytes;
        }

        @Override
        protected void closeReadSource() {
            // Nothing is open.
        }

        @Override
        protected Schema readSchema() {
            return schema;
        }
    }
}
