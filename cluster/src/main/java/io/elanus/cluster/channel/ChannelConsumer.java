package io.elanus.cluster.channel;

import io.elanus.proto.grpc.LogHeader;
import io.elanus.storage.log.LogMessage;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads one vchannel in the order of time. Opened by a [ChannelHub] and owned by the opener; lives on the loop.
public final class ChannelConsumer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChannelConsumer.class);

    /// A span that waits for the handler, and the bytes of its messages.
    private record Ready(ChannelSpan span, long bytes) {}

    private final ChannelHub hub;
    private final ChannelStart start;
    private final ChannelHandler handler;
    private final TickBuffer buffer;
    private final ArrayDeque<Ready> ready = new ArrayDeque<>();
    private long readyBytes;
    private long heldBytes;
    private long position;
    private long late;
    private boolean handling;
    private boolean paused;
    private boolean closed;

    ChannelConsumer(ChannelHub hub, ChannelStart start, ChannelHandler handler) {
        this.hub = hub;
        this.start = start;
        this.handler = handler;
        this.buffer = new TickBuffer(start.releasedTs());
        this.position = start.position();
    }

    public ChannelStart start() {
        return start;
    }

    /// The last tick read, or the start; the handler may still be behind it.
    public long readTick() {
        return buffer.released();
    }

    /// Messages dropped because they stood behind a tick at or above their timestamp.
    public long lateMessages() {
        return late;
    }

    /// No handler call follows, but one that runs is not stopped.
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            ready.clear();
            hub.detach(this);
        }
    }

    /// The position it wants to read next.
    long position() {
        return position;
    }

    /// One record of the pchannel. The record at each position is offered once, in order.
    void accept(long at, LogMessage message, int bytes) {
        position = at + 1;
        LogHeader header = message.header();
        switch (header.getBodyCase()) {
            case TICK -> {
                ChannelSpan span = buffer.tick(header.getTs(), at);
                long spanBytes = heldBytes;
                heldBytes = 0;
                ready.addLast(new Ready(span, spanBytes));
                readyBytes += spanBytes;
                deliver();
            }
            case WRITE -> {
                if (header.getVchannel().equals(start.vchannel())) {
                    hold(new ChannelMessage(at, message), bytes);
                }
            }
            case BROADCAST -> {
                boolean mine = header.getVchannel().equals(start.vchannel())
                        || (header.getVchannel().isEmpty()
                                && header.getBroadcast().getTableId() == start.tableId());
                if (mine) {
                    hold(new ChannelMessage(at, message), bytes);
                }
            }
            case BODY_NOT_SET ->
                throw new IllegalStateException("Record [%d] of [%s] has no body".formatted(at, start.pchannel()));
        }
    }

    private void hold(ChannelMessage message, int bytes) {
        switch (buffer.add(message)) {
            case HELD -> heldBytes += bytes;
            case COVERED -> {}
            case LATE -> {
                late++;
                LOG.warn(
                        "Message behind its tick dropped: vchannel={} position={} ts={} tick={} source={}",
                        start.vchannel(),
                        message.position(),
                        message.ts(),
                        buffer.released(),
                        message.message().header().getSource());
            }
        }
    }

    /// May the shared reader go on feeding it?
    boolean full() {
        return readyBytes > hub.config().backlogLimit().bytes();
    }

    void pause() {
        paused = true;
    }

    /// Hands over spans until the handler is busy. Not recursive: a handler that completes at once goes round the
    /// loop.
    private void deliver() {
        while (!handling && !closed && !ready.isEmpty()) {
            ChannelSpan span = takeReady();
            handling = true;
            CompletableFuture<Void> done;
            try {
                done = handler.onSpan(span);
            } catch (RuntimeException e) {
                // A handler that throws has failed like one whose future fails.
                done = CompletableFuture.failedFuture(e);
            }
            if (done.isDone() && !done.isCompletedExceptionally()) {
                handling = false;
            } else {
                var _ = done.whenCompleteAsync((_, error) -> onHandled(error), hub.loop());
            }
        }
        if (paused && !closed && readyBytes <= hub.config().backlogLimit().bytes() / 2) {
            paused = false;
            hub.attach(this);
        }
    }

    private ChannelSpan takeReady() {
        Ready first = ready.removeFirst();
        ChannelSpan span = first.span();
        long bytes = first.bytes();
        while (!ready.isEmpty()
                && bytes + ready.getFirst().bytes() <= hub.config().readSize().bytes()) {
            Ready next = ready.removeFirst();
            span = span.merge(next.span());
            bytes += next.bytes();
        }
        readyBytes -= bytes;
        return span;
    }

    private void onHandled(@Nullable Throwable error) {
        handling = false;
        if (error != null) {
            lose(error);
        } else {
            deliver();
        }
    }

    void lose(Throwable cause) {
        if (!closed) {
            close();
            handler.onLost(cause);
        }
    }
}
