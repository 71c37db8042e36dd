package io.elanus.sql.server;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options of every command that starts a server.
final class ServerOptions {
    private static final Path DEFAULT_FILE = Path.of("elanus.yaml");

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "data",
            description = "data directory (${DEFAULT-VALUE})")
    private Path data = Path.of("data");

    @Option(names = "--config", paramLabel = "FILE", description = "settings (elanus.yaml, if it is there)")
    private @Nullable Path file;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "one setting; wins over the file")
    private List<String> assignments = List.of();

    Path data() {
        return data;
    }

    ServerConfig config() {
        Map<String, String> fromFile = Map.of();
        if (file != null) {
            fromFile = ConfigFile.read(file);
        } else if (Files.exists(DEFAULT_FILE)) {
            fromFile = ConfigFile.read(DEFAULT_FILE);
        }
        return ConfigTree.fill(ServerConfig.class, ConfigFile.merge(fromFile, assignments));
    }
}
