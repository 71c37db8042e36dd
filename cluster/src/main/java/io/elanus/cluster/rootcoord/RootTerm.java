package io.elanus.cluster.rootcoord;

import com.google.protobuf.ByteString;
import io.elanus.cluster.ClusterException;
import io.elanus.cluster.client.Candidate;
import io.elanus.cluster.client.Leadership;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.proto.grpc.AllocateIdsReply;
import io.elanus.proto.grpc.AllocateIdsRequest;
import io.elanus.proto.grpc.AllocateTimestampsReply;
import io.elanus.proto.grpc.AllocateTimestampsRequest;
import io.elanus.proto.grpc.CatalogSnapshot;
import io.elanus.proto.grpc.DdlReply;
import io.elanus.proto.grpc.DdlRequest;
import io.elanus.proto.grpc.ReportTicksReply;
import io.elanus.proto.grpc.ReportTicksRequest;
import io.elanus.proto.grpc.RequestTickReply;
import io.elanus.proto.grpc.RequestTickRequest;
import io.elanus.proto.grpc.WatchCatalogRequest;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.meta.Txn;
import io.elanus.storage.type.HybridTime;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/// Everything the root coordinator knows and does between winning an election and losing it. Lives on the loop.
final class RootTerm implements Candidate.Term {
    static final int MAX_TIMESTAMPS = 1 << 16;
    static final int MAX_IDS = 1 << 24;
    private static final long IDS_AHEAD = 1 << 20;
    private static final String DEFAULT_SCHEMA = "public";

    /// Single numbers for the term's own use.
    record Numbers(Supplier<CompletableFuture<Long>> timestamps, Supplier<CompletableFuture<Long>> ids) {}

    private final RoleContext context;
    private final Leadership leadership;
    private final SavedCounter timestamps;
    private final SavedCounter ids;
    private final TickIssuer ticks;
    private final PendingWork work;
    private final CatalogFeed feed;
    private final DdlQueue ddl;

    private RootTerm(RoleContext context, RootConfig config, Leadership leadership, RootStored stored, Fenced store) {
        this.context = context;
        this.leadership = leadership;
        this.timestamps = new SavedCounter(
                stored.tso(),
                last -> HybridTime.plusMillis(
                        Math.max(last, wallTime()), config.timestampWindow().toMillis()),
                bound -> store.commitIdempotent(Txn.always().put(RootKeys.TSO, RootStored.number(bound))));
        this.ids = new SavedCounter(
                stored.ids(),
                last -> last + IDS_AHEAD,
                bound -> store.commitIdempotent(Txn.always().put(RootKeys.IDS, RootStored.number(bound))));
        var numbers = new Numbers(() -> takeTimestamps(1), () -> ids.take(1, 1));
        this.feed = new CatalogFeed(context.loop());
        this.ticks = new TickIssuer(context, config, leadership, numbers.timestamps(), this::pchannelsInUse);
        this.work = new PendingWork(context, config, ticks);
        this.ddl = new DdlQueue(config, numbers, store, work, feed);
    }

    /// Reads the state from the store and starts to work. Completes on the loop.
    static CompletableFuture<RootTerm> begin(
            RoleContext context, RootConfig config, Leadership leadership, Runnable resign) {
        var store = new Fenced(context, leadership, resign);
        return context.stores()
                .meta()
                .range(RootKeys.PREFIX)
                .thenApply(RootStored::parse)
                .thenCompose(stored -> prepare(stored, store))
                .thenApplyAsync(
                        stored -> {
                            var term = new RootTerm(context, config, leadership, stored, store);
                            term.ddl.recover(stored);
                            term.ticks.start();
                            return term;
                        },
                        context.loop());
    }

    /// The first coordinator ever makes the default schema.
    private static CompletableFuture<RootStored> prepare(RootStored stored, Fenced store) {
        if (!stored.fresh()) {
            return CompletableFuture.completedFuture(stored);
        }
        CatalogState first = CatalogState.EMPTY.withSchema(DEFAULT_SCHEMA);
        return store.commitIdempotent(Txn.always()
                        .put(RootKeys.NEWEST, RootStored.number(0))
                        .put(RootKeys.schema(DEFAULT_SCHEMA), ByteString.EMPTY))
                .thenApply(_ ->
                        new RootStored(false, stored.tso(), stored.ids(), first, stored.pending(), stored.answers()));
    }

    @Override
    public void close() {
        ddl.close();
        work.close();
        ticks.close();
        feed.close();
    }

    CompletableFuture<AllocateTimestampsReply> allocate(AllocateTimestampsRequest request) {
        int count = checked(request.getCount(), MAX_TIMESTAMPS, "timestamps");
        return takeTimestamps(count).thenApply(first -> {
            if (!leadership.lease().certainlyValid()) {
                throw RootCoord.notServing();
            }
            ticks.allocated(request, first + count - 1);
            return AllocateTimestampsReply.newBuilder()
                    .setFirst(first)
                    .setCount(count)
                    .setEpoch(leadership.epoch())
                    .build();
        });
    }

    CompletableFuture<AllocateIdsReply> allocate(AllocateIdsRequest request) {
        int count = checked(request.getCount(), MAX_IDS, "ids");
        return ids.take(Math.max(1, request.getAtLeast()), count)
                .thenApply(
                        first -> AllocateIdsReply.newBuilder().setFirst(first).build());
    }

    CompletableFuture<DdlReply> execute(DdlRequest request) {
        return ddl.execute(request);
    }

    CompletableFuture<CatalogSnapshot> watch(WatchCatalogRequest request) {
        return feed.watch(request.getKnownVersion(), Duration.ofMillis(request.getWaitMillis()));
    }

    CompletableFuture<ReportTicksReply> report(ReportTicksRequest request) {
        return ticks.report(request).thenApply(_ -> ReportTicksReply.getDefaultInstance());
    }

    CompletableFuture<RequestTickReply> request(RequestTickRequest request) {
        return ticks.demand(request.getPchannelsList(), request.getAtLeast())
                .thenApply(ticked ->
                        RequestTickReply.newBuilder().putAllTicks(ticked).build());
    }

    private CompletableFuture<Long> takeTimestamps(int count) {
        return timestamps.take(wallTime(), count);
    }

    private long wallTime() {
        return HybridTime.of(context.clock().wallMillis(), 0);
    }

    private Collection<String> pchannelsInUse() {
        return ddl.catalog().pchannelUse().keySet();
    }

    private static int checked(int count, int most, String what) {
        if (count < 1 || count > most) {
            throw new ClusterException(
                    ErrorCode.INVALID_PARAMETER,
                    "A request takes 1 to [%d] %s, given [%d].".formatted(most, what, count));
        }
        return count;
    }
}
