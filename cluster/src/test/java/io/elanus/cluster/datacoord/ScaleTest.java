package io.elanus.cluster.datacoord;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.proto.grpc.ChannelInfo;
import io.elanus.proto.grpc.ChannelState;
import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.proto.grpc.SegmentLevel;
import io.elanus.proto.grpc.SegmentState;
import org.junit.jupiter.api.Test;

/// The figures of `docs/cluster.md` for 10 billion vectors of 768 dimensions on 1,000 nodes.
class ScaleTest {
    private static final long VECTORS = 10_000_000_000L;
    private static final long BYTES_PER_ROW = 768 * Float.BYTES + 3 * Long.BYTES;
    private static final int NODES = 1_000;
    private static final long NOW = 1_800_000_000_000L << 18;
    private static final String CHANNEL = "elanus-dml-1023_450000000000000001v999";

    private static SegmentInfo segment() {
        return SegmentInfo.newBuilder()
                .setSegmentId(450_000_000_000_000_003L)
                .setTableId(450_000_000_000_000_001L)
                .setPartitionId(450_000_000_000_000_002L)
                .setVchannel(CHANNEL)
                .setState(SegmentState.FLUSHED)
                .setLevel(SegmentLevel.L1)
                .setManifest("segments/450000000000000001/450000000000000002/450000000000000003/manifest-17")
                .setRows(123_456)
                .setBytes(400_000_000)
                .setMaxRows(174_762)
                .setLastExpiry(NOW)
                .setMinTs(NOW)
                .setMaxTs(NOW)
                .setStartPosition(9_000_000_000L)
                .setCheckpoint(9_100_000_000L)
                .setCreatedTs(NOW)
                .setRowsAtMaxTs(5)
                .setDeletesTs(NOW)
                .build();
    }

    @Test
    void theMetadataOfTenBillionVectorsIsSmall() {
        double sealedAt = DataCoordConfig.defaults().sealing().proportion()
                * (1 - DataCoordConfig.defaults().sealing().jitter() / 2);
        double segmentBytes = DataCoordConfig.defaults().segments().maxSize().bytes() * sealedAt;
        long segments = (long) (VECTORS * (double) BYTES_PER_ROW / segmentBytes);
        int keyBytes = "elanus/data/segments/450000000000000003".length();
        int bytesEach = segment().getSerializedSize() + keyBytes;
        int channelBytes = ChannelInfo.newBuilder()
                .setVchannel(CHANNEL)
                .setPchannel("elanus-dml-1023")
                .setTableId(450_000_000_000_000_001L)
                .setState(ChannelState.CHANNEL_WATCHED)
                .setNode("datanode-1000")
                .setNodeLease(Long.MAX_VALUE)
                .build()
                .getSerializedSize();
        System.out.printf(
                "%d segments, %d a node, %d bytes each in the metadata store, %d MB together; %d bytes a channel%n",
                segments, segments / NODES, bytesEach, segments * bytesEach / 1_000_000, channelBytes);
        assertThat(bytesEach).isLessThan(300);
        assertThat(segments * bytesEach).isLessThan(30_000_000L);
        assertThat(channelBytes).isLessThan(150);
    }
}
