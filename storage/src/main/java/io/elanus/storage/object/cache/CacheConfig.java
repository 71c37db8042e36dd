package io.elanus.storage.object.cache;

import io.elanus.storage.setting.DataSize;
import io.elanus.storage.setting.Setting;
import io.elanus.storage.setting.Settings;

/// How much of the objects that are elsewhere a node keeps near.
public record CacheConfig(
        @Setting(
                doc = "Disk for copies of objects of S3; 0 B: four fifths of what is free in the data folder at start",
                byDefault = "0 B")
        DataSize size,

        @Setting(
                doc = "Percentage of the size that copies never exceed; unused ones are deleted before",
                byDefault = "95",
                min = "2",
                max = "100")
        int highWatermark,

        @Setting(
                doc = "Percentage of the size at which deleting stops; below the high watermark",
                byDefault = "85",
                min = "1",
                max = "99")
        int lowWatermark,

        @Setting(
                doc = "Memory for parts of objects in use when the disk has no room for them",
                byDefault = "256 MB",
                min = "1 MB")
        DataSize memory,

        @Setting(
                doc =
                        "What is fetched of a segment besides what queries need: async: all, in the background; sync: all, before it serves; none",
                byDefault = "async")
        WarmUp warmUp) {

    /// What is fetched before a query needs it.
    public enum WarmUp {
        ASYNC,
        SYNC,
        NONE
    }

    public CacheConfig {
        if (lowWatermark >= highWatermark) {
            throw new IllegalArgumentException(
                    "The low watermark [%d] of the cache is not below the high one [%d]. Set it lower."
                            .formatted(lowWatermark, highWatermark));
        }
    }

    public static CacheConfig defaults() {
        return Settings.defaults(CacheConfig.class);
    }
}
