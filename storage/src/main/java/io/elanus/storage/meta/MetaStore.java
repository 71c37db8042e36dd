package io.elanus.storage.meta;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// Metadata with the semantics of etcd. Contract, checked for every implementation by `MetaStoreContract`:
/// transactions are atomic, durable when their future completes, and serialised by revision; a lease that is not
/// kept alive for its time to live deletes its keys; a watch misses nothing after the revision it started from.
public interface MetaStore extends AutoCloseable {
    CompletableFuture<Optional<Entry>> load(String key);

    /// Entries whose keys start with `prefix`, in key order, at one revision.
    CompletableFuture<Range> range(String prefix);

    /// Applies all operations if every condition holds, else none.
    CompletableFuture<TxnResult> commit(Txn txn);

    /// Calls back for every change under `prefix` with a revision above `afterRevision`.
    Watch watch(String prefix, long afterRevision, WatchListener listener);

    CompletableFuture<Long> grantLease(Duration timeToLive);

    /// Completes with false when the lease no longer exists.
    CompletableFuture<Boolean> keepAlive(long leaseId);

    /// Ends a lease at once and deletes its keys.
    CompletableFuture<Void> revokeLease(long leaseId);

    @Override
    void close();

    /// @param createRevision of the transaction that made the key
    /// @param modRevision of the one that last wrote it
    record Entry(String key, ByteString value, long createRevision, long modRevision, long leaseId) {}

    record Range(List<Entry> entries, long revision) {
        public Range {
            entries = List.copyOf(entries);
        }
    }

    /// @param revision of the store after the transaction (or at its refusal)
    record TxnResult(boolean succeeded, long revision) {}

    /// Closing it stops the calls. Owned by the caller.
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }

    interface WatchListener {
        /// The changes of one revision.
        void onChange(long revision, List<Change> changes);

        /// The watch cannot go on (its start was compacted away, or the store is gone): range again and watch from
        /// there.
        void onLost(Throwable cause);
    }

    sealed interface Change {
        String key();

        record Put(Entry entry) implements Change {
            @Override
            public String key() {
                return entry.key();
            }
        }

        record Deleted(String key) implements Change {}
    }
}
