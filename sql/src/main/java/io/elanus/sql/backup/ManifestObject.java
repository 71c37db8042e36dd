package io.elanus.sql.backup;

import com.google.protobuf.InvalidProtocolBufferException;
import io.elanus.proto.grpc.BackupManifest;
import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.object.ObjectStore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The manifest of a backup as an object; see the package for its layout.
final class ManifestObject {
    static final String KEY = "backup.manifest";
    private static final byte[] MAGIC = "ELANUSBK".getBytes(StandardCharsets.ISO_8859_1);
    private static final int VERSION = 1;
    private static final int HEAD = 16;

    private ManifestObject() {}

    static void store(ObjectStore place, BackupManifest manifest) {
        byte[] message = manifest.toByteArray();
        ByteBuffer content = ByteBuffer.allocate(HEAD + message.length + Integer.BYTES)
                .put(MAGIC)
                .putInt(VERSION)
                .putInt(message.length)
                .put(message);
        content.putInt(crc(content.array(), HEAD + message.length));
        place.put(KEY, content.array());
    }

    /// @param key of the manifest below the place
    /// @param where the place, for messages
    static BackupManifest load(ObjectStore place, String key, String where) {
        byte[] content;
        try {
            content = place.read(key);
        } catch (StorageException e) {
            if (e.code() != ErrorCode.OBJECT_NOT_FOUND) {
                throw e;
            }
            throw new QueryException(
                    ErrorCode.OBJECT_NOT_FOUND,
                    "There is no backup in [%s], or it was never finished: it has no manifest.".formatted(where),
                    0,
                    "SHOW BACKUPS IN 'place' lists those that are whole.",
                    e);
        }
        return parse(content, key, where);
    }

    private static BackupManifest parse(byte[] content, String key, String where) {
        ByteBuffer buffer = ByteBuffer.wrap(content);
        if (content.length < HEAD + Integer.BYTES || !Arrays.equals(content, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw damaged(key, where, null);
        }
        int end = content.length - Integer.BYTES;
        if (buffer.getInt(end) != crc(content, end) || buffer.getInt(MAGIC.length + Integer.BYTES) != end - HEAD) {
            throw damaged(key, where, null);
        }
        int version = buffer.getInt(MAGIC.length);
        if (version > VERSION) {
            throw new QueryException(
                    ErrorCode.FORMAT_TOO_NEW,
                    "The backup in [%s] has format [%d], this server reads up to [%d]."
                            .formatted(where, version, VERSION),
                    "Restore it with a newer server.");
        }
        try {
            return BackupManifest.parseFrom(ByteBuffer.wrap(content, HEAD, end - HEAD));
        } catch (InvalidProtocolBufferException e) {
            throw damaged(key, where, e);
        }
    }

    private static QueryException damaged(String key, String where, @Nullable Exception cause) {
        return new QueryException(
                ErrorCode.CORRUPT,
                "File [%s] of the backup in [%s] is damaged.".formatted(key, where),
                0,
                "Nothing was restored. Take the file from another copy of the backup.",
                cause);
    }

    private static int crc(byte[] content, int length) {
        var crc = new CRC32C();
        crc.update(content, 0, length);
        return (int) crc.getValue();
    }
}
