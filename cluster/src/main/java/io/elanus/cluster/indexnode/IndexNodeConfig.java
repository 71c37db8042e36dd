package io.elanus.cluster.indexnode;

import io.elanus.storage.setting.Setting;
import io.elanus.storage.setting.Settings;
import java.time.Duration;

/// Settings of an index node.
public record IndexNodeConfig(
        @Setting(doc = "Builds that run at a time", byDefault = "1", min = "1")
        int slots,

        @Setting(doc = "Life of the node's lease without renewal", byDefault = "6 s", min = "1 s")
        Duration leaseTime,

        @Setting(doc = "Tries to write an outcome before the build is given up", byDefault = "10", min = "1")
        int outcomeTries,

        @Setting(doc = "Wait between these tries", byDefault = "500 ms", min = "1 ms")
        Duration retryDelay) {
    public static IndexNodeConfig defaults() {
        return Settings.defaults(IndexNodeConfig.class);
    }
}
