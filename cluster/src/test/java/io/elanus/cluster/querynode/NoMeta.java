package io.elanus.cluster.querynode;

import io.elanus.storage.meta.MetaStore;
import io.elanus.storage.meta.Txn;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// A shard keeps nothing in the metadata store.
final class NoMeta implements MetaStore {
    @Override
    public CompletableFuture<Optional<Entry>> load(String key) {
        throw unused();
    }

    @Override
    public CompletableFuture<Range> range(String prefix) {
        throw unused();
    }

    @Override
    public CompletableFuture<TxnResult> commit(Txn txn) {
        throw unused();
    }

    @Override
    public Watch watch(String prefix, long afterRevision, WatchListener listener) {
        throw unused();
    }

    @Override
    public CompletableFuture<Long> grantLease(Duration timeToLive) {
        throw unused();
    }

    @Override
    public CompletableFuture<Boolean> keepAlive(long leaseId) {
        throw unused();
    }

    @Override
    public CompletableFuture<Void> revokeLease(long leaseId) {
        throw unused();
    }

    @Override
    public void close() {}

    private static AssertionError unused() {
        return new AssertionError("A shard used the metadata store");
    }
}
