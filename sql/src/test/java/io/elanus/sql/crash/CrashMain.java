package io.elanus.sql.crash;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The campaign as a command: `./elanus test --crash N --seed S`.
@Command(
        name = "test --crash",
        mixinStandardHelpOptions = true,
        description = "Kills a server under load again and again.")
public final class CrashMain implements Callable<Integer> {
    @Option(names = "--crash", paramLabel = "N", required = true, description = "how many times to kill it")
    private int rounds;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "of the random choices (${DEFAULT-VALUE})")
    private long seed;

    @Option(
            names = "--limit",
            paramLabel = "SECONDS",
            defaultValue = "5",
            description = "for the first answer of a restarted server, and for its first writes (${DEFAULT-VALUE})")
    private int limitSeconds;

    public static void main(String[] args) {
        System.exit(new CommandLine(new CrashMain()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        Path folder = Files.createTempDirectory("elanus-crash");
        CrashCampaign.Outcome outcome = run(folder);
        System.out.printf(
                "%d kills, %d acknowledged statements, slowest first answer %d ms, first write %d ms later, %d violations (seed %d)%n",
                outcome.rounds(),
                outcome.statements(),
                outcome.slowest().toMillis(),
                outcome.slowestWrite().toMillis(),
                outcome.wrong().size(),
                seed);
        if (outcome.wrong().isEmpty()) {
            return 0;
        }
        outcome.wrong().forEach(System.out::println);
        System.out.printf("The data is kept in %s. Repeat: ./elanus test --crash %d --seed %d%n", folder, rounds, seed);
        return 1;
    }

    private CrashCampaign.Outcome run(Path folder) throws SQLException {
        Duration limit = Duration.ofSeconds(limitSeconds);
        var limits = new CrashCampaign.Limits(limit, limit);
        return new CrashCampaign(folder.resolve("data"), limits, seed, System.out).run(rounds);
    }
}
