package io.elanus.storage.log.kafka;

import io.elanus.storage.log.LogEntry;
import io.elanus.storage.log.LogErrors;
import io.elanus.storage.log.LogReader;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/// A cursor: a thread that polls Kafka while somebody waits for entries. State is guarded by the monitor; the
/// consumer belongs to the thread.
final class KafkaLogReader implements LogReader {
    private static final Duration POLL = Duration.ofMillis(500);

    private record Demand(int maxBytes, CompletableFuture<List<LogEntry>> entries) {}

    private final KafkaLogBroker broker;
    private final String pchannel;
    private final Consumer<KafkaLogReader> onClosed;
    private final ArrayDeque<LogEntry> fetched = new ArrayDeque<>();
    private long position;
    private @Nullable Demand demand;
    private @Nullable KafkaConsumer<byte[], byte[]> consumer;
    private boolean closed;

    KafkaLogReader(KafkaLogBroker broker, String pchannel, long position, Consumer<KafkaLogReader> onClosed) {
        this.broker = broker;
        this.pchannel = pchannel;
        this.position = position;
        this.onClosed = onClosed;
        var _ = Thread.ofVirtual().name("kafka-reader-" + pchannel).start(this::run);
    }

    @Override
    public CompletableFuture<List<LogEntry>> next(int maxBytes) {
        var entries = new CompletableFuture<List<LogEntry>>();
        synchronized (this) {
            if (closed) {
                return CompletableFuture.failedFuture(new CancellationException("The log reader is closed"));
            }
            if (demand != null) {
                throw new IllegalStateException("A read of channel [%s] is still outstanding".formatted(pchannel));
            }
            demand = new Demand(maxBytes, entries);
            notifyAll();
        }
        return entries;
    }

    private void run() {
        Demand wanted = await();
        while (wanted != null) {
            try {
                if (fetched.isEmpty()) {
                    poll();
                }
                if (!fetched.isEmpty()) {
                    deliver(wanted, take(wanted.maxBytes()));
                }
            } catch (WakeupException e) {
                // Closed: the next look at the demand says so.
            } catch (OffsetOutOfRangeException e) {
                outOfRange(wanted);
            } catch (RuntimeException e) { // Kafka's own: this read fails, the next tries again
                fail(wanted, KafkaLogBroker.failure("read", pchannel, e));
            }
            wanted = await();
        }
        closeConsumer();
    }

    /// The demand there is, as soon as there is one; null at the end.
    private synchronized @Nullable Demand await() {
        try {
            while (demand == null && !closed) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed = true;
        }
        return closed ? null : demand;
    }

    private void poll() {
        for (ConsumerRecord<byte[], byte[]> record : connected().poll(POLL)) {
            fetched.add(new LogEntry(record.offset(), record.value()));
        }
    }

    private KafkaConsumer<byte[], byte[]> connected() {
        KafkaConsumer<byte[], byte[]> open = consumer;
        if (open == null) {
            open = broker.consumer(pchannel, position);
            synchronized (this) {
                consumer = open;
            }
        }
        return open;
    }

    private List<LogEntry> take(int maxBytes) {
        var entries = new ArrayList<LogEntry>();
        long bytes = 0;
        do {
            LogEntry entry = fetched.remove();
            entries.add(entry);
            bytes += entry.record().length;
        } while (!fetched.isEmpty() && bytes < maxBytes);
        return entries;
    }

    private void deliver(Demand wanted, List<LogEntry> entries) {
        position = entries.getLast().position() + 1;
        if (settle(wanted)) {
            wanted.entries().complete(entries);
        }
    }

    private void fail(Demand wanted, RuntimeException error) {
        if (settle(wanted)) {
            wanted.entries().completeExceptionally(error);
        }
    }

    private synchronized boolean settle(Demand wanted) {
        if (demand != wanted) {
            return false;
        }
        demand = null;
        return true;
    }

    private void outOfRange(Demand wanted) {
        try {
            fail(
                    wanted,
                    LogErrors.truncated(
                            pchannel, position, broker.startPosition(pchannel).join()));
        } catch (RuntimeException e) {
            fail(wanted, KafkaLogBroker.failure("read", pchannel, e));
        }
    }

    private void closeConsumer() {
        KafkaConsumer<byte[], byte[]> open = consumer;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void close() {
        Demand pending;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            pending = demand;
            demand = null;
            if (consumer != null) {
                consumer.wakeup();
            }
            notifyAll();
        }
        if (pending != null) {
            pending.entries().cancel(false);
        }
        onClosed.accept(this);
    }
}
