package io.elanus.storage.log.rocksdb;

import io.elanus.storage.log.LogEntry;
import io.elanus.storage.log.LogErrors;
import io.elanus.storage.log.LogReader;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// A cursor over one channel: out of the tail in memory if it reaches back far enough, else out of the database.
/// Guarded by its monitor.
final class RocksDbLogReader implements LogReader {
    private final RocksDbLogBroker broker;
    private final String pchannel;
    private final ChannelState channel;
    private long position;
    private CompletableFuture<List<LogEntry>> outstanding = CompletableFuture.completedFuture(List.of());
    private Runnable waiter = () -> {};
    private boolean closed;

    RocksDbLogReader(RocksDbLogBroker broker, String pchannel, ChannelState channel, long position) {
        this.broker = broker;
        this.pchannel = pchannel;
        this.channel = channel;
        this.position = position;
    }

    @Override
    public synchronized CompletableFuture<List<LogEntry>> next(int maxBytes) {
        if (closed) {
            return CompletableFuture.failedFuture(new CancellationException("The log reader is closed"));
        }
        if (!outstanding.isDone()) {
            throw new IllegalStateException("A read of channel [%s] is still outstanding".formatted(pchannel));
        }
        var result = new CompletableFuture<List<LogEntry>>();
        outstanding = result;
        waiter = () -> tryRead(maxBytes, result);
        tryRead(maxBytes, result);
        return result;
    }

    private void tryRead(int maxBytes, CompletableFuture<List<LogEntry>> result) {
        long from = position();
        if (result.isDone()) {
            return;
        }
        if (broker.closed()) {
            result.completeExceptionally(LogErrors.closed());
        } else if (from < channel.start()) {
            result.completeExceptionally(LogErrors.truncated(pchannel, from, channel.start()));
        } else if (!channel.await(from, waiter)) {
            List<LogEntry> entries = channel.fromTail(from, maxBytes);
            if (entries.isEmpty()) {
                broker.load(pchannel, channel, from, maxBytes).whenComplete((loaded, failure) -> {
                    if (failure == null) {
                        deliver(loaded, result);
                    } else {
                        result.completeExceptionally(cause(failure));
                    }
                });
            } else {
                deliver(entries, result);
            }
        }
    }

    private static Throwable cause(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }

    private void deliver(List<LogEntry> entries, CompletableFuture<List<LogEntry>> result) {
        synchronized (this) {
            if (closed) {
                return;
            }
            position = entries.getLast().position() + 1;
        }
        result.complete(entries);
    }

    private synchronized long position() {
        return position;
    }

    @Override
    public void close() {
        CompletableFuture<List<LogEntry>> pending;
        synchronized (this) {
            closed = true;
            pending = outstanding;
            channel.forget(waiter);
        }
        pending.cancel(false);
    }
}
