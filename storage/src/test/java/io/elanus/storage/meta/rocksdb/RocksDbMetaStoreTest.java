package io.elanus.storage.meta.rocksdb;

import io.elanus.storage.meta.MetaStore;
import io.elanus.storage.meta.MetaStoreContract;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.io.TempDir;

class RocksDbMetaStoreTest extends MetaStoreContract {
    @TempDir
    private Path folder;

    private final AtomicLong nanos = new AtomicLong();

    @Override
    protected MetaStore open() {
        return RocksDbMetaStore.open(folder, nanos::get);
    }

    @Override
    protected void passTime(Duration duration) {
        nanos.addAndGet(duration.toNanos());
    }
}
