package io.elanus.cluster.channel;

import java.util.ArrayList;
import java.util.List;

/// What one or more ticks released: all messages above the span before, up to the tick.
///
/// @param messages in rising order of timestamps
/// @param tick nothing at or below this timestamp follows
/// @param tickPosition of the tick in the pchannel
/// @param resumePosition least position of what is not yet released: a consumer that starts here with `releasedTs =
///     tick` goes on where this span ends
public record ChannelSpan(List<ChannelMessage> messages, long tick, long tickPosition, long resumePosition) {
    public ChannelSpan {
        messages = List.copyOf(messages);
    }

    /// This span and the one that follows it, as one.
    ChannelSpan merge(ChannelSpan next) {
        if (messages.isEmpty()) {
            return next;
        }
        if (next.messages.isEmpty()) {
            return new ChannelSpan(messages, next.tick, next.tickPosition, next.resumePosition);
        }
        var all = new ArrayList<ChannelMessage>(messages.size() + next.messages.size());
        all.addAll(messages);
        all.addAll(next.messages);
        return new ChannelSpan(all, next.tick, next.tickPosition, next.resumePosition);
    }
}
