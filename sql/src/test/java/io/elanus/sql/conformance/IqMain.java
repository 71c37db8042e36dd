package io.elanus.sql.conformance;

import io.elanus.sql.doors.RealServer;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.zip.ZipFile;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Calcite's scripts as a command: `./elanus test --calcite-scripts`.
@Command(
        name = "test --calcite-scripts",
        mixinStandardHelpOptions = true,
        description = "Runs Apache Calcite's SQL scripts through the JDBC driver.")
public final class IqMain implements Callable<Integer> {
    /// Those over ordinary tables. The others are about streams, sequences, structured and spatial types,
    /// MATCH_RECOGNIZE and PIVOT, which there are not.
    static final List<String> FILES = List.of(
            "agg",
            "blank",
            "conditions",
            "functions",
            "join",
            "lateral",
            "misc",
            "operator",
            "outer",
            "scalar",
            "set-op",
            "some",
            "sort",
            "sub-query",
            "winagg");

    @Option(names = "--calcite-scripts", hidden = true, description = "this command")
    @SuppressWarnings("unused") // the launcher passes on what named the command
    private boolean named;

    @Option(names = "--scripts", paramLabel = "JAR", required = true, description = "the jar that holds them")
    private Path scripts = Path.of("");

    @Option(names = "--only", paramLabel = "FILE", defaultValue = "", description = "one of the scripts, such as join")
    private String only = "";

    @Option(names = "--list", description = "every failure, not only the first of each kind")
    private boolean listing;

    public static void main(String[] args) {
        System.exit(new CommandLine(new IqMain()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        Path data = Files.createTempDirectory("elanus-scripts");
        try (var suite = new ZipFile(scripts.toFile());
                RealServer server = RealServer.start(data);
                Connection connection = server.connect()) {
            var tally = new Tally(listing);
            run(suite, connection, only.isEmpty() ? FILES : List.of(only), tally);
            tally.print(System.out);
        }
        return 0;
    }

    static void run(ZipFile suite, Connection connection, List<String> files, Tally tally) throws Exception {
        IqTables.load(connection);
        for (String file : files) {
            String name = "sql/" + file + ".iq";
            try (BufferedReader text = LogicMain.open(suite, name)) {
                new IqRun(connection, tally).run(name, text);
            }
        }
    }
}
