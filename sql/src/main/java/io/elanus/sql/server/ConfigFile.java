package io.elanus.sql.server;

import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// Settings as people write them: nested or dotted keys in `elanus.yaml`, and `--set key=value`.
final class ConfigFile {
    private ConfigFile() {}

    /// Text by dotted key.
    static Map<String, String> read(Path file) {
        try {
            var settings = LoadSettings.builder().setLabel(file.toString()).build();
            var values = new TreeMap<String, String>();
            Object tree = new Load(settings).loadFromString(Files.readString(file));
            if (tree instanceof Map<?, ?> map) {
                flatten("", map, values);
            } else if (tree != null) {
                throw new QueryException(
                        ErrorCode.INVALID_CONFIGURATION, "File [%s] does not hold keys and values.".formatted(file));
            }
            return values;
        } catch (YamlEngineException e) {
            throw new QueryException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "File [%s] is not YAML: %s".formatted(file, e.getMessage()),
                    0,
                    null,
                    e);
        } catch (IOException e) {
            throw new QueryException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "File [%s] cannot be read: %s".formatted(file, e.getMessage()),
                    0,
                    null,
                    e);
        }
    }

    private static void flatten(String prefix, Map<?, ?> map, Map<String, String> values) {
        map.forEach((key, value) -> {
            if (value instanceof Map<?, ?> nested) {
                flatten(prefix + key + ".", nested, values);
            } else {
                values.put(prefix + key, String.valueOf(value));
            }
        });
    }

    /// `key=value` pairs of the command line; they win over the file's.
    static Map<String, String> merge(Map<String, String> file, List<String> assignments) {
        var merged = new LinkedHashMap<>(file);
        for (String assignment : assignments) {
            int equals = assignment.indexOf('=');
            if (equals < 1) {
                throw new QueryException(
                        ErrorCode.INVALID_CONFIGURATION,
                        "[%s] does not set anything.".formatted(assignment),
                        "Write --set key=value.");
            }
            merged.put(
                    assignment.substring(0, equals).strip(),
                    assignment.substring(equals + 1).strip());
        }
        return merged;
    }
}
