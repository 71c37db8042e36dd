package io.elanus.sql.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.sql.cluster.ClusterState.Recorded;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is written down of a cluster, and that nothing else is ended.
class ClusterStateTest {
    @SuppressWarnings("NullAway.Init")
    private Process process;

    @BeforeEach
    void start() throws IOException {
        process = new ProcessBuilder("sleep", "600").start();
    }

    @AfterEach
    void end() {
        process.destroyForcibly();
    }

    @Test
    void isTheSameAfterItWasWrittenDown(@TempDir Path folder) throws IOException {
        var place = new ClusterFolder(folder);
        assertThat(ClusterState.load(place)).isEmpty();
        var state = new ClusterState(
                "jdbc:elanus://127.0.0.1:1/public",
                List.of(
                        Recorded.of(ClusterState.SUPERVISOR, ProcessHandle.current(), 0),
                        Recorded.of("querynode-1", process.toHandle(), 3)));
        state.save(place);
        assertThat(ClusterState.load(place)).contains(state);
        assertThat(state.supervisor()).contains(ProcessHandle.current());
        assertThat(state.living()).hasSize(2);
    }

    @Test
    void endsAProcessOnlyIfItIsTheOneThatWasStarted() {
        Recorded recorded = Recorded.of("querynode-1", process.toHandle(), 0);
        var another = new Recorded("querynode-1", recorded.pid(), recorded.startedMillis() - 60_000, 0);
        assertThat(another.find()).isEmpty();
        Ending.inOrder(List.of(another));
        assertThat(process.isAlive()).isTrue();

        Ending.inOrder(List.of(recorded));
        assertThat(process.isAlive()).isFalse();
    }

    @Test
    void endsEveryMemberThatIsEverStarted() {
        for (String name : List.of("etcd", "kafka", "s3proxy", "rootcoord-2", "indexnode-1", "proxy-2")) {
            assertThat(Ending.ORDER.stream().filter(group -> group.test(name)))
                    .as(name)
                    .hasSize(1);
        }
    }
}
