package io.elanus.sql.exec;

import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.vector.types.pojo.Schema;

/// Where operators put what they cannot hold: a file a run, an Arrow IPC stream, in a folder that is the server's
/// alone. A run's file goes with it; those that a crash left go when the folder is opened. Any thread.
public final class SpillFolder {
    private final Path folder;
    private final AtomicLong runs = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    private SpillFolder(Path folder) {
        this.folder = folder;
    }

    public static SpillFolder open(Path folder) {
        try {
            Files.createDirectories(folder);
            try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, "*.{arrows,draft}")) {
                for (Path file : left) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The folder [%s] for sorting cannot be prepared".formatted(folder), e);
        }
        return new SpillFolder(folder);
    }

    /// For other files that live no longer than a statement; whoever makes one removes it.
    public Path folder() {
        return folder;
    }

    /// A new run, the caller's.
    SpilledRun begin(Schema schema) {
        Path file = folder.resolve("run-%d.arrows".formatted(runs.incrementAndGet()));
        try {
            FileChannel channel = FileChannel.open(
                    file,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.DELETE_ON_CLOSE);
            return new SpilledRun(channel, schema, bytes::addAndGet);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    static QueryException failed(IOException e) {
        if (e instanceof ClosedByInterruptException) {
            return new QueryException(ErrorCode.CANCELLED, "The statement was interrupted.");
        }
        return new QueryException(
                ErrorCode.IO_ERROR,
                "Rows beyond the statement's memory could not be put on disk or read again: [%s].".formatted(e),
                0,
                "Look at the data disk and its free space, or raise the setting query_memory.",
                e);
    }

    /// Written since the server started.
    public long bytesWritten() {
        return bytes.get();
    }

    /// Begun since the server started.
    public long runsBegun() {
        return runs.get();
    }
}
