package io.elanus.cluster.indexcoord;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.cluster.client.NodeRegistry;
import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.datacoord.DataCoordConfig;
import io.elanus.cluster.datanode.DataNode;
import io.elanus.cluster.datanode.DataNodeConfig;
import io.elanus.cluster.fixture.DataCluster;
import io.elanus.cluster.indexnode.IndexNode;
import io.elanus.proto.grpc.AddIndexRequest;
import io.elanus.proto.grpc.IndexCoordGrpc;
import io.elanus.proto.grpc.IndexProgress;
import io.elanus.proto.grpc.IndexProgressRequest;
import io.elanus.proto.grpc.IndexSchema;
import io.elanus.proto.grpc.IndexTask;
import io.elanus.proto.grpc.IndexTaskState;
import io.elanus.proto.grpc.ListSegmentIndexesReply;
import io.elanus.proto.grpc.ListSegmentIndexesRequest;
import io.elanus.proto.grpc.RemoveIndexRequest;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Real coordinators and nodes: from CREATE INDEX to a file, and from DROP INDEX to nothing.
class IndexPathTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final long INDEX = 77;

    private final DataCluster cluster = new DataCluster(8);
    private final List<IndexNode> indexNodes = new ArrayList<>();
    private final DataNode dataNode;

    IndexPathTest() {
        cluster.startDataCoord(DataCoordConfig.defaults());
        dataNode = cluster.startDataNode("datanode-1", DataNodeConfig.defaults());
    }

    @BeforeEach
    void start() {
        cluster.startIndexCoord(IndexCoordConfig.defaults());
        cluster.addTable();
    }

    @AfterEach
    void stop() {
        indexNodes.forEach(node -> cluster.loop.await(node.stop()));
        cluster.loop.await(dataNode.stop());
        cluster.close();
    }

    @Test
    void createIndexFlushesWhatGrowsAndBuildsIt() {
        indexNodes.add(cluster.startIndexNode("indexnode-1"));
        cluster.write(1, 2000, false);
        addIndex("hnsw", "l2");
        assertThat(progress().getTasksPending()).isPositive();
        cluster.pass(Duration.ofSeconds(10));
        ListSegmentIndexesReply reply = list();
        assertThat(reply.getIndexesList()).singleElement().satisfies(index -> {
            assertThat(cluster.objects.find(index.getFile())).isPresent();
            assertThat(index.getSize()).isPositive();
        });
        assertThat(progress())
                .isEqualTo(IndexProgress.newBuilder()
                        .setRowsTotal(2000)
                        .setRowsIndexed(2000)
                        .build());
    }

    @Test
    void smallSegmentsAndFlatIndexesFinishWithoutAFile() {
        cluster.write(1, 100, false);
        addIndex("hnsw", "l2");
        cluster.pass(Duration.ofSeconds(10));
        assertThat(tasks()).singleElement().satisfies(task -> {
            assertThat(task.getState()).isEqualTo(IndexTaskState.FINISHED);
            assertThat(task.getFile()).isEmpty();
        });
        assertThat(list().getIndexesList()).isEmpty();
    }

    @Test
    void aTaskIsStoredUnissuedBeforeAnyNodeIsThere() {
        cluster.write(1, 2000, false);
        addIndex("hnsw", "l2");
        cluster.pass(Duration.ofSeconds(10));
        assertThat(tasks())
                .singleElement()
                .satisfies(task -> assertThat(task.getState()).isEqualTo(IndexTaskState.UNISSUED));
        assertThat(cluster.meta.keys("/index/tasks/")).hasSize(1);
        indexNodes.add(cluster.startIndexNode("indexnode-1"));
        cluster.pass(Duration.ofSeconds(5));
        assertThat(list().getIndexesList()).hasSize(1);
    }

    @Test
    void aLostNodeStartsTheTaskOverOnAnotherWithAHigherVersion() {
        IndexNode lost = cluster.startIndexNode("indexnode-1");
        cluster.network.cut("indexnode-1");
        cluster.write(1, 2000, false);
        addIndex("hnsw", "l2");
        cluster.pass(Duration.ofSeconds(10));
        cluster.meta.expire(NodeRegistry.key(RoleNames.INDEX_NODE, "indexnode-1"));
        indexNodes.add(cluster.startIndexNode("indexnode-2"));
        cluster.pass(Duration.ofSeconds(10));
        assertThat(tasks()).singleElement().satisfies(task -> {
            assertThat(task.getState()).isEqualTo(IndexTaskState.FINISHED);
            assertThat(task.getVersion()).isGreaterThan(1);
            assertThat(task.getNode()).isEqualTo("indexnode-2");
        });
        cluster.loop.await(lost.stop());
    }

    @Test
    void aBuildThatCanNeverWorkFailsWithItsReason() {
        indexNodes.add(cluster.startIndexNode("indexnode-1"));
        cluster.write(1, 2000, false);
        addIndex("hnsw", "no-such-metric");
        cluster.pass(Duration.ofSeconds(10));
        assertThat(progress().getTasksFailed()).isEqualTo(1);
        assertThat(progress().getLastFailure()).contains("no-such-metric");
    }

    @Test
    void aNodeHasStoppedWhenItsBuildNoLongerUsesMemory() {
        cluster.write(1, 2000, false);
        addIndex("hnsw", "l2");
        cluster.pass(Duration.ofSeconds(10));
        cluster.loop.occupyWorkers();
        IndexNode node = cluster.startIndexNode("indexnode-1");
        cluster.pass(Duration.ofSeconds(5));
        assertThat(tasks())
                .singleElement()
                .satisfies(task -> assertThat(task.getState()).isEqualTo(IndexTaskState.IN_PROGRESS));
        CompletableFuture<Void> stopped = node.stop();
        cluster.loop.run();
        assertThat(stopped).isNotDone();
        cluster.loop.freeWorkers();
        cluster.loop.await(stopped);
        assertThat(tasks())
                .singleElement()
                .satisfies(task -> assertThat(task.getFile()).isEmpty());
        assertThat(cluster.memory.getChildAllocators())
                .noneMatch(child -> child.getName().equals("indexnode-1-index"));
    }

    @Test
    void dropAnswersAtOnceAndLeavesNoFileAndNoKey() {
        indexNodes.add(cluster.startIndexNode("indexnode-1"));
        cluster.write(1, 2000, false);
        addIndex("hnsw", "l2");
        cluster.pass(Duration.ofSeconds(10));
        assertThat(cluster.objects.list("index_files/")).isNotEmpty();
        call(
                IndexCoordGrpc.getRemoveIndexMethod(),
                RemoveIndexRequest.newBuilder().setIndexId(INDEX).build());
        assertThat(list().getIndexesList()).isEmpty();
        cluster.pass(Duration.ofSeconds(5));
        assertThat(cluster.objects.list("index_files/")).isEmpty();
        assertThat(cluster.meta.keys("/index/")).isEmpty();
    }

    @Test
    void tasksAreCarriedOverAnElection() {
        cluster.write(1, 2000, false);
        addIndex("hnsw", "l2");
        cluster.pass(Duration.ofSeconds(10));
        cluster.meta.expire("/coordinators/" + RoleNames.INDEX_COORD);
        cluster.pass(Duration.ofSeconds(15));
        indexNodes.add(cluster.startIndexNode("indexnode-1"));
        cluster.pass(Duration.ofSeconds(10));
        assertThat(list().getIndexesList()).hasSize(1);
    }

    private void addIndex(String type, String metric) {
        var index = IndexSchema.newBuilder()
                .setIndexId(INDEX)
                .setTableId(DataCluster.TABLE)
                .setName("t_v")
                .setColumnId(2)
                .setType(type)
                .setMetric(metric);
        call(
                IndexCoordGrpc.getAddIndexMethod(),
                AddIndexRequest.newBuilder().setIndex(index).build());
    }

    private ListSegmentIndexesReply list() {
        return call(
                IndexCoordGrpc.getListSegmentIndexesMethod(),
                ListSegmentIndexesRequest.newBuilder()
                        .setTableId(DataCluster.TABLE)
                        .build());
    }

    private List<IndexTask> tasks() {
        return list().getTasksList();
    }

    private IndexProgress progress() {
        return call(
                IndexCoordGrpc.getGetIndexProgressMethod(),
                IndexProgressRequest.newBuilder().setIndexId(INDEX).build());
    }

    private <Q, R> R call(MethodDescriptor<Q, R> method, Q request) {
        return cluster.loop.await(cluster.network.call(RoleNames.INDEX_COORD, method, request, TIMEOUT));
    }
}
