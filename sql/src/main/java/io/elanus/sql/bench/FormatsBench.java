package io.elanus.sql.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Every format of COPY there and back: rows of a table into a file, the file into a new table, and whether the two
/// hold the same rows. Runs a server in a process of its own.
@Command(
        name = "formats",
        mixinStandardHelpOptions = true,
        description = "Measures COPY TO and COPY FROM of every format, and compares the rows that come back.")
public final class FormatsBench implements Callable<Integer> {
    @Option(names = "--rows", defaultValue = "1000000", description = "rows (${DEFAULT-VALUE})")
    private long rows;

    @Option(names = "--dim", defaultValue = "128", description = "dimension of the vectors (${DEFAULT-VALUE})")
    private int dimension;

    @Option(names = "--seed", defaultValue = "1", description = "of the generated rows (${DEFAULT-VALUE})")
    private long seed;

    @Option(
            names = "--formats",
            split = ",",
            defaultValue = "csv,jsonl,parquet,arrow,npy,fvecs,bvecs",
            description = "which (${DEFAULT-VALUE})")
    private List<String> formats = List.of();

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "settings of the server")
    private List<String> settings = List.of();

    @Option(names = "--json", description = "one JSON object a line")
    private boolean json;

    private final PrintStream out = System.out;
    private boolean same = true;

    @Override
    public Integer call() throws Exception {
        Path folder = Files.createTempDirectory("elanus-bench-formats");
        try {
            run(folder);
        } finally {
            BenchFiles.deleteTree(folder);
        }
        return same ? 0 : 1;
    }

    private void run(Path folder) throws IOException, SQLException {
        Path csv = folder.resolve("given.csv");
        new RowGenerator(dimension, seed).writeCsv(csv, rows);
        Path bytes = folder.resolve("given.bvecs");
        writeBytes(bytes);
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"), settings, List.of())) {
            server.awaitFirstAnswer("SELECT 1");
            try (Connection connection = server.connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE given "
                        + columns("id BIGINT PRIMARY KEY, category INTEGER, name VARCHAR," + " price DOUBLE, "));
                statement.execute("COPY given FROM '" + csv + "' WITH (header true)");
                statement.execute("CREATE TABLE bytes " + columns(""));
                statement.execute("COPY bytes FROM '" + bytes + "'");
                Files.delete(csv);
                Files.delete(bytes);
                for (String format : formats) {
                    roundTrip(server, statement, folder, format);
                }
            }
        }
    }

    private String columns(String others) {
        return "(" + others + "v VECTOR(" + dimension + "))";
    }

    private void writeBytes(Path file) throws IOException {
        var random = new Random(seed);
        byte[] entry = new byte[Integer.BYTES + dimension];
        byte[] elements = new byte[dimension];
        for (int i = 0; i < Integer.BYTES; i++) {
            entry[i] = (byte) (dimension >>> 8 * i);
        }
        try (var stream = new java.io.BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
            for (long row = 0; row < rows; row++) {
                random.nextBytes(elements);
                System.arraycopy(elements, 0, entry, Integer.BYTES, dimension);
                stream.write(entry);
            }
        }
    }

    private void roundTrip(ServerProcess server, Statement statement, Path folder, String format)
            throws SQLException, IOException {
        boolean vectors = List.of("npy", "fvecs", "bvecs").contains(format);
        String source = format.equals("bvecs") ? "bytes" : "given";
        String shown = vectors ? "SELECT v FROM " : "SELECT * FROM ";
        Path file = folder.resolve("rows." + format);
        Timer exported = Timer.of(server);
        long written = statement.executeUpdate("COPY (" + shown + source + ") TO '" + file + "'");
        double out = exported.seconds();
        double outCpu = exported.serverCpu();
        statement.execute("CREATE TABLE back "
                + columns(vectors ? "" : "id BIGINT PRIMARY KEY, category INTEGER, name VARCHAR, price DOUBLE, "));
        Timer imported = Timer.of(server);
        long read = statement.executeUpdate("COPY back FROM '" + file + "'");
        var figures = new double[] {written / out, outCpu, read / imported.seconds(), imported.serverCpu()};
        boolean equal =
                written == rows && read == rows && sum(statement, shown + source) == sum(statement, shown + "back");
        same &= equal;
        report(format, Files.size(file), figures, equal);
        statement.execute("DROP TABLE back");
        Files.delete(file);
    }

    /// Of all rows, in whichever order they come: two tables with one sum hold the same rows.
    private static long sum(Statement statement, String query) throws SQLException {
        long sum = 0;
        try (ResultSet result = statement.executeQuery(query)) {
            int width = result.getMetaData().getColumnCount();
            while (result.next()) {
                long hash = 1;
                for (int i = 1; i <= width; i++) {
                    Object value = result.getObject(i);
                    int of = value instanceof float[] vector
                            ? Arrays.hashCode(vector)
                            : String.valueOf(value).hashCode();
                    hash = (hash ^ of) * 0x9E3779B97F4A7C15L;
                    hash ^= hash >>> 32;
                }
                sum += hash;
            }
        }
        return sum;
    }

    private void report(String format, long bytes, double[] figures, boolean equal) {
        out.printf(
                Locale.ROOT,
                json
                        ? "{\"format\":\"%s\",\"rows\":%d,\"bytes\":%d,\"to_rows_per_s\":%.0f,\"to_cpu_s\":%.2f,"
                                + "\"from_rows_per_s\":%.0f,\"from_cpu_s\":%.2f,\"equal\":%b}%n"
                        : "%-8s %d rows, %d bytes: TO %.0f rows/s (%.2f s CPU), FROM %.0f rows/s (%.2f s CPU), equal: %b%n",
                format,
                rows,
                bytes,
                figures[0],
                figures[1],
                figures[2],
                figures[3],
                equal);
    }
}
