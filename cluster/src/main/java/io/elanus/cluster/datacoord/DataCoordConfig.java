package io.elanus.cluster.datacoord;

import io.elanus.storage.setting.DataSize;
import io.elanus.storage.setting.Setting;
import io.elanus.storage.setting.Settings;
import java.time.Duration;

/// Settings of the data coordinator.
public record DataCoordConfig(
        Channels channels, Segments segments, Sealing sealing, Compaction compaction, Garbage garbage, Log log) {
    public static DataCoordConfig defaults() {
        return Settings.defaults(DataCoordConfig.class);
    }

    public record Channels(
            @Setting(doc = "Life of the coordinator's lease without renewal", byDefault = "6 s", min = "1 s")
            Duration leaseTime,

            @Setting(doc = "Wait for a node to take a channel before another is asked", byDefault = "60 s")
            Duration watchTimeout,

            @Setting(doc = "Wait for a node to give a channel back before it is taken", byDefault = "30 s")
            Duration releaseTimeout,

            @Setting(doc = "Interval at which assignments are looked over", byDefault = "1 s", min = "10 ms")
            Duration checkInterval) {}

    public record Segments(
            @Setting(doc = "Size at which a segment is full", byDefault = "512 MB", min = "1 MB")
            DataSize maxSize,

            @Setting(doc = "Fewest rows that a full segment has", byDefault = "1024", min = "1")
            long minRows,

            @Setting(doc = "Most rows that a full segment has", byDefault = "16777216", min = "1")
            long maxRows,

            @Setting(doc = "How long space that was handed out may be used", byDefault = "2 s", min = "100 ms")
            Duration assignmentExpiration,

            @Setting(
                    doc = "How far ahead the end of a segment's allocations is written, so that not each is",
                    byDefault = "10 s")
            Duration expirationWindow,

            @Setting(doc = "Most rows of one allocation", byDefault = "10000000", min = "1")
            long maxAllocation) {}

    public record Sealing(
            @Setting(doc = "Share of its rows at which a segment is full", byDefault = "0.75", min = "0.01", max = "1")
            double proportion,

            @Setting(doc = "Greatest random cut of that share", byDefault = "0.1", min = "0", max = "0.9")
            double jitter,

            @Setting(doc = "Age at which a segment is sealed", byDefault = "1 d")
            Duration maxLife,

            @Setting(doc = "Time without new rows after which a segment is sealed", byDefault = "10 m")
            Duration maxIdle,

            @Setting(doc = "Least size for sealing an idle segment", byDefault = "16 MB")
            DataSize minIdleSize,

            @Setting(
                    doc =
                            "Growing size of one channel at which its largest segment is sealed; an eighth of the process's memory at most",
                    byDefault = "4 GB")
            DataSize maxGrowingSize,

            @Setting(
                    doc = "Log records behind the channel at which a segment is sealed, to bound what a restart reads",
                    byDefault = "200000",
                    min = "1000")
            long maxLogDistance) {}

    public record Compaction(
            @Setting(doc = "Compact by itself", byDefault = "true")
            boolean enabled,

            @Setting(doc = "Interval at which compactions are planned", byDefault = "10 s", min = "10 ms")
            Duration interval,

            @Setting(doc = "Flushed segments below this share of the size limit are small", byDefault = "0.5")
            double smallProportion,

            @Setting(doc = "Small segments that are merged although they do not fill one", byDefault = "8", min = "2")
            int mergeFactor,

            @Setting(doc = "Share of ended rows at which a segment is rewritten", byDefault = "0.2", min = "0.01")
            double deletedProportion,

            @Setting(doc = "Delta segments of a channel at which they are applied", byDefault = "16", min = "1")
            int maxDeltaSegments,

            @Setting(doc = "Compactions that run at a time on a node", byDefault = "1", min = "1")
            int slotsPerNode) {}

    public record Garbage(
            @Setting(doc = "Interval of collections", byDefault = "10 m", min = "10 ms")
            Duration interval,

            @Setting(doc = "How long dropped segments keep their files", byDefault = "3 h")
            Duration droppedTolerance,

            @Setting(doc = "Age at which a file that nothing refers to is deleted", byDefault = "24 h")
            Duration orphanTolerance,

            @Setting(doc = "How long ended rows stay readable by AS OF", byDefault = "1 h")
            Duration timeTravelRetention) {}

    public record Log(
            @Setting(doc = "Interval at which the log is cut behind what is persisted", byDefault = "30 s")
            Duration truncateInterval) {}
}
