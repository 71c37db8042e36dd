package io.elanus.sql.session;

import io.elanus.cluster.proxy.TableAccess;
import io.elanus.cluster.runtime.Clock;
import io.elanus.sql.catalog.SystemTable;
import io.elanus.sql.exec.SpillFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;

/// What sessions run on.
///
/// @param systemTables beside those that sessions know themselves (`queries`, `sessions`, `settings`)
/// @param memory of all statements
/// @param limits of every session
/// @param defaults values of settings that differ from their own defaults
public record SessionServices(
        TableAccess tables,
        Maintenance maintenance,
        List<SystemTable> systemTables,
        Memory memory,
        Clock clock,
        Limits limits,
        Map<String, String> defaults) {
    public SessionServices {
        systemTables = List.copyOf(systemTables);
        defaults = Map.copyOf(defaults);
    }

    /// @param allocator parent of every statement's memory
    /// @param spill     where a statement puts rows beyond its own; empty: it fails then
    public record Memory(BufferAllocator allocator, Optional<SpillFolder> spill) {}

    BufferAllocator allocator() {
        return memory.allocator();
    }

    /// @param copyFolders COPY reads files below these folders only; empty: any file the server may read
    /// @param running how many statements run at a time
    public record Limits(
            int sessions, Duration longestStatement, int plans, List<Path> copyFolders, GovernorConfig running) {
        public static final Limits DEFAULT =
                new Limits(1_000, Duration.ofHours(1), 1_024, List.of(), GovernorConfig.defaults());

        public Limits {
            copyFolders = List.copyOf(copyFolders);
        }

        public Limits with(GovernorConfig wanted) {
            return new Limits(sessions, longestStatement, plans, copyFolders, wanted);
        }
    }
}
