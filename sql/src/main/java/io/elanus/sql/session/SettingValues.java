package io.elanus.sql.session;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/// The values of a session's settings. Any thread.
final class SettingValues {
    private final Map<String, String> defaults;
    private final Map<Setting, String> values = new EnumMap<>(Setting.class);

    /// @param defaults of the server by key, where they are not those of the setting
    SettingValues(Map<String, String> defaults) {
        this.defaults = defaults;
        for (Setting setting : Setting.values()) {
            reset(setting);
        }
    }

    String get(Setting setting) {
        synchronized (values) {
            return values.getOrDefault(setting, setting.byDefault());
        }
    }

    /// @param checked a value that the setting takes
    void set(Setting setting, String checked) {
        synchronized (values) {
            values.put(setting, checked);
        }
    }

    void reset(Setting setting) {
        String given = defaults.get(setting.key());
        set(setting, given == null ? setting.byDefault() : setting.check(given));
    }

    /// All of them by key.
    Map<String, String> all() {
        var map = new TreeMap<String, String>();
        synchronized (values) {
            values.forEach((setting, value) -> map.put(setting.key(), value));
        }
        return map;
    }
}
