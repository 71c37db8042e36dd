package io.elanus.cluster.datacoord;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.cluster.datanode.DataNode;
import io.elanus.cluster.datanode.DataNodeConfig;
import io.elanus.cluster.fixture.DataCluster;
import io.elanus.proto.grpc.DataCoordGrpc;
import io.elanus.proto.grpc.FlushRequest;
import io.elanus.proto.grpc.ImportSegmentsRequest;
import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.proto.grpc.SegmentState;
import io.elanus.storage.meta.Txn;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// whole segments come into a table at once. They are made by another cluster here, and carried over.
class ImportTest {
    private final DataCluster cluster = new DataCluster(8);
    private DataCoord coord = cluster.startDataCoord(DataCoordConfig.defaults());
    private ImportSegmentsRequest request = ImportSegmentsRequest.getDefaultInstance();

    @BeforeEach
    void start() {
        cluster.addTable();
        request = ImportSegmentsRequest.newBuilder()
                .setTableId(DataCluster.TABLE)
                .addAllSegments(segmentsOfAnotherCluster())
                .setCommitTs(cluster.timestamp())
                .build();
    }

    @AfterEach
    void stop() {
        cluster.loop.await(coord.stop());
        cluster.close();
    }

    private List<SegmentInfo> segmentsOfAnotherCluster() {
        try (var source = new DataCluster(8)) {
            source.giveSpaceBack();
            DataCoord sourceCoord = source.startDataCoord(DataCoordConfig.defaults());
            DataNode node = source.startDataNode("datanode-1", DataNodeConfig.defaults());
            source.addTable();
            for (int part = 0; part < 2; part++) {
                source.write(part * 100L, 100, false);
                source.tick();
                source.call(
                        DataCoordGrpc.getFlushMethod(),
                        FlushRequest.newBuilder().setTableId(DataCluster.TABLE).build());
                source.pass(Duration.ofSeconds(1));
            }
            List<SegmentInfo> made = source.segments();
            source.objects
                    .list("segments/")
                    .forEach(file ->
                            cluster.objects.put(file.key(), List.of(ByteBuffer.wrap(source.objects.read(file.key())))));
            source.loop.await(node.stop());
            source.loop.await(sourceCoord.stop());
            return made;
        }
    }

    private void checkImported() {
        assertThat(cluster.segments()).hasSize(2).allSatisfy(segment -> {
            assertThat(segment.getState()).isEqualTo(SegmentState.FLUSHED);
            assertThat(segment.getRows()).isEqualTo(100);
        });
        assertThat(cluster.recovery().getSegmentsList()).hasSize(2);
        assertThat(cluster.meta.keys("/data/imports/")).isEmpty();
    }

    @Test
    void importedSegmentsAreThereAtOnceAndOnlyOnce() {
        cluster.call(DataCoordGrpc.getImportSegmentsMethod(), request);
        checkImported();
        cluster.call(DataCoordGrpc.getImportSegmentsMethod(), request);
        checkImported();
    }

    /// The import is committed with its marker; the segments follow even when the coordinator ends in between.
    @Test
    void aCommittedImportIsFinishedByTheNextCoordinator() {
        cluster.loop.await(coord.stop());
        cluster.loop.await(cluster.meta.commit(Txn.always()
                .put("/data/imports/" + request.getCommitTs(), request.toByteString())
                .build()));
        coord = cluster.startDataCoord(DataCoordConfig.defaults());
        cluster.loop.run();
        checkImported();
    }
}
