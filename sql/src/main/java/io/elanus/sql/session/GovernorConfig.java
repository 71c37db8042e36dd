package io.elanus.sql.session;

import io.elanus.storage.setting.DataSize;
import io.elanus.storage.setting.Setting;
import io.elanus.storage.setting.Settings;
import java.time.Duration;

/// How much may run at a time. One more waits in line; when the line is full, or it has waited too long, it is refused
/// with SQLSTATE 53400.
public record GovernorConfig(
        @Setting(doc = "Statements that run at a time", byDefault = "500", min = "1", max = "100000")
        int statements,

        @Setting(doc = "Statements of one user that run at a time", byDefault = "500", min = "1", max = "100000")
        int statementsOfUser,

        @Setting(doc = "Statements that wait for others to end", byDefault = "1000", min = "0", max = "100000")
        int waiting,

        @Setting(doc = "Longest wait of a statement for others to end", byDefault = "30 s", min = "1 ms")
        Duration longestWait,

        @Setting(doc = "Most off-heap memory of all statements of one user", byDefault = "4 GB", min = "1 MB")
        DataSize memoryOfUser) {
    public static GovernorConfig defaults() {
        return Settings.defaults(GovernorConfig.class);
    }
}
