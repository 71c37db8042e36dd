package io.elanus.sql.server;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The folder of the embedded stores, locked for this process. The lock goes with the process, however that ends.
final class DataDirectory implements AutoCloseable {
    private final Path folder;
    private final FileChannel channel;

    private DataDirectory(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    static DataDirectory open(Path folder) {
        try {
            Files.createDirectories(folder);
            FileChannel channel = FileChannel.open(folder.resolve("lock"), CREATE, WRITE);
            if (!locked(channel)) {
                channel.close();
                throw new QueryException(
                        ErrorCode.UNAVAILABLE,
                        "The data directory [%s] is in use by another server.".formatted(folder.toAbsolutePath()),
                        "Stop that server, or choose another directory with --data.");
            }
            return new DataDirectory(folder, channel);
        } catch (IOException e) {
            throw new UncheckedIOException("The data directory [%s] cannot be opened".formatted(folder), e);
        }
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            // Held by this very process.
            return false;
        }
    }

    Path log() {
        return folder.resolve("log");
    }

    Path meta() {
        return folder.resolve("meta");
    }

    Path objects() {
        return folder;
    }

    /// Copies of objects that live elsewhere, for as long as there is room.
    Path cache() {
        return folder.resolve("cache");
    }

    /// Copies of objects that are read once.
    Path copies() {
        return folder.resolve("copies");
    }

    /// Rows beyond the memory of statements.
    Path spill() {
        return folder.resolve("spill");
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("The data directory [%s] cannot be unlocked".formatted(folder), e);
        }
    }
}
