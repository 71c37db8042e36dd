package io.elanus.cluster.querycoord;

import io.elanus.cluster.ClusterException;
import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.runtime.EventLoop.Timer;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.proto.grpc.CatalogSnapshot;
import io.elanus.proto.grpc.RootCoordGrpc;
import io.elanus.proto.grpc.ShardRange;
import io.elanus.proto.grpc.WatchCatalogRequest;
import io.elanus.storage.ErrorCode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// The tables that exist and their vchannels, as the root coordinator tells. Lives on the role's loop.
final class TableDirectory implements AutoCloseable {
    private static final String REPLICAS = "replicas";
    private static final Duration WAIT = Duration.ofSeconds(10);

    private final RoleContext context;
    private final QueryCoordConfig config;
    private final LongConsumer onDropped;
    private final Runnable onChange;
    private final CompletableFuture<Void> known = new CompletableFuture<>();
    private Map<Long, Known> tables = new HashMap<>();
    private long version;
    private boolean open;
    private @Nullable Timer retry;

    /// @param replicas nodes that are to serve each vchannel
    record Known(List<String> vchannels, int replicas) {}

    /// @param onChange the tables are not what they were
    TableDirectory(RoleContext context, QueryCoordConfig config, LongConsumer onDropped, Runnable onChange) {
        this.context = context;
        this.onChange = onChange;
        this.config = config;
        this.onDropped = onDropped;
    }

    /// Completes on the loop when the tables are known. A root coordinator that has just begun its term has none to
    /// tell yet; its catalog has the version 0.
    CompletableFuture<Void> start() {
        open = true;
        watch();
        return known;
    }

    Optional<Known> find(long tableId) {
        return Optional.ofNullable(tables.get(tableId));
    }

    /// A table; asks again when it is not known yet.
    CompletableFuture<Known> load(long tableId) {
        Known known = tables.get(tableId);
        if (known != null) {
            return CompletableFuture.completedFuture(known);
        }
        return ask(0, Duration.ZERO)
                .thenApplyAsync(
                        snapshot -> {
                            apply(snapshot);
                            if (version == 0) {
                                throw new ClusterException(
                                        ErrorCode.NOT_READY,
                                        "The root coordinator is starting and does not know its tables yet. Try again shortly.");
                            }
                            Known found = tables.get(tableId);
                            if (found == null) {
                                throw new ClusterException(
                                        ErrorCode.UNDEFINED_TABLE,
                                        "Table [%d] does not exist. It may have been dropped a moment ago."
                                                .formatted(tableId));
                            }
                            return found;
                        },
                        context.loop());
    }

    private void watch() {
        if (!open) {
            return;
        }
        var _ = ask(version, WAIT).whenCompleteAsync(this::watched, context.loop());
    }

    private void watched(@Nullable CatalogSnapshot snapshot, @Nullable Throwable error) {
        if (!open) {
            return;
        }
        if (snapshot == null) {
            retry = context.loop().schedule(config.retryDelay(), this::watch);
            return;
        }
        boolean changed = snapshot.getVersion() > version;
        apply(snapshot);
        if (changed) {
            watch();
        } else {
            // The wait was over, or the server does not wait: never ask in a tight loop.
            retry = context.loop().schedule(config.retryDelay(), this::watch);
        }
    }

    private CompletableFuture<CatalogSnapshot> ask(long knownVersion, Duration wait) {
        return context.rpc()
                .call(
                        RoleNames.ROOT_COORD,
                        RootCoordGrpc.getWatchCatalogMethod(),
                        WatchCatalogRequest.newBuilder()
                                .setKnownVersion(knownVersion)
                                .setWaitMillis(wait.toMillis())
                                .build(),
                        config.callTimeout().plus(wait));
    }

    /// An answer that is older than what is known changes nothing.
    private void apply(CatalogSnapshot snapshot) {
        if (snapshot.getVersion() <= version) {
            return;
        }
        version = snapshot.getVersion();
        Set<Long> before = Set.copyOf(tables.keySet());
        var next = new HashMap<Long, Known>();
        snapshot.getTablesList()
                .forEach(table -> next.put(
                        table.getTableId(),
                        new Known(
                                table.getShardsList().stream()
                                        .map(ShardRange::getVchannel)
                                        .toList(),
                                Integer.parseInt(table.getOptionsOrDefault(REPLICAS, "1")))));
        tables = next;
        before.stream().filter(tableId -> !next.containsKey(tableId)).forEach(onDropped::accept);
        onChange.run();
        known.complete(null);
    }

    @Override
    public void close() {
        open = false;
        if (retry != null) {
            retry.cancel();
        }
    }
}
