package io.elanus.sql.flight;

import io.elanus.storage.setting.DataSize;
import io.elanus.storage.setting.Setting;
import io.elanus.storage.setting.Settings;
import java.time.Duration;

/// Limits of the Flight door.
public record FlightConfig(
        @Setting(
                doc = "Most bytes of one message of a client, such as a batch of rows",
                byDefault = "64 MB",
                min = "64 kB",
                max = "512 MB")
        DataSize maxMessage,

        @Setting(
                doc = "Most memory for batches that clients have sent and that wait to be written",
                byDefault = "512 MB",
                min = "1 MB")
        DataSize receiveMemory,

        @Setting(
                doc = "Size of the batches that are sent; larger ones are cut",
                byDefault = "4 MB",
                min = "4 kB",
                max = "256 MB")
        DataSize batchSize,

        @Setting(doc = "Streams of results at a time; one more is refused", byDefault = "256", min = "1")
        int maxStreams,

        @Setting(
                doc = "Prepared statements of a session, and results of it that wait to be read",
                byDefault = "1000",
                min = "1")
        int maxStatements,

        @Setting(
                doc = "A result that nobody has begun to read for this long is given up",
                byDefault = "5 min",
                min = "1 s")
        Duration ticketLife,

        @Setting(doc = "A session without a call for this long is closed", byDefault = "30 min", min = "1 s")
        Duration idleTimeout) {
    public static FlightConfig defaults() {
        return Settings.defaults(FlightConfig.class);
    }
}
