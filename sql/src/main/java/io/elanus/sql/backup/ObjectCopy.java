package io.elanus.sql.backup;

import io.elanus.proto.grpc.BackupFile;
import io.elanus.sql.bulk.ObjectPieces;
import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.object.ObjectStore;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32C;

/// Files from one store to another, and whether they are what they were. Blocks.
final class ObjectCopy {
    private ObjectCopy() {}

    /// Copies a file; one that is there already must be the same.
    static BackupFile copy(ObjectStore from, ObjectStore to, String key) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment content = from.map(key, arena);
            BackupFile file = describe(key, content);
            try {
                to.put(key, ObjectPieces.of(content));
            } catch (StorageException e) {
                if (e.code() != ErrorCode.OBJECT_EXISTS) {
                    throw e;
                }
                if (!describe(key, to.map(key, arena)).equals(file)) {
                    throw new QueryException(
                            ErrorCode.OBJECT_EXISTS,
                            "File [%s] is in the backup's place already and has another content.".formatted(key),
                            0,
                            "Back up to another place, or empty this one.",
                            e);
                }
            }
            return file;
        }
    }

    /// Fails with the file's name unless it is there and whole.
    static void verify(ObjectStore store, BackupFile file, String where) {
        boolean same;
        try (Arena arena = Arena.ofConfined()) {
            same = describe(file.getKey(), store.map(file.getKey(), arena)).equals(file);
        } catch (StorageException e) {
            if (e.code() != ErrorCode.OBJECT_NOT_FOUND) {
                throw e;
            }
            throw new QueryException(
                    ErrorCode.CORRUPT,
                    "File [%s] of the backup in [%s] is missing.".formatted(file.getKey(), where),
                    0,
                    "Nothing was restored. Take the file from another copy of the backup.",
                    e);
        }
        if (!same) {
            throw new QueryException(
                    ErrorCode.CORRUPT,
                    "File [%s] of the backup in [%s] is damaged: its size or its checksum is not that of the manifest."
                            .formatted(file.getKey(), where),
                    "Nothing was restored. Take the file from another copy of the backup.");
        }
    }

    private static BackupFile describe(String key, MemorySegment content) {
        var crc = new CRC32C();
        ObjectPieces.of(content).forEach(crc::update);
        return BackupFile.newBuilder()
                .setKey(key)
                .setBytes(content.byteSize())
                .setCrc32C((int) crc.getValue())
                .build();
    }
}
