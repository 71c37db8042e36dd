package io.elanus.cluster.proxy;

import io.elanus.cluster.access.Access;
import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.proto.grpc.CatalogSnapshot;
import io.elanus.proto.grpc.RelationAccess;
import io.elanus.proto.grpc.RoleSchema;
import io.elanus.proto.grpc.RootCoordGrpc;
import io.elanus.proto.grpc.WatchCatalogRequest;
import io.elanus.storage.type.SchemaProtos;
import io.elanus.storage.type.TableName;
import io.elanus.storage.type.TableSchema;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The proxy's copy of the catalog, kept up to date by long polls. Lives on the loop; [#catalog] is for any thread.
final class CatalogCache {
    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final Duration RETRY = Duration.ofMillis(100);
    /// Until a version that exists is asked for: the poll under way may hang on a coordinator that is gone.
    private static final Duration HURRY = Duration.ofMillis(250);

    private final RoleContext context;
    private final Duration callTimeout;
    private final Consumer<Catalog> onChange;
    private final TreeMap<Long, CompletableFuture<Void>> waiters = new TreeMap<>();
    private volatile Catalog catalog = Catalog.EMPTY;
    private boolean hurrying;
    private boolean closed;

    /// @param onChange called on the loop with every newer catalog
    CatalogCache(RoleContext context, Duration callTimeout, Consumer<Catalog> onChange) {
        this.context = context;
        this.callTimeout = callTimeout;
        this.onChange = onChange;
    }

    Catalog catalog() {
        return catalog;
    }

    void start() {
        poll();
    }

    /// Completes on the loop once the catalog is at this version or a later one.
    CompletableFuture<Void> reach(long version) {
        if (catalog.version() >= version) {
            return CompletableFuture.completedFuture(null);
        }
        hurry();
        return waiters.computeIfAbsent(version, _ -> new CompletableFuture<>());
    }

    private void hurry() {
        if (!hurrying) {
            hurrying = true;
            context.loop().schedule(HURRY, this::askIfWanted);
        }
    }

    private void askIfWanted() {
        if (closed || waiters.isEmpty()) {
            hurrying = false;
            return;
        }
        var _ = ask(Duration.ZERO)
                .whenCompleteAsync(
                        (snapshot, _) -> {
                            hurrying = false;
                            if (snapshot != null && !closed) {
                                apply(snapshot);
                            }
                            if (!waiters.isEmpty()) {
                                hurry();
                            }
                        },
                        context.loop());
    }

    void close() {
        closed = true;
    }

    private void poll() {
        if (closed) {
            return;
        }
        var _ = ask(catalog.version() == 0 ? Duration.ZERO : WAIT).whenCompleteAsync(this::polled, context.loop());
    }

    private CompletableFuture<CatalogSnapshot> ask(Duration wait) {
        var request = WatchCatalogRequest.newBuilder()
                .setKnownVersion(catalog.version())
                .setWaitMillis(wait.toMillis())
                .build();
        return context.rpc()
                .call(RoleNames.ROOT_COORD, RootCoordGrpc.getWatchCatalogMethod(), request, wait.plus(callTimeout));
    }

    private void polled(@Nullable CatalogSnapshot snapshot, @Nullable Throwable error) {
        if (closed) {
            return;
        }
        if (error != null || snapshot == null || snapshot.getVersion() == 0) {
            context.loop().schedule(RETRY, this::poll);
            return;
        }
        apply(snapshot);
        poll();
    }

    private void apply(CatalogSnapshot snapshot) {
        if (snapshot.getVersion() <= catalog.version()) {
            return;
        }
        catalog = parse(snapshot);
        onChange.accept(catalog);
        Map<Long, CompletableFuture<Void>> reached = waiters.headMap(snapshot.getVersion(), true);
        var done = new TreeMap<>(reached);
        reached.clear();
        done.values().forEach(waiter -> waiter.complete(null));
    }

    private static Catalog parse(CatalogSnapshot snapshot) {
        Map<TableName, TableSchema> tables = new HashMap<>();
        snapshot.getTablesList().forEach(proto -> {
            TableSchema table = SchemaProtos.fromProto(proto);
            tables.put(table.name(), table);
        });
        var roles = new TreeMap<String, RoleSchema>();
        snapshot.getRolesList().forEach(role -> roles.put(role.getName(), role));
        var relations = new TreeMap<Long, RelationAccess>();
        snapshot.getRelationsList().forEach(relation -> relations.put(relation.getRelationId(), relation));
        return new Catalog(
                snapshot.getVersion(),
                new HashSet<>(snapshot.getSchemasList()),
                tables,
                snapshot.getIndexesList(),
                snapshot.getViewsList(),
                new Access(roles, relations, new TreeMap<>(snapshot.getSchemaAccessMap())));
    }
}
