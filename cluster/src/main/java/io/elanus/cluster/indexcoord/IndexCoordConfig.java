package io.elanus.cluster.indexcoord;

import io.elanus.storage.setting.Setting;
import io.elanus.storage.setting.Settings;
import java.time.Duration;

/// Settings of the index coordinator.
public record IndexCoordConfig(
        @Setting(doc = "Life of the coordinator's lease without renewal", byDefault = "6 s", min = "1 s")
        Duration leaseTime,

        @Setting(doc = "Interval at which tasks are looked over and handed out", byDefault = "3 s", min = "10 ms")
        Duration assignInterval,

        @Setting(doc = "Interval at which all segments are looked over for missing indexes", byDefault = "10 m")
        Duration sweepInterval,

        @Setting(doc = "Segments with fewer rows get no index file; they are searched row by row", byDefault = "1024")
        long minRows,

        @Setting(
                doc = "Failed builds and damaged files of a segment's index after which it is given up",
                byDefault = "10",
                min = "1")
        int maxTries,

        @Setting(doc = "Age at which an index file that no task refers to is deleted", byDefault = "24 h")
        Duration orphanTolerance) {
    public static IndexCoordConfig defaults() {
        return Settings.defaults(IndexCoordConfig.class);
    }
}
