package io.elanus.embedded;

import io.elanus.sql.server.ConfigTree;
import io.elanus.sql.server.ElanusServer;
import io.elanus.sql.server.ServerConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The servers of this process, by what they are over. Any thread; starting or stopping one lets others wait.
final class EmbeddedServers {
    /// A folder is open once in a process, whoever opens it: so there is one list of them.
    static final EmbeddedServers SHARED = new EmbeddedServers();

    private final Map<String, Running> running = new HashMap<>();

    private static final class Running {
        final String key;
        final ElanusServer server;
        final @Nullable Path temporary;
        int leases;

        Running(String key, ElanusServer server, @Nullable Path temporary) {
            this.key = key;
            this.server = server;
            this.temporary = temporary;
        }
    }

    /// A connection's hold on a server. Closing it twice is closing it once.
    final class Lease {
        private final Running held;
        private boolean closed;

        private Lease(Running held) {
            this.held = held;
            held.leases++;
        }

        String address() {
            return held.server.address();
        }

        void close() {
            synchronized (EmbeddedServers.this) {
                if (!closed) {
                    closed = true;
                    release(held);
                }
            }
        }
    }

    synchronized Lease lease(EmbeddedUrl url) {
        String key = key(url);
        Running found = running.get(key);
        if (found == null) {
            found = start(key, url);
            running.put(key, found);
        }
        return new Lease(found);
    }

    private static String key(EmbeddedUrl url) {
        if (url.folder().isPresent()) {
            return "file:" + real(url.folder().get());
        }
        return "mem:" + (url.name().isEmpty() ? UUID.randomUUID() : "name:" + url.name());
    }

    /// Two ways to a folder are one folder.
    private static Path real(Path folder) {
        try {
            Files.createDirectories(folder);
            return folder.toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException("The folder [%s] cannot be made".formatted(folder), e);
        }
    }

    private static Running start(String key, EmbeddedUrl url) {
        var config = ConfigTree.fill(ServerConfig.class, Map.of("listen.http-port", "0", "listen.flight-port", "0"));
        if (url.folder().isPresent()) {
            return new Running(key, ElanusServer.start(url.folder().get(), config), null);
        }
        Path folder = temporary();
        try {
            return new Running(key, ElanusServer.start(folder, config), folder);
        } catch (RuntimeException e) { // nobody else knows of the folder
            delete(folder);
            throw e;
        }
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("elanus-mem");
        } catch (IOException e) {
            throw new UncheckedIOException("No temporary folder can be made", e);
        }
    }

    private void release(Running held) {
        held.leases--;
        if (held.leases > 0) {
            return;
        }
        running.remove(held.key);
        held.server.close();
        if (held.temporary != null) {
            delete(held.temporary);
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The temporary folder [%s] cannot be deleted".formatted(folder), e);
        }
    }
}
