package io.elanus.storage.object.cache;

import io.elanus.storage.object.ObjectStore;
import io.elanus.storage.object.ObjectStoreContract;
import io.elanus.storage.object.local.LocalObjectStore;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// A cache is an object store like the one below it.
class CachedObjectsContractTest extends ObjectStoreContract {
    @TempDir
    private Path folder;

    @Override
    protected ObjectStore open() {
        return CachedObjects.open(
                LocalObjectStore.open(folder.resolve("remote")), folder.resolve("cache"), CacheConfig.defaults());
    }
}
