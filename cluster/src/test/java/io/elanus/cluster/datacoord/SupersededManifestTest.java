package io.elanus.cluster.datacoord;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.cluster.datanode.DataNode;
import io.elanus.cluster.datanode.DataNodeConfig;
import io.elanus.cluster.fixture.DataCluster;
import io.elanus.proto.grpc.SegmentState;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SupersededManifestTest {
    private static final Duration TOLERANCE = Duration.ofMinutes(30);

    @Test
    void aManifestThatANewerOneReplacedIsDeletedAfterTheTolerance() {
        try (var cluster = new DataCluster(8)) {
            DataCoordConfig all = DataCoordConfig.defaults();
            DataCoord coord = cluster.startDataCoord(new DataCoordConfig(
                    all.channels(),
                    all.segments(),
                    all.sealing(),
                    all.compaction(),
                    new DataCoordConfig.Garbage(Duration.ofMinutes(1), TOLERANCE, TOLERANCE, TOLERANCE),
                    all.log()));
            DataNodeConfig node = DataNodeConfig.defaults();
            var often = new DataNodeConfig.Buffers(
                    node.buffers().memoryLimit(),
                    node.buffers().deltaSize(),
                    node.buffers().keyMemory(),
                    Duration.ofMillis(300),
                    Duration.ofMillis(500),
                    Duration.ofMillis(100));
            DataNode owner = cluster.startDataNode(
                    "datanode-1", new DataNodeConfig(often, node.locks(), node.liveness(), node.channel()));
            cluster.addTable();
            for (int i = 0; i < 4; i++) {
                cluster.write(i * 10L, 10, false);
                cluster.pass(Duration.ofSeconds(1));
            }
            assertThat(manifests(cluster)).hasSizeGreaterThan(1);
            cluster.loop.advance(TOLERANCE.dividedBy(2));
            assertThat(manifests(cluster)).hasSizeGreaterThan(1);
            cluster.loop.advance(TOLERANCE);
            assertThat(cluster.segments()).singleElement().satisfies(segment -> {
                assertThat(segment.getState()).isEqualTo(SegmentState.GROWING);
                assertThat(manifests(cluster)).containsExactly(segment.getManifest());
            });
            cluster.loop.await(owner.stop());
            cluster.loop.await(coord.stop());
        }
    }

    private static List<String> manifests(DataCluster cluster) {
        return cluster.objects.list("segments/").stream()
                .map(file -> file.key())
                .filter(key -> key.endsWith(".manifest"))
                .toList();
    }
}
