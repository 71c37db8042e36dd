package io.elanus.sql.fuzz;

import io.elanus.sql.doors.RealServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The campaign as a command: `./elanus test --fuzz-sql N --seed S`.
@Command(
        name = "test --fuzz-sql",
        mixinStandardHelpOptions = true,
        description = "Asks generated queries in pairs that must agree.")
public final class FuzzMain implements Callable<Integer> {
    /// Queries on one set of tables.
    private static final long ROUND = 5_000;

    @Option(names = "--fuzz-sql", paramLabel = "N", required = true, description = "how many queries")
    private long count;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "of the random choices (${DEFAULT-VALUE})")
    private long seed;

    public static void main(String[] args) {
        System.exit(new CommandLine(new FuzzMain()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        long asked = 0;
        long refused = 0;
        int wrong = 0;
        for (long round = seed; asked < count; round++) {
            QueryCampaign.Outcome outcome = round(round, Math.min(ROUND, count - asked));
            asked += outcome.asked();
            refused += outcome.refused();
            wrong += outcome.differences().size();
            for (String difference : outcome.differences()) {
                System.out.printf("seed %d: %s%n", round, difference);
            }
            System.err.printf("%d queries, %d differences%n", asked, wrong);
        }
        System.out.printf("%d queries, %d refused, %d differences (seed %d)%n", asked, refused, wrong, seed);
        return wrong == 0 ? 0 : 1;
    }

    private static QueryCampaign.Outcome round(long seed, long count) throws Exception {
        Path data = Files.createTempDirectory("elanus-fuzz");
        try (RealServer server = RealServer.start(data);
                Connection connection = server.connect()) {
            return new QueryCampaign(connection, seed).run(count);
        }
    }
}
