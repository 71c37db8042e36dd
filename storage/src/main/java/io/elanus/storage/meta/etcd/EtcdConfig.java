package io.elanus.storage.meta.etcd;

import io.elanus.storage.setting.Setting;
import io.elanus.storage.setting.Settings;
import java.time.Duration;

/// Where the metadata is.
public record EtcdConfig(
        @Setting(doc = "URLs of the members, with commas between them", byDefault = "http://127.0.0.1:2379")
        String endpoints,

        @Setting(
                doc = "Begin of every key; clusters that share an etcd have prefixes of their own",
                byDefault = "elanus")
        String prefix,

        @Setting(doc = "Time limit of a request, with its retries", byDefault = "10 s", min = "100 ms")
        Duration requestTimeout) {
    public static EtcdConfig defaults() {
        return Settings.defaults(EtcdConfig.class);
    }
}
