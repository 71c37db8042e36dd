package io.elanus.cluster.datanode;

import io.elanus.cluster.channel.ChannelConfig;
import io.elanus.storage.setting.DataSize;
import io.elanus.storage.setting.Setting;
import io.elanus.storage.setting.Settings;
import java.time.Duration;

/// Settings of a data node.
public record DataNodeConfig(Buffers buffers, Locks locks, Liveness liveness, ChannelConfig channel) {
    public static DataNodeConfig defaults() {
        return Settings.defaults(DataNodeConfig.class);
    }

    public record Buffers(
            @Setting(
                    doc =
                            "Rows in memory of all channels at which everything is written out; a quarter of the process's at most",
                    byDefault = "512 MB")
            DataSize memoryLimit,

            @Setting(doc = "Deletes in memory of one channel at which they are written", byDefault = "16 MB")
            DataSize deltaSize,

            @Setting(
                    doc = "What it spends on knowing keys, about 2 bytes a row; rows beyond get a delta each",
                    byDefault = "128 MB")
            DataSize keyMemory,

            @Setting(doc = "Age of rows and deletes in memory at which they are written", byDefault = "10 m")
            Duration syncPeriod,

            @Setting(doc = "Interval at which the checkpoint of an idle channel is saved", byDefault = "5 s")
            Duration checkpointInterval,

            @Setting(doc = "Wait before a failed write or save is tried again", byDefault = "500 ms", min = "1 ms")
            Duration retryDelay) {}

    public record Locks(
            @Setting(doc = "Most keys of one request", byDefault = "1000000", min = "1")
            int maxKeys,

            @Setting(doc = "Most requests that wait on one channel", byDefault = "10000", min = "1")
            int maxWaiting) {}

    public record Liveness(
            @Setting(doc = "Life of the node's lease without renewal", byDefault = "6 s", min = "1 s")
            Duration leaseTime,

            @Setting(doc = "Interval at which channels are reported", byDefault = "200 ms", min = "10 ms")
            Duration reportInterval,

            @Setting(doc = "How long an answered report proves that a channel is owned", byDefault = "2 s")
            Duration ownershipWindow) {}
}
