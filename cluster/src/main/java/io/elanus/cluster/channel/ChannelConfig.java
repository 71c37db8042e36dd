package io.elanus.cluster.channel;

import io.elanus.storage.setting.DataSize;
import io.elanus.storage.setting.Setting;
import io.elanus.storage.setting.Settings;
import java.time.Duration;

/// How a node reads the log.
public record ChannelConfig(
        @Setting(doc = "Most bytes taken from the log in one read", byDefault = "4 MB", min = "4 kB")
        DataSize readSize,

        @Setting(
                doc = "Released but unhandled bytes of one channel at which reading for it pauses",
                byDefault = "32 MB",
                min = "4 kB")
        DataSize backlogLimit,

        @Setting(doc = "Wait before the log is read again after a failed read", byDefault = "500 ms", min = "1 ms")
        Duration retryDelay) {
    public static ChannelConfig defaults() {
        return Settings.defaults(ChannelConfig.class);
    }
}
