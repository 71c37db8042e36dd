package io.elanus.cluster.channel;

import io.elanus.cluster.runtime.EventLoop;
import io.elanus.storage.StorageException;
import io.elanus.storage.log.LogBroker;
import io.elanus.storage.log.LogEntry;
import io.elanus.storage.log.LogMessage;
import io.elanus.storage.log.LogMessageCodec;
import io.elanus.storage.log.LogReader;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One reader of a pchannel and the consumers that stand at its position. Lives on the loop; closed by the hub once
/// its last consumer has left.
final class PchannelCursor {
    private static final Logger LOG = LoggerFactory.getLogger(PchannelCursor.class);

    private final ChannelHub hub;
    private final LogBroker log;
    private final String pchannel;
    private final Set<ChannelConsumer> consumers = new LinkedHashSet<>();
    private long position;
    private @Nullable LogReader reader;
    private EventLoop.@Nullable Timer retry;
    private boolean closed;

    PchannelCursor(ChannelHub hub, LogBroker log, String pchannel, long position) {
        this.hub = hub;
        this.log = log;
        this.pchannel = pchannel;
        this.position = position;
    }

    String pchannel() {
        return pchannel;
    }

    long position() {
        return position;
    }

    void add(ChannelConsumer consumer) {
        consumers.add(consumer);
    }

    boolean remove(ChannelConsumer consumer) {
        return consumers.remove(consumer);
    }

    boolean isEmpty() {
        return consumers.isEmpty();
    }

    void pull() {
        if (closed) {
            return;
        }
        LogReader open = reader;
        if (open == null) {
            open = log.read(pchannel, position);
            reader = open;
        }
        var _ = open.next(hub.config().readSize().toIntBytes()).whenCompleteAsync(this::onRead, hub.loop());
    }

    private void onRead(@Nullable List<LogEntry> entries, @Nullable Throwable error) {
        if (closed) {
            return;
        }
        if (entries == null) {
            onReadFailed(unwrap(error));
            return;
        }
        for (LogEntry entry : entries) {
            if (!dispatch(entry)) {
                return;
            }
        }
        pull();
    }

    /// False when the cursor has ended: nobody is left, or its consumers went over to another one.
    private boolean dispatch(LogEntry entry) {
        LogMessage message;
        try {
            message = LogMessageCodec.decode(pchannel, entry);
        } catch (StorageException e) {
            loseAll(e);
            return false;
        }
        position = entry.position() + 1;
        for (ChannelConsumer consumer : List.copyOf(consumers)) {
            if (consumers.contains(consumer)) {
                consumer.accept(entry.position(), message, entry.record().length);
                if (consumer.full() && consumers.remove(consumer)) {
                    consumer.pause();
                }
            }
        }
        if (consumers.isEmpty()) {
            hub.drop(this);
        } else if (!closed) {
            hub.merge(this);
        }
        return !closed;
    }

    private void onReadFailed(Throwable cause) {
        closeReader();
        if (cause instanceof StorageException storage && storage.code().retryable()) {
            LOG.warn(
                    "Log read failed, will read again: pchannel={} position={} cause={}",
                    pchannel,
                    position,
                    cause.getMessage());
            retry = hub.loop().schedule(hub.config().retryDelay(), this::pull);
        } else {
            loseAll(cause);
        }
    }

    private void loseAll(Throwable cause) {
        hub.drop(this);
        new ArrayList<>(consumers).forEach(consumer -> consumer.lose(cause));
        consumers.clear();
    }

    /// Gives its consumers to the other cursor, which stands at the same position.
    void moveTo(PchannelCursor other) {
        other.consumers.addAll(consumers);
        consumers.clear();
    }

    void close() {
        closed = true;
        closeReader();
        if (retry != null) {
            retry.cancel();
        }
    }

    private void closeReader() {
        if (reader != null) {
            reader.close();
            reader = null;
        }
    }

    private static Throwable unwrap(@Nullable Throwable error) {
        Throwable cause = error instanceof CompletionException ? error.getCause() : error;
        return cause == null ? new IllegalStateException("A log read failed without a cause") : cause;
    }
}
