package io.elanus.storage.log.rocksdb;

import com.google.common.util.concurrent.Uninterruptibles;
import io.elanus.storage.StorageException;
import io.elanus.storage.log.Durability;
import io.elanus.storage.log.LogEntry;
import io.elanus.storage.log.LogErrors;
import io.elanus.storage.rocksdb.RocksDbFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/// The writer thread: takes the appends that have gathered, writes them as one batch, syncs once, and completes
/// them in order. While one batch syncs the next one gathers, so throughput grows with load and latency stays near
/// one fsync.
final class GroupCommit implements AutoCloseable {
    /// A batch stops growing here, so that one fsync does not wait for too much data.
    private static final int BATCH_BYTES = 16 << 20;
    static final int QUEUE_CAPACITY = 16_384;

    record Append(
            String pchannel,
            ChannelState channel,
            LogEntry entry,
            Durability durability,
            CompletableFuture<Long> done) {}

    /// What is written at once, and who waits for everything up to its end to be durable.
    private record Batch(List<Append> appends, List<CompletableFuture<Void>> syncs) {
        boolean isEmpty() {
            return appends.isEmpty() && syncs.isEmpty();
        }

        boolean isDurable() {
            return !syncs.isEmpty() || appends.stream().anyMatch(append -> append.durability() == Durability.DURABLE);
        }

        void clear() {
            appends.clear();
            syncs.clear();
        }
    }

    private sealed interface Item {
        record Write(Append append) implements Item {}

        record Sync(CompletableFuture<Void> done) implements Item {}

        record Stop() implements Item {}
    }

    private final RocksDB db;
    private final BlockingQueue<Item> queue = new LinkedBlockingQueue<>();
    private final Semaphore places = new Semaphore(QUEUE_CAPACITY);
    private final Thread thread;
    private volatile @Nullable StorageException failure;

    GroupCommit(RocksDB db) {
        this.db = db;
        this.thread = Thread.ofPlatform().name("log-writer").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /// Takes a place in the queue; false when it is full. Comes before the position, since a position that was
    /// given out must be written.
    boolean reserve() {
        return places.tryAcquire();
    }

    /// Queues an append that has its place. The caller holds the order of positions (see
    /// [RocksDbLogBroker#append]).
    void enqueue(Append append) {
        queue.add(new Item.Write(append));
    }

    /// Completes when everything that was queued before is durable.
    CompletableFuture<Void> sync() {
        var done = new CompletableFuture<Void>();
        queue.add(new Item.Sync(done));
        return done;
    }

    private void run() {
        boolean running = true;
        var batch = new Batch(new ArrayList<>(), new ArrayList<>());
        while (running) {
            running = gather(batch);
            write(batch);
            batch.clear();
        }
        failWhatCameTooLate();
    }

    private void failWhatCameTooLate() {
        Item item = queue.poll();
        while (item != null) {
            switch (item) {
                case Item.Write(Append append) -> append.done().completeExceptionally(LogErrors.closed());
                case Item.Sync(CompletableFuture<Void> done) -> done.completeExceptionally(LogErrors.closed());
                case Item.Stop _ -> {}
            }
            item = queue.poll();
        }
    }

    /// Waits for one append and takes those behind it; false once asked to stop.
    private boolean gather(Batch batch) {
        long bytes = 0;
        // Only close() ends this thread, through a Stop item.
        Item item = Uninterruptibles.takeUninterruptibly(queue);
        while (item != null) {
            switch (item) {
                case Item.Stop _ -> {
                    return false;
                }
                case Item.Sync(CompletableFuture<Void> done) -> batch.syncs().add(done);
                case Item.Write(Append append) -> {
                    batch.appends().add(append);
                    bytes += append.entry().record().length;
                }
            }
            item = bytes < BATCH_BYTES ? queue.poll() : null;
        }
        return true;
    }

    private void write(Batch batch) {
        if (batch.isEmpty()) {
            return;
        }
        StorageException failed = failure;
        if (failed == null) {
            failed = store(batch);
            failure = failed;
        }
        places.release(batch.appends().size());
        for (Append append : batch.appends()) {
            if (failed == null) {
                List<Runnable> woken = append.channel().written(append.entry());
                append.done().complete(append.entry().position());
                woken.forEach(Runnable::run);
            } else {
                append.done().completeExceptionally(failed);
            }
        }
        for (CompletableFuture<Void> sync : batch.syncs()) {
            if (failed == null) {
                sync.complete(null);
            } else {
                sync.completeExceptionally(failed);
            }
        }
    }

    private @Nullable StorageException store(Batch batch) {
        try (var records = new WriteBatch();
                var options = new WriteOptions().setSync(batch.isDurable())) {
            if (batch.appends().isEmpty()) {
                db.syncWal();
                return null;
            }
            for (Append append : batch.appends()) {
                records.put(
                        LogKeys.of(append.pchannel(), append.entry().position()),
                        append.entry().record());
            }
            db.write(options, records);
            return null;
        } catch (RocksDBException e) {
            return RocksDbFailure.of("write to the log", e);
        }
    }

    /// Why nothing more is written, if so.
    Optional<StorageException> failure() {
        return Optional.ofNullable(failure);
    }

    /// Writes what is queued and ends the thread.
    @Override
    public void close() {
        queue.add(new Item.Stop());
        Uninterruptibles.joinUninterruptibly(thread);
    }
}
