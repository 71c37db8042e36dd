package io.elanus.sql.fuzz;

import io.elanus.sql.doors.RealServer;
import io.elanus.sql.testing.Folders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The campaign as a command: `./elanus test --fuzz-sql N --seed S`. The same numbers ask the same queries.
@Command(
        name = "test --fuzz-sql",
        mixinStandardHelpOptions = true,
        description = "Asks generated queries whose answers must agree.")
public final class FuzzMain implements Callable<Integer> {
    /// Queries on one set of tables.
    private static final long ROUND = 10_000;

    @Option(names = "--fuzz-sql", paramLabel = "N", required = true, description = "how many queries")
    private long count;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "of the random choices (${DEFAULT-VALUE})")
    private long seed;

    @Option(
            names = "--connections",
            paramLabel = "C",
            defaultValue = "2",
            description = "that ask at the same time (${DEFAULT-VALUE})")
    private int connections;

    public static void main(String[] args) {
        System.exit(new CommandLine(new FuzzMain()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        long started = System.nanoTime();
        long asked = 0;
        long refused = 0;
        int wrong = 0;
        for (long round = seed; asked < count; round++) {
            for (QueryCampaign.Outcome outcome : round(round, Math.min(ROUND, count - asked))) {
                asked += outcome.asked();
                refused += outcome.refused();
                wrong += outcome.differences().size();
            }
            System.err.printf("%d queries, %d differences%n", asked, wrong);
        }
        System.out.printf(
                "%d queries, %d refused, %d differences (seed %d, %.0f queries a second)%n",
                asked, refused, wrong, seed, asked * 1e9 / (System.nanoTime() - started));
        return wrong == 0 ? 0 : 1;
    }

    private List<QueryCampaign.Outcome> round(long seed, long count) throws Exception {
        Path data = Files.createTempDirectory("elanus-fuzz");
        try (RealServer server = RealServer.start(data);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            try (Connection connection = server.connect()) {
                new QueryCampaign(connection, seed).load();
            }
            var outcomes = new ArrayList<Future<QueryCampaign.Outcome>>();
            for (int i = 0; i < connections; i++) {
                long choices = seed * 1_000_003 + i;
                outcomes.add(threads.submit(() -> {
                    try (Connection connection = server.connect()) {
                        return new QueryCampaign(connection, choices)
                                .run(
                                        (count + connections - 1) / connections,
                                        difference -> System.out.printf("seed %d: %s%n", seed, difference));
                    }
                }));
            }
            var done = new ArrayList<QueryCampaign.Outcome>();
            for (Future<QueryCampaign.Outcome> outcome : outcomes) {
                done.add(outcome.get());
            }
            return done;
        } finally {
            Folders.delete(data);
        }
    }
}
