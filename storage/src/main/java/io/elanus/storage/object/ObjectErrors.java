package io.elanus.storage.object;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import org.jspecify.annotations.Nullable;

/// The errors that every [ObjectStore] has, in the same words.
public final class ObjectErrors {
    private ObjectErrors() {}

    public static StorageException exists(String key, Throwable cause) {
        return new StorageException(
                ErrorCode.OBJECT_EXISTS,
                "Object [%s] exists already, and objects are never overwritten. Choose another key.".formatted(key),
                cause);
    }

    public static StorageException missing(String key, @Nullable Throwable cause) {
        return new StorageException(
                ErrorCode.OBJECT_NOT_FOUND,
                "Object [%s] does not exist. It was deleted, or the object store is incomplete.".formatted(key),
                cause);
    }
}
