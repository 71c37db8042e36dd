package io.elanus.cluster.client;

import io.elanus.cluster.runtime.RoleContext;
import io.elanus.storage.meta.MetaStore;
import io.elanus.storage.meta.Txn;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Objects when others take the owner of a lease for dead: deletes the question that a [DeathWatch] has put at
/// `/suspected/<lease>`. The question hangs on the lease itself, so none outlives what it asks about.
///
/// Lives on the loop; ends with the lease.
final class ProofOfLife implements AutoCloseable {
    private static final String PREFIX = "/suspected/";
    private static final Duration RETRY = Duration.ofMillis(100);

    private final RoleContext context;
    private final String key;
    private MetaStore.@Nullable Watch watch;
    private boolean closed;

    ProofOfLife(RoleContext context, long leaseId) {
        this.context = context;
        this.key = key(leaseId);
    }

    /// Closed by a slash, so that none begins with another.
    static String key(long leaseId) {
        return PREFIX + leaseId + "/";
    }

    void start() {
        if (!closed) {
            var _ = context.stores().meta().range(key).whenCompleteAsync(this::opened, context.loop());
        }
    }

    private void opened(MetaStore.@Nullable Range range, @Nullable Throwable error) {
        if (closed) {
            return;
        }
        if (error != null || range == null) {
            context.loop().schedule(RETRY, this::start);
            return;
        }
        if (!range.entries().isEmpty()) {
            object();
        }
        watch = context.stores().meta().watch(key, range.revision(), new MetaStore.WatchListener() {
            @Override
            public void onChange(long revision, List<MetaStore.Change> changes) {
                if (changes.stream().anyMatch(MetaStore.Change.Put.class::isInstance)) {
                    context.loop().execute(ProofOfLife.this::object);
                }
            }

            @Override
            public void onLost(Throwable cause) {
                context.loop().schedule(RETRY, ProofOfLife.this::start);
            }
        });
    }

    /// The transaction may be sent twice: a question that is gone stays gone.
    private void object() {
        if (closed) {
            return;
        }
        var _ = context.stores()
                .meta()
                .commit(Txn.when(new Txn.Condition.Present(key)).delete(key).build())
                .whenCompleteAsync(
                        (_, error) -> {
                            if (error != null) {
                                context.loop().schedule(RETRY, this::object);
                            }
                        },
                        context.loop());
    }

    @Override
    public void close() {
        closed = true;
        if (watch != null) {
            watch.close();
        }
    }
}
