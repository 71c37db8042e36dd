package io.elanus.sql.conformance;

import io.elanus.sql.doors.RealServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The suite as a command: `./elanus test --sqllogictest`.
@Command(
        name = "test --sqllogictest",
        mixinStandardHelpOptions = true,
        description = "Runs a sample of SQLite's sqllogictest scripts through the JDBC driver.")
public final class LogicMain implements Callable<Integer> {
    @Option(names = "--sqllogictest", hidden = true, description = "this command")
    @SuppressWarnings("unused") // the launcher passes on what named the command
    private boolean named;

    @Option(names = "--scripts", paramLabel = "JAR", required = true, description = "the jar that holds them")
    private Path scripts = Path.of("");

    @Option(
            names = "--share",
            paramLabel = "P%",
            defaultValue = "2%",
            description = "how many of the queries to ask (${DEFAULT-VALUE})")
    private String share = "";

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "of the choice of queries (${DEFAULT-VALUE})")
    private long seed;

    @Option(names = "--only", paramLabel = "TEXT", defaultValue = "", description = "files with this in their names")
    private String only = "";

    @Option(
            names = "--connections",
            paramLabel = "C",
            defaultValue = "2",
            description = "that run scripts at the same time, each in its schema (${DEFAULT-VALUE})")
    private int connections;

    @Option(names = "--list", description = "every failure, not only the first of each kind")
    private boolean listing;

    public static void main(String[] args) {
        System.exit(new CommandLine(new LogicMain()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        var tally = new Tally(listing);
        Path data = Files.createTempDirectory("elanus-logic");
        try (var suite = new ZipFile(scripts.toFile());
                RealServer server = RealServer.start(data);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<String> files = files(suite, only);
            var left = new ConcurrentLinkedQueue<>(files);
            var done = new AtomicInteger();
            var runs = new ArrayList<Future<?>>();
            for (int i = 0; i < connections; i++) {
                String schema = "logic" + i;
                runs.add(threads.submit(() -> {
                    try (Connection connection = connect(server, schema)) {
                        var run = new LogicRun(connection, new LogicSample(fraction(share), seed), tally);
                        for (String file = left.poll(); file != null; file = left.poll()) {
                            try (BufferedReader text = open(suite, file)) {
                                run.run(file, text);
                            }
                            System.err.printf(
                                    "%d of %d files, %d queries, %d failures%n",
                                    done.incrementAndGet(), files.size(), tally.queries(), tally.failed());
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> run : runs) {
                run.get();
            }
        }
        tally.print(System.out);
        return 0;
    }

    private static Connection connect(RealServer server, String schema) throws SQLException {
        Connection connection = server.connect();
        RealServer.run(connection, "CREATE SCHEMA " + schema);
        connection.setSchema(schema);
        return connection;
    }

    private static double fraction(String share) {
        return share.endsWith("%")
                ? Double.parseDouble(share.substring(0, share.length() - 1)) / 100
                : Double.parseDouble(share);
    }

    static List<String> files(ZipFile suite, String part) {
        return suite.stream()
                .map(ZipEntry::getName)
                .filter(name -> name.endsWith(".test") && name.contains(part))
                .sorted()
                .toList();
    }

    static BufferedReader open(ZipFile suite, String file) throws IOException {
        return new BufferedReader(
                new InputStreamReader(suite.getInputStream(suite.getEntry(file)), StandardCharsets.UTF_8));
    }
}
