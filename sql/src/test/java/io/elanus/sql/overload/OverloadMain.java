package io.elanus.sql.overload;

import io.elanus.sql.bench.ServerProcess;
import io.elanus.sql.testing.Folders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The campaign as a command: `./elanus test --overload N --heap 2g`.
@Command(
        name = "test --overload",
        mixinStandardHelpOptions = true,
        description = "Asks a server for more than it can do, all at once.")
public final class OverloadMain implements Callable<Integer> {
    @Option(names = "--overload", paramLabel = "N", required = true, description = "how many queries at once")
    private int count;

    @Option(
            names = "--heap",
            paramLabel = "SIZE",
            defaultValue = "2g",
            description = "of the server (${DEFAULT-VALUE})")
    private String heap = "2g";

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "20",
            description = "that each query may run (${DEFAULT-VALUE})")
    private int seconds;

    public static void main(String[] args) {
        System.exit(new CommandLine(new OverloadMain()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        Path data = Files.createTempDirectory("elanus-overload");
        ServerProcess server = WorstQueries.start(data, heap);
        try {
            var worst = new WorstQueries(server, seconds);
            worst.setUp();
            WorstQueries.Outcome outcome = worst.run(count);
            System.out.println("ended with: " + outcome.outcomes());
            outcome.wrong().forEach(each -> System.out.println("WRONG: " + each));
            return outcome.wrong().isEmpty() ? 0 : 1;
        } finally {
            server.kill();
            Folders.delete(data);
        }
    }
}
