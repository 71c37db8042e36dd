package io.elanus.storage.tls;

import io.elanus.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What was read from files, read again when one of them has another time. Any thread.
final class Renewed<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Renewed.class);

    private final List<Path> files;
    private final Supplier<T> reading;
    private List<FileTime> times;
    private T value;

    /// Reads the files for the first time; what is wrong with them is thrown.
    Renewed(List<Path> files, Supplier<T> reading) {
        this.files = files;
        this.reading = reading;
        this.times = times();
        this.value = reading.get();
    }

    /// What the files hold; what they held before when they cannot be used now.
    synchronized T value() {
        List<FileTime> now = times();
        if (!now.equals(times)) {
            times = now;
            try {
                value = reading.get();
                LOG.atInfo().addKeyValue("files", files).log("TLS files were read again");
            } catch (StorageException e) { // a file may be half written; its next change is another chance
                LOG.atError().addKeyValue("files", files).setCause(e).log("Renewed TLS files cannot be used");
            }
        }
        return value;
    }

    private List<FileTime> times() {
        return files.stream().map(Renewed::time).toList();
    }

    private static FileTime time(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) { // it is being replaced; reading it tells more
            return FileTime.fromMillis(0);
        }
    }
}
