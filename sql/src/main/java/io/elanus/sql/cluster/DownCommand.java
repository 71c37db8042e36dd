package io.elanus.sql.cluster;

import io.elanus.sql.cluster.ClusterState.Recorded;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `./elanus cluster down`.
@Command(
        name = "down",
        mixinStandardHelpOptions = true,
        description = "Ends the processes of a cluster in order. Its data stays.")
final class DownCommand implements Callable<Integer> {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    @Mixin
    private FolderOption option = new FolderOption();

    @Override
    public Integer call() throws IOException {
        ClusterFolder folder = option.folder();
        Optional<ClusterState> state = ClusterState.load(folder);
        if (state.isEmpty()) {
            System.out.println("No cluster runs in " + folder.path());
            return 0;
        }
        int count = end(folder);
        System.out.printf("The cluster is down: %d processes ended. Its data is in %s%n", count, folder.path());
        return 0;
    }

    /// Ends the cluster of a folder, if one runs, and returns how many processes it had.
    static int end(ClusterFolder folder) throws IOException {
        Optional<ClusterState> state = ClusterState.load(folder);
        int count = state.map(ClusterState::living).orElse(List.of()).size();
        state.flatMap(ClusterState::supervisor).ifPresent(DownCommand::ask);
        // Those of a supervisor that was killed. The file is read again: it may have restarted some until its end.
        List<Recorded> left =
                ClusterState.load(folder).map(ClusterState::living).orElse(List.of());
        Ending.inOrder(left);
        Files.deleteIfExists(folder.state());
        return count;
    }

    private static void ask(ProcessHandle supervisor) {
        supervisor.destroy();
        boolean ended = supervisor
                .onExit()
                .thenApply(_ -> true)
                .completeOnTimeout(false, LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join();
        if (!ended) {
            supervisor.destroyForcibly();
        }
    }
}
