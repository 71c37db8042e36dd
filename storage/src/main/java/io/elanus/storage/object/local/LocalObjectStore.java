package io.elanus.storage.object.local;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.object.ObjectErrors;
import io.elanus.storage.object.ObjectKeys;
import io.elanus.storage.object.ObjectStore;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/// The embedded [ObjectStore]. See the package for layout and thread rule.
public final class LocalObjectStore implements ObjectStore {
    private final Path objects;
    private final Path temporary;
    private final AtomicLong temporaryNames = new AtomicLong();

    private LocalObjectStore(Path objects, Path temporary) {
        this.objects = objects;
        this.temporary = temporary;
    }

    /// Opens or creates the store in this folder.
    public static LocalObjectStore open(Path folder) {
        var store = new LocalObjectStore(folder.resolve("objects"), folder.resolve("tmp"));
        try {
            Files.createDirectories(store.objects);
            Files.createDirectories(store.temporary);
            try (Stream<Path> leftovers = Files.list(store.temporary)) {
                for (Path leftover : leftovers.toList()) {
                    Files.delete(leftover);
                }
            }
            return store;
        } catch (IOException e) {
            throw failure("open the object store in [%s]".formatted(folder), e);
        }
    }

    /// A store whose keys are the paths of files below the folder, which other programs may write and read too.
    /// Makes nothing until something is put.
    public static LocalObjectStore over(Path folder) {
        return new LocalObjectStore(folder, folder.resolve(".drafts-" + UUID.randomUUID()));
    }

    @Override
    public void put(String key, List<ByteBuffer> content) {
        Path target = file(key);
        Path draft = temporary.resolve("put-" + temporaryNames.incrementAndGet());
        try {
            try {
                Files.createDirectories(temporary);
                write(draft, content);
                List<Path> changed = createFolders(target);
                Files.createLink(target, draft);
                for (Path folder : changed) {
                    sync(folder);
                }
            } finally {
                Files.deleteIfExists(draft);
            }
        } catch (FileAlreadyExistsException e) {
            throw ObjectErrors.exists(key, e);
        } catch (IOException e) {
            throw failure("write object [%s]".formatted(key), e);
        }
    }

    private static void write(Path draft, List<ByteBuffer> content) throws IOException {
        try (FileChannel channel = FileChannel.open(draft, CREATE_NEW, WRITE)) {
            for (ByteBuffer buffer : content) {
                ByteBuffer rest = buffer.duplicate();
                while (rest.hasRemaining()) {
                    channel.write(rest);
                }
            }
            channel.force(true);
        }
    }

    /// Makes the missing folders above the file; returns those whose entries change and must be synced.
    private static List<Path> createFolders(Path target) throws IOException {
        var changed = new ArrayList<Path>();
        Path folder = target.getParent();
        while (folder != null) {
            changed.add(folder);
            if (Files.exists(folder)) {
                break;
            }
            folder = folder.getParent();
        }
        Files.createDirectories(changed.getFirst());
        return changed;
    }

    private static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, READ)) {
            channel.force(true);
        }
    }

    @Override
    public byte[] read(String key) {
        try {
            return Files.readAllBytes(file(key));
        } catch (IOException e) {
            throw readFailure(key, e);
        }
    }

    @Override
    public byte[] read(String key, long offset, int length) {
        try (FileChannel channel = FileChannel.open(file(key), READ)) {
            if (offset < 0 || length < 0 || offset + length > channel.size()) {
                throw new StorageException(
                        ErrorCode.IO_ERROR,
                        "Object [%s] has [%d] bytes; bytes [%d] to [%d] were asked for. The object is shorter than its index says."
                                .formatted(key, channel.size(), offset, offset + length));
            }
            ByteBuffer buffer = ByteBuffer.allocate(length);
            while (buffer.hasRemaining() && channel.read(buffer, offset + buffer.position()) >= 0) {
                // Reads until full; the size was checked.
            }
            return buffer.array();
        } catch (IOException e) {
            throw readFailure(key, e);
        }
    }

    @Override
    public MemorySegment map(String key, Arena arena) {
        try (FileChannel channel = FileChannel.open(file(key), READ)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        } catch (IOException e) {
            throw readFailure(key, e);
        }
    }

    @Override
    public Optional<ObjectInfo> find(String key) {
        try {
            return Optional.of(info(key, file(key)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw readFailure(key, e);
        }
    }

    private static ObjectInfo info(String key, Path file) throws IOException {
        var attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new ObjectInfo(
                key, attributes.size(), attributes.lastModifiedTime().toMillis());
    }

    @Override
    public List<ObjectInfo> list(String prefix) {
        int slash = prefix.lastIndexOf('/');
        Path from = slash < 0 ? objects : objects.resolve(ObjectKeys.check(prefix.substring(0, slash)));
        if (!Files.isDirectory(from)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(from)) {
            var found = new ArrayList<ObjectInfo>();
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String key = objects.relativize(file).toString().replace('\\', '/');
                if (key.startsWith(prefix)) {
                    found.add(info(key, file));
                }
            }
            found.sort(Comparator.comparing(ObjectInfo::key));
            return found;
        } catch (NoSuchFileException e) {
            // Something was deleted while we walked.
            return list(prefix);
        } catch (IOException e) {
            throw failure("list objects under [%s]".formatted(prefix), e);
        }
    }

    @Override
    public void delete(String key) {
        try {
            Files.deleteIfExists(file(key));
        } catch (IOException e) {
            throw failure("delete object [%s]".formatted(key), e);
        }
    }

    private Path file(String key) {
        return objects.resolve(ObjectKeys.check(key));
    }

    private static StorageException readFailure(String key, IOException cause) {
        return cause instanceof NoSuchFileException
                ? ObjectErrors.missing(key, cause)
                : failure("read object [%s]".formatted(key), cause);
    }

    private static StorageException failure(String doing, IOException cause) {
        String reason = String.valueOf(cause.getMessage());
        boolean full = reason.toLowerCase(Locale.ROOT).contains("no space left");
        return new StorageException(
                full ? ErrorCode.DISK_FULL : ErrorCode.IO_ERROR,
                "Could not %s: %s. Check the data disk.".formatted(doing, reason),
                cause);
    }

    @Override
    public void close() {
        if (temporary.startsWith(objects)) {
            try {
                Files.deleteIfExists(temporary);
            } catch (IOException e) {
                throw failure("remove the folder [%s]".formatted(temporary), e);
            }
        }
    }
}
