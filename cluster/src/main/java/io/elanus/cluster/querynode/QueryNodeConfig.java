package io.elanus.cluster.querynode;

import io.elanus.cluster.channel.ChannelConfig;
import io.elanus.storage.setting.DataSize;
import io.elanus.storage.setting.Setting;
import io.elanus.storage.setting.Settings;
import java.time.Duration;

/// How a query node serves.
///
/// @param channels how it reads the log
public record QueryNodeConfig(
        ChannelConfig channels,

        @Setting(
                doc =
                        "Most memory for rows that are not persisted yet; beyond it, or half of the process's, reads fall behind",
                byDefault = "4 GB",
                min = "1 MB")
        DataSize growingMemory,

        @Setting(doc = "Most memory for the intermediate results of all queries", byDefault = "2 GB", min = "1 MB")
        DataSize queryMemory,

        @Setting(
                doc = "Most memory for one query's part on a node, unless the query says less",
                byDefault = "512 MB",
                min = "1 MB")
        DataSize fragmentMemory,

        @Setting(
                doc = "Time limit of a query's part on a node, unless the query says otherwise",
                byDefault = "60 s",
                min = "10 ms")
        Duration fragmentTimeout,

        @Setting(
                doc = "Time after which a silent query node is given up and its work handed to others",
                byDefault = "6 s",
                min = "100 ms")
        Duration leaseTime,

        @Setting(
                doc = "How long a query node that is asked to end waits for others to take its work over",
                byDefault = "20 s",
                min = "0 ms")
        Duration leaveTime) {
    public static QueryNodeConfig defaults() {
        return Settings.defaults(QueryNodeConfig.class);
    }
}
