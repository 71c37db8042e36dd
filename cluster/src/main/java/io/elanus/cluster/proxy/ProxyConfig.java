package io.elanus.cluster.proxy;

import io.elanus.storage.setting.DataSize;
import io.elanus.storage.setting.Setting;
import io.elanus.storage.setting.Settings;
import java.time.Duration;

/// Settings of a proxy.
public record ProxyConfig(
        @Setting(doc = "Lease under which the proxy acknowledges writes", byDefault = "6 s", min = "100 ms")
        Duration lease,

        @Setting(doc = "How long one call to a coordinator may take before it is tried again", byDefault = "5 s")
        Duration callTimeout,

        @Setting(doc = "How long a DDL statement may take", byDefault = "60 s")
        Duration ddlTimeout,

        @Setting(doc = "How long a read may take when its statement sets no limit", byDefault = "60 s")
        Duration readTimeout,

        @Setting(doc = "Longest time for which one statement locks keys", byDefault = "10 s", min = "100 ms")
        Duration lockTime,

        @Setting(doc = "Largest message of the log: the rows of one statement on one shard", byDefault = "64 MB")
        DataSize maxMessage,

        @Setting(doc = "Memory that reading the rows under change may take on a node", byDefault = "256 MB")
        DataSize changeMemory) {
    public static ProxyConfig defaults() {
        return Settings.defaults(ProxyConfig.class);
    }
}
