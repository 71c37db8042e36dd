package io.elanus.cluster.client;

import io.elanus.cluster.runtime.Clock;
import io.elanus.cluster.runtime.EventLoop;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.storage.meta.MetaStore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One lease of the metadata store, kept alive from the event loop.
///
/// Valid → (the store says it is gone, or [#release]) → ended. In between it may be uncertain for a while: renewals
/// fail or the process was paused, and [#certainlyValid] is false although the store may still hold it.
public final class LeaseGuard {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseGuard.class);
    /// A lease is trusted for this share of its time to live. The rest covers clocks that drift apart.
    private static final int TRUSTED_TENTHS = 8;
    private static final int RENEWALS_PER_LIFE = 4;

    private final MetaStore meta;
    private final EventLoop loop;
    private final Clock clock;
    private final long id;
    private final long trustedNanos;
    private final Runnable onLost;
    private final EventLoop.Timer renewal;
    private final ProofOfLife proof;
    private volatile long validUntilNanos;
    private volatile boolean ended;

    private LeaseGuard(RoleContext context, long id, long askedNanos, Duration timeToLive, Runnable onLost) {
        this.meta = context.stores().meta();
        this.loop = context.loop();
        this.clock = context.clock();
        this.id = id;
        this.trustedNanos = timeToLive.toNanos() / 10 * TRUSTED_TENTHS;
        this.onLost = onLost;
        this.validUntilNanos = askedNanos + trustedNanos;
        this.renewal = loop.repeat(timeToLive.dividedBy(RENEWALS_PER_LIFE), this::renew);
        this.proof = new ProofOfLife(context, id);
        proof.start();
    }

    /// @param onLost called on the loop, once, when the store has ended the lease; not after [#release]
    public static CompletableFuture<LeaseGuard> grant(RoleContext context, Duration timeToLive, Runnable onLost) {
        long asked = context.clock().monotonicNanos();
        return context.stores()
                .meta()
                .grantLease(timeToLive)
                .thenApplyAsync(id -> new LeaseGuard(context, id, asked, timeToLive, onLost), context.loop());
    }

    public long id() {
        return id;
    }

    /// Until when, on the monotonic clock, the lease is certainly held. Any thread.
    public boolean certainlyValid() {
        return !ended && clock.monotonicNanos() - validUntilNanos < 0;
    }

    /// Gives the lease back; its keys are deleted.
    public CompletableFuture<Void> release() {
        if (ended) {
            return CompletableFuture.completedFuture(null);
        }
        end();
        return meta.revokeLease(id);
    }

    /// Stops renewing without telling the store, for a role that goes away with its process.
    public void abandon() {
        end();
    }

    private void renew() {
        long asked = clock.monotonicNanos();
        meta.keepAlive(id).whenCompleteAsync((alive, error) -> renewed(asked, alive, error), loop);
    }

    private void renewed(long askedNanos, @Nullable Boolean alive, @Nullable Throwable error) {
        if (ended) {
            return;
        }
        if (error != null || alive == null) {
            LOG.atWarn().addKeyValue("lease", id).setCause(error).log("A lease could not be renewed; trying again");
        } else if (alive) {
            if (askedNanos + trustedNanos - validUntilNanos > 0) {
                validUntilNanos = askedNanos + trustedNanos;
            }
        } else {
            LOG.atWarn().addKeyValue("lease", id).log("A lease was lost");
            end();
            onLost.run();
        }
    }

    private void end() {
        ended = true;
        renewal.cancel();
        proof.close();
    }
}
