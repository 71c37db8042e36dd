package io.elanus.cluster.client;

import com.google.protobuf.ByteString;
import io.elanus.cluster.runtime.EventLoop;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.storage.meta.MetaStore;
import io.elanus.storage.meta.Txn;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The election of the active coordinator of a role: whoever puts `/coordinators/<role>` first, for as long as its
/// lease lasts. The value is the node's address. The others stand by and try again, and end the lease of a holder
/// whose process is gone ([DeathWatch]).
///
/// A node finds its own earlier registration when its process was restarted within the lease; it takes over at
/// once, since a node has one process at a time.
public final class Election {
    private static final Logger LOG = LoggerFactory.getLogger(Election.class);
    private static final String PREFIX = "/coordinators/";

    private final RoleContext context;
    private final String role;
    private final Duration timeToLive;
    private final Runnable onLost;
    private final DeathWatch deaths;
    private final CompletableFuture<Leadership> won = new CompletableFuture<>();
    private @Nullable LeaseGuard lease;
    private EventLoop.@Nullable Timer retry;
    private boolean withdrawn;

    private Election(RoleContext context, String role, Duration timeToLive, Runnable onLost) {
        this.context = context;
        this.role = role;
        this.timeToLive = timeToLive;
        this.onLost = onLost;
        this.deaths = new DeathWatch(context);
    }

    public static String key(String role) {
        return PREFIX + role;
    }

    /// Starts to stand for election.
    ///
    /// @param onLost called on the loop when a term that was won has ended
    public static Election stand(RoleContext context, String role, Duration timeToLive, Runnable onLost) {
        var election = new Election(context, role, timeToLive, onLost);
        context.loop().execute(election::attempt);
        return election;
    }

    /// Completes on the loop when this node has won.
    public CompletableFuture<Leadership> won() {
        return won;
    }

    /// Gives up standing, or the term. On the loop.
    public CompletableFuture<Void> withdraw() {
        withdrawn = true;
        if (retry != null) {
            retry.cancel();
        }
        return lease == null ? CompletableFuture.completedFuture(null) : lease.release();
    }

    private void attempt() {
        if (withdrawn || won.isDone()) {
            return;
        }
        if (lease != null) {
            load(lease);
            return;
        }
        var _ = LeaseGuard.grant(context, timeToLive, this::lost)
                .whenCompleteAsync(
                        (granted, error) -> {
                            if (error != null || granted == null) {
                                again();
                            } else if (withdrawn) {
                                granted.abandon();
                            } else {
                                lease = granted;
                                load(granted);
                            }
                        },
                        context.loop());
    }

    private void load(LeaseGuard held) {
        var _ = context.stores()
                .meta()
                .load(key(role))
                .thenComposeAsync(holder -> claim(held, holder), context.loop())
                .whenCompleteAsync(
                        (result, error) -> {
                            if (withdrawn || won.isDone()) {
                                return;
                            }
                            // A lease that ended meanwhile takes the key with it; the next attempt has a new one.
                            if (held != lease || error != null || result == null || !result.succeeded()) {
                                again();
                            } else {
                                LOG.atInfo()
                                        .addKeyValue("role", role)
                                        .addKeyValue("node", context.node())
                                        .addKeyValue("epoch", result.revision())
                                        .log("Elected");
                                won.complete(new Leadership(role, result.revision(), held));
                            }
                        },
                        context.loop());
    }

    private CompletableFuture<MetaStore.TxnResult> claim(LeaseGuard held, Optional<MetaStore.Entry> holder) {
        ByteString self = ByteString.copyFromUtf8(context.node());
        if (holder.isPresent() && !holder.get().value().equals(self)) {
            deaths.look(holder.get().value().toStringUtf8(), holder.get().leaseId());
            return CompletableFuture.completedFuture(
                    new MetaStore.TxnResult(false, holder.get().modRevision()));
        }
        Txn.Condition unchanged = holder.isPresent()
                ? new Txn.Condition.ModRevision(key(role), holder.get().modRevision())
                : new Txn.Condition.Absent(key(role));
        return context.stores()
                .meta()
                .commit(Txn.when(unchanged).put(key(role), self, held.id()).build());
    }

    private void again() {
        retry = context.loop().schedule(DeathWatch.INTERVAL, this::attempt);
    }

    private void lost() {
        lease = null;
        if (won.isDone()) {
            onLost.run();
        }
    }
}
