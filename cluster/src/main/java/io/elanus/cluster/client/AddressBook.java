package io.elanus.cluster.client;

import com.google.protobuf.ByteString;
import io.elanus.cluster.runtime.Addresses;
import io.elanus.storage.meta.MetaStore;
import io.elanus.storage.meta.Txn;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where the nodes of a cluster listen, and which node is the active coordinator of a role: followed in the
/// metadata store.
///
/// | key | value |
/// |---|---|
/// | `/addresses/NODE` | host:port; overwritten when the node starts again |
/// | `/coordinators/ROLE` | the node that holds the role, see [Election] |
///
/// Thread rule: any thread. Owns its watches.
public final class AddressBook implements Addresses, AutoCloseable {
    static final String ADDRESSES = "/addresses/";
    private static final Logger LOG = LoggerFactory.getLogger(AddressBook.class);
    private static final Duration RETRY = Duration.ofMillis(200);

    private final MetaStore meta;
    private final ScheduledExecutorService retries;
    private final Follower addresses = new Follower(ADDRESSES);
    private final Follower coordinators = new Follower(Election.key(""));
    private volatile boolean closed;

    /// @param retries for watches that were lost; borrowed
    public AddressBook(MetaStore meta, ScheduledExecutorService retries) {
        this.meta = meta;
        this.retries = retries;
    }

    /// Completes when the book is as new as the store was at the call. A store that does not answer yet is asked
    /// again, until the book is closed.
    public CompletableFuture<Void> start() {
        return persistently(() -> CompletableFuture.allOf(addresses.follow(), coordinators.follow()));
    }

    /// Makes this node's address known; completes when it is. Tries until then, or until the book is closed.
    ///
    /// @param address host:port
    public CompletableFuture<Void> publish(String node, String address) {
        Txn known = Txn.always()
                .put(ADDRESSES + node, ByteString.copyFromUtf8(address))
                .build();
        return persistently(() -> meta.commit(known).thenApply(_ -> null));
    }

    /// For requests that may be carried out more than once.
    private CompletableFuture<Void> persistently(Supplier<CompletableFuture<Void>> request) {
        var done = new CompletableFuture<Void>();
        attempt(request, done);
        return done;
    }

    private void attempt(Supplier<CompletableFuture<Void>> request, CompletableFuture<Void> done) {
        var _ = request.get().whenComplete((_, error) -> {
            if (error == null) {
                done.complete(null);
            } else if (closed) {
                done.completeExceptionally(error);
            } else {
                LOG.atWarn().setCause(error).log("The metadata store does not answer; trying again");
                retries.schedule(() -> attempt(request, done), RETRY.toMillis(), TimeUnit.MILLISECONDS);
            }
        });
    }

    @Override
    public Optional<Address> find(String target) {
        String node = coordinators.values.getOrDefault(target, target);
        return Optional.ofNullable(addresses.values.get(node)).map(text -> {
            int colon = text.lastIndexOf(':');
            return new Address(node, text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
        });
    }

    @Override
    public void close() {
        closed = true;
        addresses.close();
        coordinators.close();
    }

    /// The values under a prefix by the rest of their keys, kept current.
    private final class Follower implements MetaStore.WatchListener {
        private final String prefix;
        private final Map<String, String> values = new ConcurrentHashMap<>();
        private volatile MetaStore.@Nullable Watch watch;

        Follower(String prefix) {
            this.prefix = prefix;
        }

        CompletableFuture<Void> follow() {
            return meta.range(prefix).thenAccept(range -> {
                Map<String, String> found = new ConcurrentHashMap<>();
                range.entries()
                        .forEach(entry ->
                                found.put(name(entry.key()), entry.value().toStringUtf8()));
                values.keySet().retainAll(found.keySet());
                values.putAll(found);
                if (!closed) {
                    watch = meta.watch(prefix, range.revision(), this);
                }
            });
        }

        private String name(String key) {
            return key.substring(prefix.length());
        }

        @Override
        public void onChange(long revision, List<MetaStore.Change> changes) {
            for (MetaStore.Change change : changes) {
                switch (change) {
                    case MetaStore.Change.Put(MetaStore.Entry entry) ->
                        values.put(name(entry.key()), entry.value().toStringUtf8());
                    case MetaStore.Change.Deleted(String key) -> values.remove(name(key));
                }
            }
        }

        @Override
        public void onLost(Throwable cause) {
            if (!closed) {
                retries.schedule(this::again, RETRY.toMillis(), TimeUnit.MILLISECONDS);
            }
        }

        private void again() {
            var _ = follow().whenComplete((_, error) -> {
                if (error != null) {
                    onLost(error);
                }
            });
        }

        void close() {
            MetaStore.Watch open = watch;
            if (open != null) {
                open.close();
            }
        }
    }
}
