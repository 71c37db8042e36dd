package io.elanus.cluster.rootcoord;

import io.elanus.cluster.client.Leadership;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.storage.meta.MetaStore.TxnResult;
import io.elanus.storage.meta.Txn;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes of one term: each carries the fence of the election. A write that cannot be decided ends the term, since
/// what the coordinator believes and what the store holds may then differ; the next term reads it anew.
final class Fenced {
    private static final Logger LOG = LoggerFactory.getLogger(Fenced.class);
    private static final int ATTEMPTS = 5;
    private static final Duration RETRY = Duration.ofMillis(50);

    private final RoleContext context;
    private final Leadership leadership;
    private final Runnable resign;

    Fenced(RoleContext context, Leadership leadership, Runnable resign) {
        this.context = context;
        this.leadership = leadership;
        this.resign = resign;
    }

    /// Commits once, and completes on the loop. A refusal and an unknown outcome both end the term and fail.
    CompletableFuture<Void> commit(Txn.Builder writes) {
        return attempt(writes, 1);
    }

    /// Commits puts and deletes that may be repeated without harm, and tries several times before it gives up.
    CompletableFuture<Void> commitIdempotent(Txn.Builder writes) {
        return attempt(writes, ATTEMPTS);
    }

    private CompletableFuture<Void> attempt(Txn.Builder writes, int attempts) {
        var done = new CompletableFuture<Void>();
        Txn txn = writes.and(leadership.fence()).build();
        commit(txn, attempts, done);
        return done;
    }

    private void commit(Txn txn, int attempts, CompletableFuture<Void> done) {
        var _ = context.stores()
                .meta()
                .commit(txn)
                .whenCompleteAsync((result, error) -> committed(txn, attempts, done, result, error), context.loop());
    }

    private void committed(
            Txn txn,
            int attempts,
            CompletableFuture<Void> done,
            @Nullable TxnResult result,
            @Nullable Throwable error) {
        if (result != null && result.succeeded()) {
            done.complete(null);
        } else if (error != null && attempts > 1) {
            context.loop().schedule(RETRY, () -> commit(txn, attempts - 1, done));
        } else {
            LOG.atWarn()
                    .addKeyValue("epoch", leadership.epoch())
                    .setCause(error)
                    .log("A write of this term failed or was refused; the term ends");
            resign.run();
            done.completeExceptionally(RootCoord.notServing());
        }
    }
}
