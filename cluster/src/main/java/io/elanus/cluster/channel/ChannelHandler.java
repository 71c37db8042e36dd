package io.elanus.cluster.channel;

import java.util.concurrent.CompletableFuture;

/// What a role does with a vchannel. Called on the role's event loop.
public interface ChannelHandler {
    /// Takes the next span. The one after it comes once the future has completed; a failure ends the consumer with
    /// [#onLost].
    CompletableFuture<Void> onSpan(ChannelSpan span);

    /// The consumer cannot go on: its position was truncated, a record is damaged, or [#onSpan] failed. It is
    /// closed already; open a new one from fresh recovery information.
    void onLost(Throwable cause);
}
