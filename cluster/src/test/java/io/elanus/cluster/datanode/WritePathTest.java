package io.elanus.cluster.datanode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.elanus.cluster.ClusterException;
import io.elanus.cluster.client.NodeRegistry;
import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.datacoord.DataCoordConfig;
import io.elanus.cluster.fixture.DataCluster;
import io.elanus.cluster.runtime.Failures;
import io.elanus.proto.grpc.AssignSegmentsReply;
import io.elanus.proto.grpc.ChannelOwnersRequest;
import io.elanus.proto.grpc.CompactRequest;
import io.elanus.proto.grpc.DataCoordGrpc;
import io.elanus.proto.grpc.DataNodeGrpc;
import io.elanus.proto.grpc.FlushReply;
import io.elanus.proto.grpc.FlushRequest;
import io.elanus.proto.grpc.LockKeysReply;
import io.elanus.proto.grpc.LockKeysRequest;
import io.elanus.proto.grpc.RemoveTableRequest;
import io.elanus.proto.grpc.SaveSegmentsRequest;
import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.proto.grpc.SegmentLevel;
import io.elanus.proto.grpc.SegmentState;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.segment.DeltaLog;
import io.elanus.storage.segment.ManifestFile;
import io.elanus.storage.segment.SealedSegment;
import io.elanus.storage.segment.SegmentId;
import io.elanus.storage.segment.SegmentSnapshot;
import io.elanus.storage.setting.DataSize;
import io.elanus.storage.type.HybridTime;
import io.elanus.storage.visibility.Keys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.apache.arrow.vector.BigIntVector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Real data coordinator and data nodes: from the log to segments.
class WritePathTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final DataCluster cluster = new DataCluster(8);
    private final List<DataNode> nodes = new ArrayList<>();

    @BeforeEach
    void start() {
        cluster.startDataCoord(DataCoordConfig.defaults());
        nodes.add(cluster.startDataNode("datanode-1", DataNodeConfig.defaults()));
        cluster.addTable();
    }

    @AfterEach
    void stop() {
        nodes.forEach(node -> cluster.loop.await(node.stop()));
        cluster.close();
    }

    @Test
    void flushedRowsAreTheRowsThatWereWritten() {
        cluster.write(1, 100, false);
        cluster.write(101, 50, false);
        FlushReply reply = flush();
        assertThat(reply.getSegments()).isEqualTo(1);
        assertThat(cluster.segments()).singleElement().satisfies(segment -> {
            assertThat(segment.getState()).isEqualTo(SegmentState.FLUSHED);
            assertThat(segment.getRows()).isEqualTo(150);
        });
        assertThat(keys()).isEqualTo(LongStream.rangeClosed(1, 150).boxed().toList());
    }

    @Test
    void allocationExpiresTwoSecondsAfterItWasGiven() {
        long now = HybridTime.millis(cluster.timestamp());
        AssignSegmentsReply reply = cluster.assign(10);
        long life = HybridTime.millis(reply.getSpaces(0).getExpiry()) - now;
        assertThat(life).isBetween(1990L, 2010L);
    }

    @Test
    void oneRequestMayGetSeveralSegmentsAndSmallOnesShareOne() {
        long first = cluster.assign(10).getSpaces(0).getSegmentId();
        assertThat(cluster.assign(10).getSpaces(0).getSegmentId()).isEqualTo(first);
        AssignSegmentsReply large = cluster.assign(9_900_000);
        assertThat(large.getSpacesList().stream()
                        .mapToLong(space -> space.getRows())
                        .sum())
                .isEqualTo(9_900_000);
    }

    /// the flush waits for the tick to pass the last expiry, so a late write is still in.
    @Test
    void flushesOnlyAfterTheTickHasPassedTheLastExpiry() {
        AssignSegmentsReply space = cluster.assign(20);
        cluster.write(space, 1, 10, false);
        cluster.tick();
        CompletableFuture<FlushReply> flush = startFlush();
        cluster.pass(Duration.ofSeconds(1));
        assertThat(flush).isNotDone();
        cluster.write(space, 11, 10, false);
        cluster.pass(Duration.ofSeconds(3));
        assertThat(flush).isCompleted();
        assertThat(keys()).hasSize(20);
    }

    /// allocations end before they expire when every proxy gives its space back.
    @Test
    void flushesWithTheNextTickWhenTheProxiesGiveTheirSpaceBack() {
        cluster.giveSpaceBack();
        cluster.write(1, 10, false);
        CompletableFuture<FlushReply> flush = startFlush();
        cluster.loop.run();
        assertThat(flush).isNotDone();
        cluster.tick();
        assertThat(flush).isCompleted();
        assertThat(keys()).hasSize(10);
    }

    /// nothing is handed out in a sealed segment.
    @Test
    void aSealedSegmentGetsNoMoreRows() {
        long sealed = cluster.assign(10).getSpaces(0).getSegmentId();
        CompletableFuture<FlushReply> flush = startFlush();
        assertThat(cluster.assign(10).getSpaces(0).getSegmentId()).isNotEqualTo(sealed);
        cluster.pass(Duration.ofSeconds(3));
        assertThat(flush).isCompleted();
    }

    /// no row twice and none lost, wherever a node is lost.
    @Test
    void aNewOwnerGoesOnWhereTheLostOneWasSaved() {
        cluster.write(1, 100, false);
        cluster.tick();
        cluster.write(101, 100, false);
        cluster.tick();
        cluster.delete(5, 6);
        lose("datanode-1");
        nodes.add(cluster.startDataNode("datanode-2", DataNodeConfig.defaults()));
        cluster.pass(Duration.ofSeconds(2));
        assertThat(owner()).isEqualTo("datanode-2");
        cluster.write(201, 100, false);
        flush();
        assertThat(keys()).isEqualTo(LongStream.rangeClosed(1, 300).boxed().toList());
        assertThat(deletedKeys()).containsExactlyInAnyOrder(5L, 6L);
    }

    @Test
    void onlyRowsWhoseKeysOtherSegmentsMayHaveGetDeltas() {
        cluster.write(1, 100, true);
        cluster.write(51, 50, true); // in the same segment, which ends its own rows
        flush();
        assertThat(deletedKeys()).isEmpty();
        cluster.write(101, 100, true);
        flush();
        assertThat(deletedKeys()).isEmpty();
        cluster.write(96, 10, true);
        flush();
        assertThat(deletedKeys()).containsExactlyInAnyOrderElementsOf(longs(96, 105));
    }

    @Test
    void aNewOwnerKnowsTheKeysThatAreInFiles() {
        cluster.write(1, 100, true);
        flush();
        lose("datanode-1");
        nodes.add(cluster.startDataNode("datanode-2", DataNodeConfig.defaults()));
        cluster.pass(Duration.ofSeconds(2));
        cluster.write(91, 20, true);
        flush();
        assertThat(deletedKeys()).containsExactlyInAnyOrderElementsOf(longs(91, 100));
    }

    @Test
    void withoutMemoryForKeysEveryRowThatReplacesGetsADelta() {
        cluster.loop.await(nodes.removeFirst().stop());
        DataNodeConfig.Buffers buffers = DataNodeConfig.defaults().buffers();
        var forgetful = new DataNodeConfig(
                new DataNodeConfig.Buffers(
                        buffers.memoryLimit(),
                        buffers.deltaSize(),
                        DataSize.parse("1 B"),
                        buffers.syncPeriod(),
                        buffers.checkpointInterval(),
                        buffers.retryDelay()),
                DataNodeConfig.defaults().locks(),
                DataNodeConfig.defaults().liveness(),
                DataNodeConfig.defaults().channel());
        nodes.add(cluster.startDataNode("datanode-1", forgetful));
        cluster.pass(Duration.ofSeconds(2));
        cluster.write(1, 10, true);
        cluster.write(11, 10, true);
        flush();
        assertThat(deletedKeys()).containsAll(longs(11, 20));
    }

    private static List<Long> longs(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }

    @Test
    void rowsAndTailsWrittenWhileGrowingAreNotReadAgain() {
        cluster.loop.await(nodes.removeFirst().stop());
        var quick = new DataNodeConfig(
                new DataNodeConfig.Buffers(
                        DataNodeConfig.defaults().buffers().memoryLimit(),
                        DataNodeConfig.defaults().buffers().deltaSize(),
                        DataNodeConfig.defaults().buffers().keyMemory(),
                        Duration.ofMillis(300),
                        Duration.ofMillis(500),
                        Duration.ofMillis(100)),
                DataNodeConfig.defaults().locks(),
                DataNodeConfig.defaults().liveness(),
                DataNodeConfig.defaults().channel());
        nodes.add(cluster.startDataNode("datanode-1", quick));
        cluster.pass(Duration.ofSeconds(2));
        for (int i = 0; i < 10; i++) {
            cluster.write(i * 10L, 10, true);
            cluster.pass(Duration.ofMillis(400));
        }
        assertThat(cluster.recovery().getSegmentsList())
                .anySatisfy(segment -> assertThat(segment.getState()).isEqualTo(SegmentState.GROWING));
        long checkpoint = cluster.recovery().getSeekPosition();
        assertThat(checkpoint).isGreaterThan(10);
        lose("datanode-1");
        nodes.add(cluster.startDataNode("datanode-2", quick));
        cluster.pass(Duration.ofSeconds(2));
        cluster.write(100, 10, false);
        flush();
        assertThat(keys()).isEqualTo(LongStream.range(0, 110).boxed().toList());
    }

    @Test
    void theCheckpointMovesWithTheTicksWhileNothingIsBuffered() {
        cluster.pass(Duration.ofSeconds(12));
        assertThat(cluster.recovery().getSeekPosition()).isGreaterThan(20);
        cluster.pass(Duration.ofMinutes(2));
        assertThat(cluster.log.start(DataCluster.PCHANNEL)).isGreaterThan(20);
        assertThat(cluster.log.start(DataCluster.PCHANNEL))
                .isLessThanOrEqualTo(cluster.recovery().getSeekPosition());
    }

    @Test
    void refusesWhatAnOwnerOfAnEarlierEpochSaves() {
        cluster.write(1, 10, false);
        lose("datanode-1");
        nodes.add(cluster.startDataNode("datanode-2", DataNodeConfig.defaults()));
        cluster.pass(Duration.ofSeconds(2));
        var stale = SaveSegmentsRequest.newBuilder()
                .setVchannel(DataCluster.VCHANNEL)
                .setEpoch(1)
                .setChannelCheckpoint(1_000_000)
                .build();
        assertThatThrownBy(() -> cluster.call(DataCoordGrpc.getSaveSegmentsMethod(), stale))
                .hasCauseInstanceOf(ClusterException.class)
                .matches(error -> Failures.hasCode(error, ErrorCode.STALE_EPOCH));
        assertThat(cluster.recovery().getSeekPosition()).isLessThan(1_000_000);
    }

    @Test
    void triesAgainWhenTheObjectStoreFails() {
        cluster.write(1, 100, false);
        cluster.delete(3);
        cluster.objects.failPuts(true);
        CompletableFuture<FlushReply> flush = startFlush();
        cluster.pass(Duration.ofSeconds(4));
        assertThat(flush).isNotDone();
        cluster.objects.failPuts(false);
        cluster.pass(Duration.ofSeconds(3));
        assertThat(flush).isCompleted();
        assertThat(keys()).hasSize(100);
        assertThat(deletedKeys()).containsExactly(3L);
    }

    @Test
    void theCoordinatorLoadsItsStateWhenItIsElectedAgain() {
        cluster.write(1, 100, false);
        cluster.tick();
        cluster.meta.expire("/coordinators/" + RoleNames.DATA_COORD);
        cluster.pass(Duration.ofSeconds(15));
        assertThat(owner()).isEqualTo("datanode-1");
        flush();
        assertThat(keys()).hasSize(100);
    }

    @Test
    void compactionMergesSmallSegmentsAndAppliesDeletes() {
        for (int i = 0; i < 4; i++) {
            cluster.write(i * 10L, 10, false);
            flush();
        }
        cluster.delete(0, 11, 22);
        cluster.write(40, 10, false);
        flush();
        assertThat(cluster.call(
                                DataCoordGrpc.getCompactMethod(),
                                CompactRequest.newBuilder()
                                        .setTableId(DataCluster.TABLE)
                                        .build())
                        .getPlans())
                .isEqualTo(1);
        cluster.pass(Duration.ofSeconds(30));
        List<SegmentInfo> live = cluster.segments().stream()
                .filter(segment -> segment.getState() == SegmentState.FLUSHED)
                .toList();
        assertThat(live).singleElement().satisfies(segment -> {
            assertThat(segment.getCompactedFromCount()).isEqualTo(5);
            assertThat(segment.getEndedRows()).isEqualTo(3);
        });
        assertThat(keys()).hasSize(50);
        assertThat(visibleKeys(cluster.timestamp())).hasSize(47).doesNotContain(0L, 11L, 22L);
    }

    @Test
    void memoryIsFreedOnlyOnceCompactionsThatHaveNotBegunHaveEnded() {
        for (int i = 0; i < 4; i++) {
            cluster.write(i * 10L, 10, false);
            flush();
        }
        cluster.loop.occupyWorkers();
        cluster.call(
                DataCoordGrpc.getCompactMethod(),
                CompactRequest.newBuilder().setTableId(DataCluster.TABLE).build());
        stopWhileWorkersAreBusy();
    }

    @Test
    void memoryIsFreedOnlyOnceFlushesThatHaveNotBegunHaveEnded() {
        cluster.write(1, 100, false);
        cluster.loop.occupyWorkers();
        var _ = cluster.network.call(
                RoleNames.DATA_COORD,
                DataCoordGrpc.getFlushMethod(),
                FlushRequest.newBuilder()
                        .setTableId(DataCluster.TABLE)
                        .setWait(true)
                        .build(),
                TIMEOUT);
        cluster.pass(Duration.ofSeconds(4));
        stopWhileWorkersAreBusy();
    }

    private void stopWhileWorkersAreBusy() {
        assertThat(cluster.loop.tasksWaitForWorkers()).isTrue();
        CompletableFuture<Void> stopped = nodes.removeFirst().stop();
        cluster.loop.run();
        assertThat(stopped).isNotDone();
        cluster.loop.freeWorkers();
        cluster.loop.await(stopped);
        assertThat(cluster.memory.getAllocatedMemory()).isZero();
    }

    @Test
    void droppedSegmentsLoseTheirFilesAfterTheTolerance() {
        cluster.write(1, 10, false);
        flush();
        assertThat(cluster.objects.list("segments/")).isNotEmpty();
        cluster.call(
                DataCoordGrpc.getRemoveTableMethod(),
                RemoveTableRequest.newBuilder().setTableId(DataCluster.TABLE).build());
        cluster.loop.advance(Duration.ofHours(1));
        assertThat(cluster.objects.list("segments/")).isNotEmpty();
        cluster.loop.advance(Duration.ofHours(4));
        assertThat(cluster.objects.list("segments/")).isEmpty();
        assertThat(cluster.meta.keys("/data/")).isEmpty();
    }

    @Test
    void locksKeysInTheOrderOfTheRequests() {
        cluster.pass(Duration.ofMillis(400));
        CompletableFuture<LockKeysReply> first = lock("a", 1, 2);
        cluster.tick();
        assertThat(first).isCompleted();
        CompletableFuture<LockKeysReply> second = lock("b", 2, 3);
        cluster.tick();
        assertThat(second).isNotDone();
        cluster.loop.await(cluster.network.call(
                "datanode-1",
                DataNodeGrpc.getUnlockKeysMethod(),
                io.elanus.proto.grpc.UnlockKeysRequest.newBuilder()
                        .setVchannel(DataCluster.VCHANNEL)
                        .setRequestId("a")
                        .build(),
                TIMEOUT));
        cluster.loop.run();
        assertThat(second).isCompleted();
    }

    private CompletableFuture<LockKeysReply> lock(String id, long... keys) {
        var request = LockKeysRequest.newBuilder()
                .setVchannel(DataCluster.VCHANNEL)
                .setRequestId(id)
                .setExpiry(HybridTime.plusMillis(cluster.timestamp(), 5000));
        for (long key : keys) {
            request.addKeys(ByteString.copyFrom(Keys.ofLong(key)));
        }
        CompletableFuture<LockKeysReply> reply =
                cluster.network.call("datanode-1", DataNodeGrpc.getLockKeysMethod(), request.build(), TIMEOUT);
        cluster.loop.run();
        return reply;
    }

    private void lose(String node) {
        cluster.network.cut(node);
        DataNode lost = nodes.removeFirst();
        cluster.meta.expire(NodeRegistry.key(RoleNames.DATA_NODE, node));
        cluster.loop.await(lost.stop());
    }

    private String owner() {
        return cluster.call(
                        DataCoordGrpc.getGetChannelOwnersMethod(),
                        ChannelOwnersRequest.newBuilder()
                                .setTableId(DataCluster.TABLE)
                                .build())
                .getOwners(0)
                .getNode();
    }

    private CompletableFuture<FlushReply> startFlush() {
        var request = FlushRequest.newBuilder()
                .setTableId(DataCluster.TABLE)
                .setWait(true)
                .build();
        CompletableFuture<FlushReply> reply = cluster.network.call(
                RoleNames.DATA_COORD, DataCoordGrpc.getFlushMethod(), request, Duration.ofSeconds(30));
        cluster.loop.run();
        return reply;
    }

    private FlushReply flush() {
        CompletableFuture<FlushReply> reply = startFlush();
        cluster.pass(Duration.ofSeconds(13));
        assertThat(reply).isCompleted();
        return reply.join();
    }

    /// The keys in all flushed segments, with repetitions, sorted.
    private List<Long> keys() {
        var keys = new ArrayList<Long>();
        forEachSegment(snapshot -> readKeys(snapshot, keys, -1));
        keys.sort(null);
        return keys;
    }

    private List<Long> visibleKeys(long readTs) {
        var keys = new ArrayList<Long>();
        forEachSegment(snapshot -> readKeys(snapshot, keys, readTs));
        return keys;
    }

    private void forEachSegment(java.util.function.Consumer<SegmentSnapshot> reader) {
        for (SegmentInfo info : cluster.segments()) {
            if (info.getState() == SegmentState.FLUSHED && info.getLevel() != SegmentLevel.L0) {
                var id = new SegmentId(info.getTableId(), info.getPartitionId(), info.getSegmentId());
                try (var segment = SealedSegment.open(
                                cluster.objects,
                                ManifestFile.load(cluster.objects, id, info.getManifest())
                                        .manifest(),
                                cluster.table,
                                cluster.memory);
                        SegmentSnapshot snapshot = segment.snapshot()) {
                    reader.accept(snapshot);
                }
            }
        }
    }

    private void readKeys(SegmentSnapshot snapshot, List<Long> into, long readTs) {
        for (int chunk = 0; chunk < snapshot.chunks(); chunk++) {
            try (var root = snapshot.chunk(chunk, List.of(cluster.table.keyColumn()))) {
                var keys = (BigIntVector) root.getVector(0);
                for (int i = 0; i < root.getRowCount(); i++) {
                    int row = chunk * snapshot.chunkRows() + i;
                    if (readTs < 0 || (snapshot.ts(row) <= readTs && readTs < snapshot.endTs(row))) {
                        into.add(keys.get(i));
                    }
                }
            }
        }
    }

    private List<Long> deletedKeys() {
        var keys = new ArrayList<Long>();
        for (SegmentInfo info : cluster.segments()) {
            if (info.getLevel() == SegmentLevel.L0 && info.getState() == SegmentState.FLUSHED) {
                var id = new SegmentId(info.getTableId(), info.getPartitionId(), info.getSegmentId());
                var deltas = DeltaLog.readAll(
                        cluster.objects,
                        ManifestFile.load(cluster.objects, id, info.getManifest())
                                .manifest());
                for (int i = 0; i < deltas.size(); i++) {
                    keys.add(Keys.toLong(deltas.key(i)));
                }
            }
        }
        return keys;
    }
}
