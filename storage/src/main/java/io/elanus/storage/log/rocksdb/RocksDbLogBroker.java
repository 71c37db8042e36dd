package io.elanus.storage.log.rocksdb;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.log.Durability;
import io.elanus.storage.log.LogBroker;
import io.elanus.storage.log.LogEntry;
import io.elanus.storage.log.LogErrors;
import io.elanus.storage.log.LogReader;
import io.elanus.storage.rocksdb.CleanEnd;
import io.elanus.storage.rocksdb.RocksDbFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The embedded [LogBroker]: one RocksDB database in a folder of its own. See the package for layout and thread
/// rule.
public final class RocksDbLogBroker implements LogBroker {
    private static final Logger LOG = LoggerFactory.getLogger(RocksDbLogBroker.class);
    private static final int MIN_BLOB_BYTES = 4 << 10;

    private final DBOptions options;
    private final ColumnFamilyOptions familyOptions;
    private final RocksDB db;
    private final ColumnFamilyHandle records;
    private final ColumnFamilyHandle starts;
    private final Map<String, ChannelState> channels = new ConcurrentHashMap<>();
    private final GroupCommit writer;
    private final ExecutorService readerThread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("log-reader").factory());
    private final CleanEnd cleanEnd;
    private volatile boolean closed;

    private RocksDbLogBroker(
            DBOptions options,
            ColumnFamilyOptions familyOptions,
            RocksDB db,
            List<ColumnFamilyHandle> families,
            CleanEnd cleanEnd) {
        this.cleanEnd = cleanEnd;
        this.options = options;
        this.familyOptions = familyOptions;
        this.db = db;
        this.records = families.get(0);
        this.starts = families.get(1);
        this.writer = new GroupCommit(db);
    }

    /// Opens or creates the log in this folder and recovers the bounds of its channels.
    ///
    /// @param writeBufferBytes memory for records that are in the write-ahead log but not yet in files of their own
    public static RocksDbLogBroker open(Path folder, long writeBufferBytes) {
        RocksDB.loadLibrary();
        var options = new DBOptions()
                .setCreateIfMissing(true)
                .setCreateMissingColumnFamilies(true)
                .setDbWriteBufferSize(writeBufferBytes)
                .setMaxTotalWalSize(4 * writeBufferBytes)
                .setKeepLogFileNum(2);
        var familyOptions = new ColumnFamilyOptions()
                .setCompressionType(CompressionType.NO_COMPRESSION)
                .setEnableBlobFiles(true)
                .setMinBlobSize(MIN_BLOB_BYTES)
                .setEnableBlobGarbageCollection(true);
        var families = List.of(
                new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, familyOptions),
                new ColumnFamilyDescriptor("start".getBytes(StandardCharsets.UTF_8), familyOptions));
        try {
            Files.createDirectories(folder);
            var handles = new ArrayList<ColumnFamilyHandle>();
            RocksDB db = RocksDB.open(options, folder.toString(), families, handles);
            var broker = new RocksDbLogBroker(options, familyOptions, db, handles, new CleanEnd(folder));
            broker.recoverWhole();
            broker.writer.start();
            return broker;
        } catch (RocksDBException e) {
            throw RocksDbFailure.of("open the log in [%s]".formatted(folder), e);
        } catch (IOException e) {
            throw new UncheckedIOException("Could not create the folder [%s] of the log".formatted(folder), e);
        }
    }

    private void recoverWhole() throws RocksDBException {
        try {
            recover();
            cleanEnd.check(ends(), starts());
        } catch (StorageException e) {
            closeDatabase();
            throw e;
        }
    }

    private Map<String, Long> ends() {
        var ends = new HashMap<String, Long>();
        channels.forEach((pchannel, channel) -> {
            if (channel.readable() > 0) {
                ends.put(pchannel, channel.readable());
            }
        });
        return ends;
    }

    /// A hash of where the channels start: records lost there leave the ends as they are.
    private long starts() {
        long hash = 0;
        for (Map.Entry<String, ChannelState> channel : new TreeMap<>(channels).entrySet()) {
            if (channel.getValue().readable() > 0) {
                hash = 31 * hash + channel.getKey().hashCode();
                hash = 31 * hash + channel.getValue().start();
            }
        }
        return hash;
    }

    private void recover() throws RocksDBException {
        try (var iterator = db.newIterator(starts)) {
            for (iterator.seekToFirst(); iterator.isValid(); iterator.next()) {
                long start = LogKeys.decodePosition(iterator.value());
                channels.put(new String(iterator.key(), StandardCharsets.UTF_8), new ChannelState(start, start));
            }
            iterator.status();
        }
        try (var iterator = db.newIterator(records)) {
            iterator.seekToFirst();
            while (iterator.isValid()) {
                String pchannel = LogKeys.pchannel(iterator.key());
                long start = LogKeys.position(iterator.key());
                iterator.seekForPrev(LogKeys.end(pchannel));
                channels.put(pchannel, new ChannelState(start, LogKeys.position(iterator.key()) + 1));
                iterator.seek(LogKeys.end(pchannel));
            }
            iterator.status();
        }
    }

    @Override
    public CompletableFuture<Long> append(String pchannel, byte[] record, Durability durability) {
        if (closed) {
            return CompletableFuture.failedFuture(LogErrors.closed());
        }
        if (!writer.reserve()) {
            return CompletableFuture.failedFuture(new StorageException(
                    ErrorCode.UNAVAILABLE,
                    "The log has [%d] appends waiting, its limit: the data disk does not keep up. Send less at a time."
                            .formatted(GroupCommit.QUEUE_CAPACITY)));
        }
        ChannelState channel = channel(pchannel);
        var done = new CompletableFuture<Long>();
        // Position and place in the queue are taken together, or two threads could swap them.
        synchronized (channel) {
            var entry = new LogEntry(channel.takePosition(), record);
            writer.enqueue(new GroupCommit.Append(pchannel, channel, entry, durability, done));
        }
        return done;
    }

    @Override
    public LogReader read(String pchannel, long position) {
        return new RocksDbLogReader(this, pchannel, channel(pchannel), position);
    }

    @Override
    public CompletableFuture<Long> endPosition(String pchannel) {
        if (closed) {
            return CompletableFuture.failedFuture(LogErrors.closed());
        }
        long end = channel(pchannel).next(); // what has a place below it is queued before the sync
        return writer.sync().thenApply(_ -> end);
    }

    @Override
    public CompletableFuture<Long> startPosition(String pchannel) {
        return CompletableFuture.completedFuture(channel(pchannel).start());
    }

    @Override
    public CompletableFuture<Void> truncate(String pchannel, long position) {
        ChannelState channel = channel(pchannel);
        return CompletableFuture.runAsync(() -> truncate(pchannel, channel, position), readerThread);
    }

    private void truncate(String pchannel, ChannelState channel, long position) {
        long to = Math.min(position, channel.readable());
        if (to <= channel.start()) {
            return;
        }
        try (var batch = new WriteBatch();
                var write = new WriteOptions()) {
            batch.deleteRange(records, LogKeys.of(pchannel, 0), LogKeys.of(pchannel, to));
            batch.put(starts, pchannel.getBytes(StandardCharsets.UTF_8), LogKeys.position(to));
            db.write(write, batch);
            channel.truncated(to);
        } catch (RocksDBException e) {
            throw RocksDbFailure.of("truncate channel [%s] of the log".formatted(pchannel), e);
        }
    }

    /// Runs a read on the reader thread.
    CompletableFuture<List<LogEntry>> load(String pchannel, ChannelState channel, long position, int maxBytes) {
        if (closed) {
            return CompletableFuture.failedFuture(LogErrors.closed());
        }
        return CompletableFuture.supplyAsync(() -> scan(pchannel, channel, position, maxBytes), readerThread);
    }

    private List<LogEntry> scan(String pchannel, ChannelState channel, long position, int maxBytes) {
        // Fixed before the iterator is made: everything below it is in the iterator's snapshot.
        long end = channel.readable();
        var entries = new ArrayList<LogEntry>();
        try (var iterator = db.newIterator(records)) {
            long bytes = 0;
            long at = position;
            for (iterator.seek(LogKeys.of(pchannel, position)); at < end && bytes < maxBytes; iterator.next()) {
                if (!iterator.isValid() || LogKeys.position(iterator.key()) != at) {
                    iterator.status();
                    throw truncatedOrLost(pchannel, channel, at);
                }
                byte[] record = iterator.value();
                entries.add(new LogEntry(at++, record));
                bytes += record.length;
            }
            return entries;
        } catch (RocksDBException e) {
            throw RocksDbFailure.of("read channel [%s] of the log".formatted(pchannel), e);
        }
    }

    private static StorageException truncatedOrLost(String pchannel, ChannelState channel, long position) {
        return position < channel.start()
                ? LogErrors.truncated(pchannel, position, channel.start())
                : new StorageException(
                        ErrorCode.CORRUPT,
                        "Position [%d] of log channel [%s] is missing though it was never truncated. Restore the log from a copy."
                                .formatted(position, pchannel));
    }

    boolean closed() {
        return closed;
    }

    private ChannelState channel(String pchannel) {
        return channels.computeIfAbsent(pchannel, _ -> new ChannelState(0, 0));
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        writer.close();
        channels.values().forEach(channel -> channel.takeWaiters().forEach(Runnable::run));
        readerThread.close();
        noteEnd();
        closeDatabase();
    }

    /// What was appended softly gets to disk now, or the note could promise more than a power loss leaves.
    private void noteEnd() {
        if (writer.failure().isPresent()) {
            return;
        }
        try {
            db.syncWal();
            cleanEnd.write(ends(), starts());
        } catch (RocksDBException e) {
            LOG.warn("The log was not noted as closed in order", e);
        }
    }

    private void closeDatabase() {
        records.close();
        starts.close();
        db.close();
        options.close();
        familyOptions.close();
    }
}
