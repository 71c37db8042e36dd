package io.elanus.cluster.channel;

import io.elanus.proto.grpc.RecoveryInfo;

/// Which vchannel to consume and from where.
///
/// @param tableId the table of the vchannel
/// @param position the first record to read
/// @param releasedTs messages at or below this timestamp are covered already and are skipped; 0: none
public record ChannelStart(String vchannel, String pchannel, long tableId, long position, long releasedTs) {
    /// Where the data coordinator says that a consumer of a vchannel starts.
    public static ChannelStart of(RecoveryInfo recovery) {
        return new ChannelStart(
                recovery.getVchannel(),
                recovery.getPchannel(),
                recovery.getSchema().getTableId(),
                recovery.getSeekPosition(),
                recovery.getCheckpointTs());
    }
}
