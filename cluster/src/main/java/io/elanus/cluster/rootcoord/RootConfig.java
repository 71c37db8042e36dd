package io.elanus.cluster.rootcoord;

import io.elanus.storage.setting.Setting;
import io.elanus.storage.setting.Settings;
import java.time.Duration;

/// Settings of the root coordinator.
public record RootConfig(
        @Setting(
                doc = "Interval of time ticks in channels that are in use; reads ask for ticks in between",
                byDefault = "200 ms",
                min = "1 ms")
        Duration tickInterval,

        @Setting(
                doc = "How far ahead timestamps are reserved in the metadata store",
                byDefault = "3 s",
                min = "100 ms",
                max = "1 m")
        Duration timestampWindow,

        @Setting(doc = "Number of physical log channels that tables share", byDefault = "16", min = "1", max = "1024")
        int pchannels,

        @Setting(doc = "Lease of the active coordinator", byDefault = "6 s", min = "100 ms")
        Duration lease,

        @Setting(doc = "How long a call to another role may take before it is tried again", byDefault = "5 s")
        Duration callTimeout) {
    public static RootConfig defaults() {
        return Settings.defaults(RootConfig.class);
    }
}
