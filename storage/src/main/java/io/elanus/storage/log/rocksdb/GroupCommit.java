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

    private sealed interface Item {
        record Write(Append append) implements Item {}

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

    private void run() {
        boolean running = true;
        var batch = new ArrayList<Append>();
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
            if (item instanceof Item.Write(Append append)) {
                append.done().completeExceptionally(LogErrors.closed());
            }
            item = queue.poll();
        }
    }

    /// Waits for one append and takes those behind it; false once asked to stop.
    private boolean gather(List<Append> batch) {
        long bytes = 0;
        // Only close() ends this thread, through a Stop item.
        Item item = Uninterruptibles.takeUninterruptibly(queue);
        while (item != null) {
            switch (item) {
                case Item.Stop _ -> {
                    return false;
                }
                case Item.Write(Append append) -> {
                    batch.add(append);
                    bytes += append.entry().record().length;
                }
            }
            item = bytes < BATCH_BYTES ? queue.poll() : null;
        }
        return true;
    }

    private void write(List<Append> appends) {
        if (appends.isEmpty()) {
            return;
        }
        StorageException failed = failure;
        if (failed == null) {
            failed = store(appends);
            failure = failed;
        }
        places.release(appends.size());
        for (Append append : appends) {
            if (failed == null) {
                List<Runnable> woken = append.channel().written(append.entry());
                append.done().complete(append.entry().position());
                woken.forEach(Runnable::run);
            } else {
                append.done().completeExceptionally(failed);
            }
        }
    }

    private @Nullable StorageException store(List<Append> appends) {
        boolean sync = appends.stream().anyMatch(append -> append.durability() == Durability.DURABLE);
        try (var batch = new WriteBatch();
                var options = new WriteOptions().setSync(sync)) {
            for (Append append : appends) {
                batch.put(
                        LogKeys.of(append.pchannel(), append.entry().position()),
                        append.entry().record());
            }
            db.write(options, batch);
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
