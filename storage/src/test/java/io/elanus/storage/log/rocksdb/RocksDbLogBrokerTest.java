package io.elanus.storage.log.rocksdb;

import io.elanus.storage.log.LogBroker;
import io.elanus.storage.log.LogBrokerContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class RocksDbLogBrokerTest extends LogBrokerContract {
    @TempDir
    private Path folder;

    @Override
    protected LogBroker open() {
        return RocksDbLogBroker.open(folder, 1 << 20);
    }
}
