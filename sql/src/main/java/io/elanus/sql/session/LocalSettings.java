package io.elanus.sql.session;

import java.util.EnumMap;
import java.util.Map;

/// SET LOCAL: what the settings were before, until COMMIT or ROLLBACK puts that back. Thread safe.
final class LocalSettings {
    private final Map<Setting, String> before = new EnumMap<>(Setting.class);

    /// Notes a setting's value before the first SET LOCAL.
    synchronized void keep(Setting setting, String value) {
        before.putIfAbsent(setting, value);
    }

    synchronized void restore(Session session) {
        before.forEach((setting, value) -> session.set(setting.key(), value));
        before.clear();
    }
}
