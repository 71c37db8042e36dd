package io.elanus.sql.login;

import io.elanus.storage.setting.Setting;
import io.elanus.storage.setting.Settings;
import java.time.Duration;

/// How clients log in.
public record LoginConfig(
        @Setting(
                doc =
                        "File with the first password of user elanus, read when that user has none; empty: one is made up",
                byDefault = "")
        String passwordFile,

        @Setting(
                doc = "A login ends after this long; clients log in again by themselves",
                byDefault = "12 h",
                min = "1 s")
        Duration tokenLife,

        @Setting(
                doc = "Failed logins of a user from an address before the next ones have to wait",
                byDefault = "5",
                min = "1",
                max = "1000")
        int maxFailures,

        @Setting(
                doc =
                        "Take passwords over connections that others can read, such as those behind a proxy that ends TLS",
                byDefault = "false")
        boolean plainPasswords) {
    public static LoginConfig defaults() {
        return Settings.defaults(LoginConfig.class);
    }
}
