package io.elanus.sql.server;

import io.elanus.storage.setting.Setting;
import io.elanus.storage.setting.Settings;
import java.util.Map;

/// The page of the guide that lists every setting. Generated; a test keeps the committed page current.
final class ConfigReference {
    private ConfigReference() {}

    static String markdown() {
        var page = new StringBuilder("""
                # Configuration

                Settings stand in `elanus.yaml` in the working directory (or the file that `--config` names), nested or with dotted keys, and
                on the command line as `--set key=value`, which wins. An unknown key stops the start.

                """);
        String group = "";
        for (Map.Entry<String, ConfigTree.Key> entry :
                ConfigTree.keys(ServerConfig.class).entrySet()) {
            String key = entry.getKey();
            String itsGroup = key.substring(0, Math.max(0, key.indexOf('.')));
            if (!itsGroup.equals(group)) {
                group = itsGroup;
                page.append("## ")
                        .append(group)
                        .append("\\n\\n| key | default | range | meaning |\\n|---|---|---|---|\\n");
            }
            Setting setting = entry.getValue().setting();
            page.append("| `%s` | `%s` | %s | %s |\\n"
                    .formatted(key, setting.byDefault(), range(entry.getValue()), setting.doc()));
        }
        return page.toString().replace("\\n", "\n");
    }

    private static String range(ConfigTree.Key key) {
        if (key.type().isEnum()) {
            return String.join(", ", Settings.choices(key.type()));
        }
        Setting setting = key.setting();
        if (setting.min().isEmpty() && setting.max().isEmpty()) {
            return "";
        }
        return setting.min() + " … " + setting.max();
    }
}
