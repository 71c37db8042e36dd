package io.elanus.cluster.channel;

import io.elanus.cluster.runtime.EventLoop;
import io.elanus.storage.log.LogBroker;
import java.util.ArrayList;
import java.util.List;

/// All reading of the log by one node. Owned by the role; lives on its loop.
public final class ChannelHub implements AutoCloseable {
    private final LogBroker log;
    private final EventLoop loop;
    private final ChannelConfig config;
    private final List<PchannelCursor> cursors = new ArrayList<>();
    private final List<ChannelConsumer> open = new ArrayList<>();

    public ChannelHub(LogBroker log, EventLoop loop, ChannelConfig config) {
        this.log = log;
        this.loop = loop;
        this.config = config;
    }

    /// Starts to consume. The handler is never called before this returns.
    public ChannelConsumer open(ChannelStart start, ChannelHandler handler) {
        var consumer = new ChannelConsumer(this, start, handler);
        open.add(consumer);
        attach(consumer);
        return consumer;
    }

    /// Closes every consumer.
    @Override
    public void close() {
        List.copyOf(open).forEach(ChannelConsumer::close);
    }

    /// Number of readers of the log that are open.
    int cursors() {
        return cursors.size();
    }

    EventLoop loop() {
        return loop;
    }

    ChannelConfig config() {
        return config;
    }

    /// Lets the consumer share the cursor that stands where it wants to read, or starts one for it.
    void attach(ChannelConsumer consumer) {
        for (PchannelCursor cursor : cursors) {
            if (sameplace(cursor, consumer.start().pchannel(), consumer.position())) {
                cursor.add(consumer);
                return;
            }
        }
        var cursor = new PchannelCursor(this, log, consumer.start().pchannel(), consumer.position());
        cursor.add(consumer);
        cursors.add(cursor);
        loop.execute(cursor::pull);
    }

    void detach(ChannelConsumer consumer) {
        open.remove(consumer);
        for (PchannelCursor cursor : List.copyOf(cursors)) {
            if (cursor.remove(consumer) && cursor.isEmpty()) {
                drop(cursor);
            }
        }
    }

    /// Joins the cursor with another one of its pchannel that stands at the same position, if there is one.
    void merge(PchannelCursor cursor) {
        for (PchannelCursor other : cursors) {
            if (other != cursor && sameplace(other, cursor.pchannel(), cursor.position())) {
                cursor.moveTo(other);
                drop(cursor);
                return;
            }
        }
    }

    void drop(PchannelCursor cursor) {
        cursor.close();
        cursors.remove(cursor);
    }

    private static boolean sameplace(PchannelCursor cursor, String pchannel, long position) {
        return cursor.position() == position && cursor.pchannel().equals(pchannel);
    }
}
