package io.elanus.cluster.channel;

import io.elanus.storage.log.LogMessage;

/// A released message (a write or a broadcast) and where it stands in its pchannel.
public record ChannelMessage(long position, LogMessage message) {
    public long ts() {
        return message.ts();
    }
}
