package io.elanus.sql.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.sql.cluster.ClusterState.Recorded;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// What is refused before anything is started.
class UpCommandTest {
    @TempDir
    private Path folder;

    private String refusal(int port) {
        var message = new AtomicReference<>("");
        int status = new CommandLine(new ClusterCommand())
                .setExecutionExceptionHandler((e, _, _) -> {
                    message.set(String.valueOf(e.getMessage()));
                    return 1;
                })
                .execute("up", "--data=" + folder, "--port=" + port);
        assertThat(status).isEqualTo(1);
        return message.get();
    }

    @Test
    void aPortThatIsServedIsRefusedAndNothingStarts() throws IOException {
        for (int proxy = 0; proxy < 2; proxy++) {
            try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                int port = other.getLocalPort() - proxy;
                assertThat(refusal(port))
                        .containsPattern(
                                "Port \\[[0-9]+\\] is in use by another cluster or program; nothing was started");
            }
            try (Stream<Path> files = Files.list(folder)) {
                assertThat(files).isEmpty();
            }
        }
    }

    @Test
    void aClusterThatRunsAtOtherPortsIsNotTakenForThisOne() throws IOException {
        String url = "jdbc:elanus://127.0.0.1:17070,127.0.0.1:17071/public";
        new ClusterState(url, List.of(Recorded.of(ClusterState.SUPERVISOR, ProcessHandle.current(), 0)))
                .save(new ClusterFolder(folder));
        assertThat(refusal(18_080)).contains("runs already, and answers at [%s]".formatted(url));
    }
}
