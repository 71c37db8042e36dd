package io.elanus.sql.server;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.error.Suggestions;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.setting.DataSize;
import io.elanus.storage.setting.Setting;
import io.elanus.storage.setting.Settings;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Between a tree of configuration records and its keys: the record path in lower case, words joined by dashes,
/// records by dots.
public final class ConfigTree {
    private ConfigTree() {}

    /// A leaf of the tree.
    public record Key(Setting setting, Class<?> type) {}

    /// Every key of the tree in the order of declaration.
    public static Map<String, Key> keys(Class<? extends Record> root) {
        var keys = new LinkedHashMap<String, Key>();
        collect("", root, keys);
        return keys;
    }

    private static void collect(String prefix, Class<?> type, Map<String, Key> keys) {
        for (RecordComponent component : type.getRecordComponents()) {
            String path = prefix + dashed(component.getName());
            if (isGroup(component)) {
                collect(path + ".", component.getType(), keys);
            } else {
                keys.put(path, new Key(component.getAnnotation(Setting.class), component.getType()));
            }
        }
    }

    private static boolean isGroup(RecordComponent component) {
        return component.getType().isRecord() && component.getType() != DataSize.class;
    }

    private static String dashed(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }

    /// The tree with these values, defaults for the rest. An unknown key or a bad value is an INVALID_CONFIGURATION
    /// that names the key and what would be right.
    ///
    /// @param values text by key
    public static <R extends Record> R fill(Class<R> root, Map<String, String> values) {
        Map<String, Key> known = keys(root);
        for (String key : values.keySet()) {
            if (!known.containsKey(key)) {
                String advice = Suggestions.nearest(key, known.keySet())
                        .map("Did you mean [%s]?"::formatted)
                        .orElse("All settings are listed in docs/configuration.md.");
                throw new QueryException(
                        ErrorCode.INVALID_CONFIGURATION, "There is no setting [%s].".formatted(key), advice);
            }
        }
        return fill("", root, values);
    }

    private static <R extends Record> R fill(String prefix, Class<R> type, Map<String, String> values) {
        RecordComponent[] components = type.getRecordComponents();
        Object[] filled = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            String path = prefix + dashed(components[i].getName());
            filled[i] = isGroup(components[i])
                    ? fill(path + ".", components[i].getType().asSubclass(Record.class), values)
                    : value(path, components[i], Optional.ofNullable(values.get(path)));
        }
        return Settings.create(type, components, filled);
    }

    private static Object value(String path, RecordComponent component, Optional<String> given) {
        Setting setting = component.getAnnotation(Setting.class);
        if (setting == null) {
            throw new IllegalStateException("Setting [%s] is not documented".formatted(path));
        }
        try {
            return Settings.parse(setting, component.getType(), given.orElse(setting.byDefault()));
        } catch (IllegalArgumentException e) {
            throw new QueryException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "Setting [%s]: %s".formatted(path, e.getMessage()),
                    0,
                    "It means: %s. The default is [%s].".formatted(setting.doc(), setting.byDefault()),
                    e);
        }
    }
}
