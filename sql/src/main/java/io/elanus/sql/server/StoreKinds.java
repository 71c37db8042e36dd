package io.elanus.sql.server;

import io.elanus.cluster.runtime.Clock;
import io.elanus.storage.log.LogBroker;
import io.elanus.storage.log.kafka.KafkaLogBroker;
import io.elanus.storage.log.rocksdb.RocksDbLogBroker;
import io.elanus.storage.meta.MetaStore;
import io.elanus.storage.meta.etcd.EtcdMetaStore;
import io.elanus.storage.meta.rocksdb.RocksDbMetaStore;
import io.elanus.storage.object.ObjectStore;
import io.elanus.storage.object.cache.CachedObjects;
import io.elanus.storage.object.local.LocalObjectStore;
import io.elanus.storage.object.s3.S3ObjectStore;

/// Opens the stores that the configuration chooses; the embedded ones in the data directory.
record StoreKinds(ServerConfig config, DataDirectory directory) {
    LogBroker openLog() {
        return switch (config.stores().log()) {
            case EMBEDDED ->
                RocksDbLogBroker.open(
                        directory.log(), config.stores().logWriteBuffer().bytes());
            case KAFKA -> KafkaLogBroker.open(config.stores().kafka());
        };
    }

    /// @param node this process's name, for a store that serves several
    MetaStore openMeta(Clock clock, String node) {
        return switch (config.stores().meta()) {
            case EMBEDDED -> RocksDbMetaStore.open(directory.meta(), clock::monotonicNanos);
            case ETCD -> EtcdMetaStore.open(config.stores().etcd(), node);
        };
    }

    ObjectStore openObjects() {
        return switch (config.stores().objects()) {
            case LOCAL -> LocalObjectStore.open(directory.objects());
            case S3 ->
                CachedObjects.open(
                        S3ObjectStore.open(config.stores().s3(), directory.copies()),
                        directory.cache(),
                        config.nodes().cache());
        };
    }
}
