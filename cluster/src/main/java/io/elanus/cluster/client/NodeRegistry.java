package io.elanus.cluster.client;

import com.google.protobuf.ByteString;
import io.elanus.cluster.runtime.EventLoop;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.storage.meta.MetaStore;
import io.elanus.storage.meta.Txn;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes a node known under its role, and tells which nodes of a role are alive.
public final class NodeRegistry {
    private static final Logger LOG = LoggerFactory.getLogger(NodeRegistry.class);
    static final String PREFIX = "/nodes/";
    private static final Duration RETRY = Duration.ofMillis(200);

    private final RoleContext context;
    private final Duration timeToLive;

    public NodeRegistry(RoleContext context, Duration timeToLive) {
        this.context = context;
        this.timeToLive = timeToLive;
    }

    public static String key(String role, String node) {
        return PREFIX + role + "/" + node;
    }

    /// Registers this node under a new lease. An earlier registration of the same node is replaced: a node has one
    /// process at a time.
    ///
    /// @param onLost called on the loop when the lease is lost; the caller decides whether to register again
    public CompletableFuture<LeaseGuard> register(String role, ByteString info, Runnable onLost) {
        return LeaseGuard.grant(context, timeToLive, onLost)
                .thenCompose(lease -> context.stores()
                        .meta()
                        .commit(Txn.always()
                                .put(key(role, context.node()), info, lease.id())
                                .build())
                        .handleAsync((_, error) -> registered(role, lease, error), context.loop()));
    }

    private LeaseGuard registered(String role, LeaseGuard lease, @Nullable Throwable error) {
        if (error != null) {
            lease.abandon();
            throw new CompletionException(error);
        }
        LOG.atInfo()
                .addKeyValue("role", role)
                .addKeyValue("node", context.node())
                .addKeyValue("lease", lease.id())
                .log("Registered");
        return lease;
    }

    /// Tells the others that this node wants to give its work away and end. It stays registered.
    public CompletableFuture<Void> announceLeaving(String role, LeaseGuard lease) {
        String key = key(role, context.node());
        return context.stores()
                .meta()
                .commit(Txn.when(new Txn.Condition.Present(key))
                        .put(key, Registration.LEAVING, lease.id())
                        .build())
                .thenApply(_ -> null);
    }

    /// Calls the listener on the loop with the live nodes of the role: once at the start and after every change. A
    /// node is among them until the store has ended its lease, which is at once when its process is seen to be gone
    /// ([DeathWatch]). Watches until closed; survives losing the watch.
    public Discovery watch(String role, Consumer<SortedMap<String, Registration>> listener) {
        var discovery = new Discovery(PREFIX + role + "/", listener);
        discovery.open();
        return discovery;
    }

    /// A watch of one role. Owned by the caller.
    public final class Discovery implements AutoCloseable {
        private final String prefix;
        private final Consumer<SortedMap<String, Registration>> listener;
        private final SortedMap<String, Registration> nodes = new TreeMap<>();
        private final DeathWatch deaths = new DeathWatch(context);
        private final EventLoop.Timer look;
        private MetaStore.@Nullable Watch watch;
        private long revision;
        private boolean closed;

        private Discovery(String prefix, Consumer<SortedMap<String, Registration>> listener) {
            this.prefix = prefix;
            this.listener = listener;
            this.look = context.loop().repeat(DeathWatch.INTERVAL, this::look);
        }

        /// Every change of the role's nodes up to this revision of the store has been announced or is about to be.
        public long revision() {
            return revision;
        }

        @Override
        public void close() {
            closed = true;
            look.cancel();
            if (watch != null) {
                watch.close();
            }
        }

        private void open() {
            context.stores().meta().range(prefix).whenCompleteAsync(this::opened, context.loop());
        }

        private void opened(MetaStore.@Nullable Range range, @Nullable Throwable error) {
            if (closed) {
                return;
            }
            if (error != null || range == null) {
                context.loop().schedule(RETRY, this::open);
                return;
            }
            nodes.clear();
            revision = range.revision();
            range.entries().forEach(this::put);
            watch = context.stores().meta().watch(prefix, range.revision(), new MetaStore.WatchListener() {
                @Override
                public void onChange(long changedAt, List<MetaStore.Change> changes) {
                    context.loop().execute(() -> apply(changedAt, changes));
                }

                @Override
                public void onLost(Throwable cause) {
                    context.loop().schedule(RETRY, Discovery.this::open);
                }
            });
            announce();
        }

        private void apply(long changedAt, List<MetaStore.Change> changes) {
            if (closed) {
                return;
            }
            revision = Math.max(revision, changedAt);
            for (MetaStore.Change change : changes) {
                switch (change) {
                    case MetaStore.Change.Put(MetaStore.Entry entry) -> put(entry);
                    case MetaStore.Change.Deleted(String key) -> nodes.remove(key.substring(prefix.length()));
                }
            }
            announce();
        }

        private void put(MetaStore.Entry entry) {
            String node = entry.key().substring(prefix.length());
            nodes.put(node, new Registration(node, entry.leaseId(), entry.value()));
        }

        private void look() {
            deaths.keepOnly(nodes.keySet());
            nodes.values().forEach(registration -> deaths.look(registration.node(), registration.leaseId()));
        }

        private void announce() {
            listener.accept(Collections.unmodifiableSortedMap(new TreeMap<>(nodes)));
        }
    }
}
