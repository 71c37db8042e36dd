package io.elanus.sql.audit;

import io.elanus.storage.setting.DataSize;
import io.elanus.storage.setting.Setting;
import io.elanus.storage.setting.Settings;

/// Where the audit log goes.
public record AuditConfig(
        @Setting(doc = "Write an audit log: on, off, or auto: on when clients have to log in", byDefault = "auto")
        Mode mode,

        @Setting(doc = "File of the audit log; a relative name is below the data directory", byDefault = "audit.jsonl")
        String file,

        @Setting(doc = "Size at which another file is begun", byDefault = "64 MB", min = "64 kB")
        DataSize maxSize,

        @Setting(doc = "Full files that are kept; the oldest goes first", byDefault = "10", min = "1", max = "10000")
        int maxFiles) {
    public enum Mode {
        AUTO,
        ON,
        OFF
    }

    public static AuditConfig defaults() {
        return Settings.defaults(AuditConfig.class);
    }
}
