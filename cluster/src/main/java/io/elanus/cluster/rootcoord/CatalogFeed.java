package io.elanus.cluster.rootcoord;

import io.elanus.cluster.runtime.EventLoop;
import io.elanus.proto.grpc.CatalogSnapshot;
import io.elanus.proto.grpc.PendingDdl;
import io.elanus.proto.grpc.TableSchema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/// What others see of the catalog, and who waits for the next version of it. Versions are timestamps, so they rise
/// over restarts. Lives on the loop.
final class CatalogFeed {
    static final int MAX_WATCHERS = 4_096;
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

    private record Watcher(CompletableFuture<CatalogSnapshot> answer, EventLoop.Timer end) {}

    private final EventLoop loop;
    private final List<Watcher> watchers = new ArrayList<>();
    private CatalogSnapshot current = CatalogSnapshot.getDefaultInstance();

    CatalogFeed(EventLoop loop) {
        this.loop = loop;
    }

    long version() {
        return current.getVersion();
    }

    /// Shows the catalog, but for what pending statements still hide.
    void publish(long version, CatalogState catalog, Collection<PendingDdl> pending) {
        var tables = new TreeMap<Long, TableSchema>(catalog.tables());
        var indexes = new TreeMap<>(catalog.indexes());
        for (PendingDdl hiding : pending) {
            tables.remove(hiding.getHidesTableId());
            indexes.remove(hiding.getHidesIndexId());
        }
        List<PendingDdl> oldestLast = new ArrayList<>(pending).reversed();
        for (PendingDdl altering : oldestLast) {
            TableSchema shown = altering.getShowsTable();
            tables.computeIfPresent(shown.getTableId(), (_, _) -> shown);
        }
        current = CatalogSnapshot.newBuilder()
                .setVersion(version)
                .addAllSchemas(catalog.schemas())
                .addAllTables(tables.values())
                .addAllIndexes(indexes.values())
                .addAllViews(catalog.views().values())
                .addAllRoles(catalog.access().roles().values())
                .addAllRelations(catalog.access().relations().values())
                .putAllSchemaAccess(catalog.access().schemas())
                .build();
        List<Watcher> told = List.copyOf(watchers);
        watchers.clear();
        for (Watcher watcher : told) {
            watcher.end.cancel();
            watcher.answer.complete(current);
        }
    }

    /// The catalog once it is newer than `known`, or as it is when the wait is over.
    CompletableFuture<CatalogSnapshot> watch(long known, Duration wait) {
        if (known < current.getVersion() || wait.isZero() || wait.isNegative() || watchers.size() >= MAX_WATCHERS) {
            return CompletableFuture.completedFuture(current);
        }
        var answer = new CompletableFuture<CatalogSnapshot>();
        Duration atMost = wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
        EventLoop.Timer end = loop.schedule(atMost, () -> {
            answer.complete(current);
            watchers.removeIf(watcher -> watcher.answer.isDone());
        });
        watchers.add(new Watcher(answer, end));
        return answer;
    }

    void close() {
        for (Watcher watcher : watchers) {
            watcher.end.cancel();
            watcher.answer.completeExceptionally(RootCoord.notServing());
        }
        watchers.clear();
    }
}
