package io.elanus.cluster.channel;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/// Holds messages back until a tick releases them, in timestamp order. Pure; one owner.
final class TickBuffer {
    /// What became of a message.
    enum Verdict {
        /// It waits for its tick.
        HELD,
        /// It was released before the consumer's start.
        COVERED,
        /// It stands behind a tick at or above its timestamp.
        LATE
    }

    private final PriorityQueue<ChannelMessage> held = new PriorityQueue<>(
            Comparator.comparingLong(ChannelMessage::ts).thenComparingLong(ChannelMessage::position));
    private long released;
    private boolean ticked;

    TickBuffer(long releasedTs) {
        this.released = releasedTs;
    }

    Verdict add(ChannelMessage message) {
        if (message.ts() <= released) {
            return ticked ? Verdict.LATE : Verdict.COVERED;
        }
        held.add(message);
        return Verdict.HELD;
    }

    /// The span that the tick ends. A tick that is not above the last one releases nothing but moves the position
    /// on.
    ChannelSpan tick(long ts, long position) {
        if (ts > released) {
            released = ts;
            ticked = true;
        }
        List<ChannelMessage> messages = new ArrayList<>();
        while (!held.isEmpty() && held.peek().ts() <= released) {
            messages.add(held.poll());
        }
        long resume = position + 1;
        for (ChannelMessage message : held) {
            resume = Math.min(resume, message.position());
        }
        return new ChannelSpan(messages, released, position, resume);
    }

    /// The last tick, or where the consumer started.
    long released() {
        return released;
    }

    int held() {
        return held.size();
    }
}
