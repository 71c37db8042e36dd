package io.elanus.storage.meta.rocksdb;

import com.google.common.util.concurrent.MoreExecutors;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.meta.MetaStore;
import io.elanus.storage.meta.Txn;
import io.elanus.storage.rocksdb.CleanEnd;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The embedded [MetaStore]. See the package for layout and thread rule.
public final class RocksDbMetaStore implements MetaStore {
    private static final Duration LEASE_CHECK = Duration.ofMillis(100);
    private static final int BATCH = 512;

    private record Pending(Txn txn, CompletableFuture<TxnResult> done) {}

    private static final String REVISION = "revision";

    private final MetaDisk disk;
    private final CleanEnd cleanEnd;
    private final Leases leases;
    private final LinkedBlockingQueue<Pending> queue = new LinkedBlockingQueue<>();
    private final ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("meta-writer").factory());
    private final List<MetaWatch> watches = new CopyOnWriteArrayList<>();
    private final MetaNotifier notifier = new MetaNotifier();

    /// Guards `map`, `history` and `revision`; held for the publication of a batch and for reads, never over I/O.
    private final Object published = new Object();

    private final NavigableMap<String, Entry> map;
    private final MetaHistory history;
    private long revision;
    private volatile @Nullable StorageException failure;

    private RocksDbMetaStore(MetaDisk disk, CleanEnd cleanEnd, LongSupplier nanoClock) {
        this.disk = disk;
        this.cleanEnd = cleanEnd;
        this.map = disk.load();
        this.revision = disk.loadRevision();
        this.history = new MetaHistory(revision);
        // Ids rise over restarts, so that a key left by an old lease can never belong to a new one.
        this.leases = new Leases(nanoClock, (revision + 1) << 20);
    }

    /// Opens or creates the metadata in this folder.
    ///
    /// @param nanoClock monotonic; leases expire by it
    public static RocksDbMetaStore open(Path folder, LongSupplier nanoClock) {
        MetaDisk disk = MetaDisk.open(folder);
        RocksDbMetaStore store;
        try {
            store = new RocksDbMetaStore(disk, new CleanEnd(folder), nanoClock);
            store.cleanEnd.check(Map.of(REVISION, store.revision), store.content());
        } catch (StorageException e) {
            disk.close();
            throw e;
        }
        store.deleteKeysOfLostLeases();
        store.writer.scheduleWithFixedDelay(
                store::expireLeases, LEASE_CHECK.toMillis(), LEASE_CHECK.toMillis(), TimeUnit.MILLISECONDS);
        return store;
    }

    /// A hash of all keys and when they were written.
    private long content() {
        long hash = 0;
        for (Entry entry : map.values()) {
            hash = 31 * hash + entry.key().hashCode();
            hash = 31 * hash + entry.modRevision();
        }
        return hash;
    }

    private void deleteKeysOfLostLeases() {
        List<Long> lost = map.values().stream()
                .map(Entry::leaseId)
                .filter(lease -> lease != Txn.NO_LEASE)
                .toList();
        writer.execute(() -> deleteKeysOf(lost));
    }

    @Override
    public CompletableFuture<Optional<Entry>> load(String key) {
        synchronized (published) {
            return CompletableFuture.completedFuture(Optional.ofNullable(map.get(key)));
        }
    }

    @Override
    public CompletableFuture<Range> range(String prefix) {
        synchronized (published) {
            var entries = new ArrayList<Entry>();
            for (Entry entry : map.tailMap(prefix).values()) {
                if (!entry.key().startsWith(prefix)) {
                    break;
                }
                entries.add(entry);
            }
            return CompletableFuture.completedFuture(new Range(entries, revision));
        }
    }

    @Override
    public CompletableFuture<TxnResult> commit(Txn txn) {
        var done = new CompletableFuture<TxnResult>();
        queue.add(new Pending(txn, done));
        submit(this::drain, done);
        return done;
    }

    private void submit(Runnable task, CompletableFuture<?> done) {
        try {
            writer.execute(task);
        } catch (RejectedExecutionException e) {
            done.completeExceptionally(closedError());
        }
    }

    /// Evaluates and writes what has gathered. On the writer thread.
    private void drain() {
        var batch = new ArrayList<Pending>();
        if (queue.drainTo(batch, BATCH) == 0) {
            return;
        }
        if (failure != null) {
            batch.forEach(pending -> pending.done().completeExceptionally(failure));
            return;
        }
        var state = new MetaState(map, revision);
        var outcomes = new ArrayList<Optional<MetaHistory.Revision>>();
        var results = new ArrayList<TxnResult>();
        for (Pending pending : batch) {
            Optional<MetaHistory.Revision> outcome =
                    leasesLive(pending.txn()) ? state.apply(pending.txn()) : Optional.empty();
            outcomes.add(outcome);
            results.add(new TxnResult(outcome.isPresent(), state.revision()));
        }
        try {
            persist(state, outcomes.stream().flatMap(Optional::stream).toList());
        } catch (StorageException e) {
            // What a failed sync left on disk is unknown: nothing more is written until a restart has looked.
            failure = e;
            batch.forEach(pending -> pending.done().completeExceptionally(e));
            return;
        }
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).done().complete(results.get(i));
        }
    }

    private boolean leasesLive(Txn txn) {
        return txn.operations().stream()
                .allMatch(operation -> !(operation instanceof Txn.Operation.Put put)
                        || put.leaseId() == Txn.NO_LEASE
                        || leases.lives(put.leaseId()));
    }

    private void persist(MetaState state, List<MetaHistory.Revision> revisions) {
        if (revisions.isEmpty()) {
            return;
        }
        disk.write(state.pending(), state.revision());
        synchronized (published) {
            state.pending().forEach((key, entry) -> {
                if (entry.isPresent()) {
                    map.put(key, entry.get());
                } else {
                    map.remove(key);
                }
            });
            revision = state.revision();
            revisions.forEach(history::add);
            for (MetaHistory.Revision each : revisions) {
                watches.forEach(watch -> notifier.deliver(watch, each));
            }
        }
    }

    @Override
    public Watch watch(String prefix, long afterRevision, WatchListener listener) {
        var watch = new MetaWatch(prefix, listener, watches::remove);
        synchronized (published) {
            if (!history.reaches(afterRevision)) {
                notifier.lose(watch, afterRevision);
                return watch;
            }
            history.after(afterRevision).forEach(each -> notifier.deliver(watch, each));
            watches.add(watch);
        }
        return watch;
    }

    @Override
    public CompletableFuture<Long> grantLease(Duration timeToLive) {
        return CompletableFuture.completedFuture(leases.grant(timeToLive));
    }

    @Override
    public CompletableFuture<Boolean> keepAlive(long leaseId) {
        return CompletableFuture.completedFuture(leases.keepAlive(leaseId));
    }

    @Override
    public CompletableFuture<Void> revokeLease(long leaseId) {
        leases.revoke(leaseId);
        var done = new CompletableFuture<Void>();
        submit(
                () -> {
                    deleteKeysOf(List.of(leaseId));
                    done.complete(null);
                },
                done);
        return done;
    }

    private void expireLeases() {
        var expired = leases.takeExpired();
        if (!expired.isEmpty()) {
            deleteKeysOf(expired);
        }
    }

    /// On the writer thread.
    private void deleteKeysOf(Collection<Long> lost) {
        List<String> keys = new MetaState(map, revision).keysOf(lost);
        for (int from = 0; from < keys.size(); from += Txn.MAX_OPERATIONS) {
            var txn = Txn.always();
            keys.subList(from, Math.min(keys.size(), from + Txn.MAX_OPERATIONS)).forEach(txn::delete);
            queue.add(new Pending(txn.build(), new CompletableFuture<>()));
        }
        drain();
    }

    private static StorageException closedError() {
        return new StorageException(
                ErrorCode.UNAVAILABLE, "The metadata store is closed. Connect again when the server is back.");
    }

    @Override
    public void close() {
        MoreExecutors.shutdownAndAwaitTermination(writer, Duration.ofMinutes(1));
        queue.forEach(pending -> pending.done().completeExceptionally(closedError()));
        notifier.close();
        if (failure == null) {
            cleanEnd.write(Map.of(REVISION, revision), content());
        }
        disk.close();
    }
}
