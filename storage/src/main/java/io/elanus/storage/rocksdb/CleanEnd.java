package io.elanus.storage.rocksdb;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// How far a database had come when it was closed in order, in a small file beside its folder (`<folder>.end`).
///
/// RocksDB takes a write-ahead log or manifest that ends early for one that a crash has cut off, and opens without
/// the rest. After a crash that is right; after an orderly end it means that a file was changed or lost, and going
/// on would lose acknowledged writes without a word. The file is there only between a close and the next open.
///
/// Text: a line `<name> <number>` each, then `content <hash>` and `end <how many>`. Numbers only rise while the
/// database is in use: where one is higher than noted, the note is of an earlier end and says nothing, as does one
/// that cannot be read in full. Else all must be as it was.
///
/// For one thread.
public final class CleanEnd {
    private static final String CONTENT = "content";
    private static final String LAST = "end";

    private final Path folder;
    private final Path file;

    /// @param folder of the database
    public CleanEnd(Path folder) {
        this.folder = folder;
        this.file = folder.resolveSibling(folder.getFileName() + ".end");
    }

    /// Fails when the database is not what it was when it was closed; else forgets.
    ///
    /// @param found how far it has come
    /// @param content a hash of what is in it
    public void check(Map<String, Long> found, long content) {
        try {
            if (!Files.exists(file)) {
                return;
            }
            parse(Files.readString(file)).ifPresent(closed -> compare(closed, found, content));
            Files.delete(file);
        } catch (IOException e) {
            throw failure("read", e);
        }
    }

    private void compare(Map<String, Long> closed, Map<String, Long> found, long content) {
        if (found.entrySet().stream().anyMatch(now -> now.getValue() > closed.getOrDefault(now.getKey(), 0L))) {
            return;
        }
        closed.forEach((name, number) -> {
            long now = name.equals(CONTENT) ? content : found.getOrDefault(name, 0L);
            if (now != number) {
                throw new StorageException(
                        ErrorCode.CORRUPT,
                        "The database in [%s] has lost writes: its [%s] is [%d], it was [%d] when the server stopped. A file in that folder was changed or lost: restore the data directory from a copy. To go on with what is left, delete [%s]."
                                .formatted(folder, name, now, number, file));
            }
        });
    }

    /// Notes how far the database has come. It must be on disk already.
    public void write(Map<String, Long> reached, long content) {
        var text = new StringBuilder();
        new TreeMap<>(reached)
                .forEach((name, number) ->
                        text.append(name).append(' ').append(number).append('\n'));
        text.append(CONTENT).append(' ').append(content).append('\n');
        text.append(LAST).append(' ').append(reached.size() + 1).append('\n');
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        try {
            try (FileChannel channel = FileChannel.open(
                    draft, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8)));
                channel.force(true);
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw failure("write", e);
        }
    }

    private static Optional<Map<String, Long>> parse(String text) {
        var numbers = new HashMap<String, Long>();
        for (String line : text.lines().toList()) {
            int space = line.lastIndexOf(' ');
            try {
                numbers.put(line.substring(0, Math.max(0, space)), Long.parseLong(line.substring(space + 1)));
            } catch (NumberFormatException _) {
                return Optional.empty();
            }
        }
        Long lines = numbers.remove(LAST);
        return lines != null && lines == numbers.size() ? Optional.of(numbers) : Optional.empty();
    }

    private StorageException failure(String doing, IOException cause) {
        return new StorageException(
                ErrorCode.IO_ERROR,
                "Could not %s [%s]: %s. Check the data disk.".formatted(doing, file, cause.getMessage()),
                cause);
    }
}
