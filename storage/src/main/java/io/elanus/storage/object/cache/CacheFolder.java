package io.elanus.storage.object.cache;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The files of a cache. See the package for their layout.
record CacheFolder(Path path) {
    private static final Logger LOG = LoggerFactory.getLogger(CacheFolder.class);
    private static final long MAGIC = 0x454C_4341_4348_4531L;
    private static final String SUMS = ".sums";
    private static final int NAME_BYTES = 16;

    /// A copy that was whole when its sums were written.
    record Kept(String key, long bytes, int[] sums) {}

    static CacheFolder open(Path path) {
        try {
            Files.createDirectories(path);
            return new CacheFolder(path);
        } catch (IOException e) {
            throw new StorageException(
                    ErrorCode.IO_ERROR,
                    "Could not make the cache folder [%s]: %s. Check the disk.".formatted(path, e.getMessage()),
                    e);
        }
    }

    Path file(String key) {
        return path.resolve(name(key));
    }

    private static String name(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, NAME_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    /// Bytes that the disk has free.
    long free() {
        // Files.getFileStore wants the folder's mount point, which is not to be seen from a changed root.
        return path.toFile().getUsableSpace();
    }

    /// Makes the copy known to the next process. A copy without sums is only fetched again, so failing does no harm.
    void save(String key, long bytes, int[] sums) {
        byte[] name = key.getBytes(StandardCharsets.UTF_8);
        ByteBuffer content = ByteBuffer.allocate(24 + name.length + 4 * sums.length);
        content.putLong(MAGIC).putInt(name.length).put(name).putLong(bytes);
        for (int sum : sums) {
            content.putInt(sum);
        }
        var crc = new CRC32C();
        crc.update(content.array(), 0, content.position());
        content.putInt((int) crc.getValue());
        Path target = path.resolve(name(key) + SUMS);
        Path draft = path.resolve(name(key) + ".new");
        try {
            Files.write(draft, content.array());
            Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.atDebug().addKeyValue("key", key).setCause(e).log("Sums of a copy not written");
        }
    }

    void delete(String key) {
        try {
            Files.deleteIfExists(path.resolve(name(key) + SUMS));
            Files.deleteIfExists(file(key));
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("key", key).setCause(e).log("A copy of an object could not be deleted");
        }
    }

    /// The copies that an earlier process has left whole, the longest unused first; everything else is deleted.
    List<Kept> load() {
        var kept = new ArrayList<Kept>();
        var keep = new ArrayList<Path>();
        try (Stream<Path> listed = Files.list(path)) {
            List<Path> files = listed.toList();
            for (Path file : files.stream()
                    .filter(file -> file.toString().endsWith(SUMS))
                    .sorted(java.util.Comparator.comparingLong(CacheFolder::modified))
                    .toList()) {
                Optional<Kept> found = read(file);
                if (found.isPresent()) {
                    kept.add(found.get());
                    keep.add(file);
                    keep.add(file(found.get().key()));
                }
            }
            for (Path file : files) {
                if (!keep.contains(file)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("folder", path).setCause(e).log("Copies of objects not taken over");
        }
        return kept;
    }

    private static long modified(Path file) {
        try {
            return Files.getLastModifiedTime(file).toMillis();
        } catch (IOException e) {
            return 0;
        }
    }

    private Optional<Kept> read(Path file) {
        try {
            byte[] content = Files.readAllBytes(file);
            ByteBuffer in = ByteBuffer.wrap(content);
            var crc = new CRC32C();
            if (content.length < 24 || in.getLong() != MAGIC) {
                return Optional.empty();
            }
            crc.update(content, 0, content.length - 4);
            if ((int) crc.getValue() != in.getInt(content.length - 4)) {
                return Optional.empty();
            }
            byte[] name = new byte[in.getInt()];
            in.get(name);
            String key = new String(name, StandardCharsets.UTF_8);
            long bytes = in.getLong();
            int[] sums = new int[in.remaining() / 4 - 1];
            in.asIntBuffer().get(sums);
            boolean there = sums.length == CachedObject.blocks(bytes)
                    && file.equals(path.resolve(name(key) + SUMS))
                    && Files.size(file(key)) == bytes;
            return there ? Optional.of(new Kept(key, bytes, sums)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
