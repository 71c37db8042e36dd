package io.elanus.cluster.querycoord;

import io.elanus.storage.setting.Setting;
import io.elanus.storage.setting.Settings;
import java.time.Duration;

/// How tables are loaded.
public record QueryCoordConfig(
        @Setting(doc = "How often a loaded table is compared with what is persisted", byDefault = "1 s", min = "10 ms")
        Duration pullInterval,

        @Setting(doc = "Pause after a load step that failed", byDefault = "200 ms", min = "1 ms")
        Duration retryDelay,

        @Setting(doc = "Time limit of calls that answer at once", byDefault = "5 s", min = "10 ms")
        Duration callTimeout,

        @Setting(doc = "Time limit for opening the files of a table", byDefault = "2 m", min = "100 ms")
        Duration loadTimeout,

        @Setting(doc = "How long a statement waits for its table to be loaded", byDefault = "30 s", min = "100 ms")
        Duration readyTimeout,

        @Setting(doc = "Time after which a silent query coordinator is replaced", byDefault = "6 s", min = "100 ms")
        Duration leaseTime) {
    public static QueryCoordConfig defaults() {
        return Settings.defaults(QueryCoordConfig.class);
    }
}
