package io.elanus.sql.server;

import io.elanus.cluster.ClusterException;
import io.elanus.sql.bench.AnnBench;
import io.elanus.sql.bench.FilterBench;
import io.elanus.sql.bench.FlightBench;
import io.elanus.sql.bench.FormatsBench;
import io.elanus.sql.bench.FreshnessBench;
import io.elanus.sql.bench.GenerateVectors;
import io.elanus.sql.bench.JdbcBench;
import io.elanus.sql.bench.KernelsBench;
import io.elanus.sql.bench.LoadBench;
import io.elanus.sql.bench.PeersBench;
import io.elanus.sql.bench.StartBench;
import io.elanus.sql.bench.TextBench;
import io.elanus.sql.bench.WordsBench;
import io.elanus.sql.cluster.ClusterCommand;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.shell.SqlCommand;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The program: one command a class.
@Command(
        name = "elanus",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.class,
        description = "A SQL vector database on a log and an object store.",
        subcommands = {
            DemoCommand.class,
            ServerCommand.class,
            RoleCommand.class,
            ClusterCommand.class,
            SqlCommand.class,
            Main.Bench.class,
            TrainCommand.class,
            VersionCommand.class
        })
public final class Main implements Runnable {
    /// What has to start soon: the other commands are not looked at, which takes a sixth of a second of computing.
    private static final Map<String, Supplier<Callable<Integer>>> ALONE =
            Map.of("role", RoleCommand::new, "server", ServerCommand::new);

    private Main() {}

    /// Measures; every figure comes from a server or an index that the command runs itself.
    @Command(
            name = "bench",
            mixinStandardHelpOptions = true,
            description = "Measures this build.",
            footer = "elanus bench tpch and elanus bench groupby, in the source tree, run beside DuckDB.",
            subcommands = {
                LoadBench.class,
                JdbcBench.class,
                FreshnessBench.class,
                AnnBench.class,
                PeersBench.class,
                KernelsBench.class,
                FlightBench.class,
                FilterBench.class,
                FormatsBench.class,
                GenerateVectors.class,
                StartBench.class,
                TextBench.class,
                WordsBench.class
            })
    static final class Bench implements Runnable {
        @Override
        public void run() {
            new CommandLine(this).usage(System.out);
        }
    }

    public static void main(String[] args) {
        Supplier<Callable<Integer>> quick = args.length == 0 ? null : ALONE.get(args[0]);
        CommandLine program = quick == null
                ? new CommandLine(new Main())
                : new CommandLine(quick.get()).setCommandName("elanus " + args[0]);
        System.exit(program.setExecutionExceptionHandler((failure, command, _) -> complain(failure, command))
                .execute(quick == null ? args : Arrays.copyOfRange(args, 1, args.length)));
    }

    /// A user's mistake is a sentence; anything else is a bug and shows its trace.
    private static int complain(Exception failure, CommandLine command) throws Exception {
        switch (failure) {
            case QueryException mistake -> {
                command.getErr().println(mistake.getMessage());
                mistake.hint().ifPresent(hint -> command.getErr().println("HINT: " + hint));
            }
            case ClusterException mistake
            when mistake.code() != ErrorCode.INTERNAL -> command.getErr().println(mistake.getMessage());
            case StorageException mistake -> command.getErr().println(mistake.getMessage());
            case NoSuchFileException missing ->
                command.getErr().println("There is no file [%s].".formatted(missing.getFile()));
            default -> throw failure;
        }
        return 2;
    }

    @Override
    public void run() {
        new CommandLine(this).usage(System.out);
    }
}
