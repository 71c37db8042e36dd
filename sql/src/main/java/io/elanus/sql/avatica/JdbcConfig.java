package io.elanus.sql.avatica;

import io.elanus.storage.setting.DataSize;
import io.elanus.storage.setting.Setting;
import io.elanus.storage.setting.Settings;
import java.time.Duration;

/// Limits of the JDBC door.
public record JdbcConfig(
        @Setting(doc = "Most bytes of one request, checked before it is read", byDefault = "64 MB", min = "64 kB")
        DataSize maxBody,

        @Setting(doc = "Connections at a time; one more is refused with SQLSTATE 53300", byDefault = "10000", min = "1")
        int maxConnections,

        @Setting(doc = "Open statements of one connection", byDefault = "1000", min = "1")
        int maxStatements,

        @Setting(doc = "A connection without a call for this long is closed", byDefault = "30 min", min = "1 s")
        Duration idleTimeout,

        @Setting(doc = "Size of result frames: bytes after which a frame is sent", byDefault = "1 MB", min = "1 kB")
        DataSize frameSize,

        @Setting(
                doc = "A query that has no row for this long is answered with an empty frame; the client asks again",
                byDefault = "10 s",
                min = "10 ms")
        Duration patience,

        @Setting(
                doc = "A server that ends takes no new statement and gives those that run, and results that are"
                        + " read, this long; the driver goes on at another host",
                byDefault = "5 s",
                min = "1 ms")
        Duration drain) {
    public static JdbcConfig defaults() {
        return Settings.defaults(JdbcConfig.class);
    }
}
