package io.elanus.sql.console;

import io.elanus.storage.setting.DataSize;
import io.elanus.storage.setting.Setting;
import io.elanus.storage.setting.Settings;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/// Limits of the web console and its HTTP API.
public record ConsoleConfig(
        @Setting(
                doc =
                        "Names by which browsers may reach the console, separated by commas, beside localhost and IP addresses",
                byDefault = "")
        String hostNames,

        @Setting(doc = "Sessions of the console and the HTTP API at a time", byDefault = "200", min = "1")
        int maxSessions,

        @Setting(doc = "A session without a request for this long is closed", byDefault = "30 min", min = "1 s")
        Duration idleTimeout,

        @Setting(doc = "Most bytes of one request", byDefault = "8 MB", min = "1 kB", max = "256 MB")
        DataSize maxBody,

        @Setting(doc = "Most rows of one answer; a request may ask for fewer", byDefault = "1000000", min = "1")
        long maxRows) {
    public static ConsoleConfig defaults() {
        return Settings.defaults(ConsoleConfig.class);
    }

    List<String> names() {
        return Arrays.stream(hostNames.split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
    }
}
