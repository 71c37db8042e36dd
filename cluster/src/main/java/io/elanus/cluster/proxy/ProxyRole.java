package io.elanus.cluster.proxy;

import io.elanus.cluster.client.PatientRpc;
import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.exchange.BatchStream;
import io.elanus.cluster.exchange.FragmentClient;
import io.elanus.cluster.runtime.Failures;
import io.elanus.cluster.runtime.Role;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.cluster.runtime.ServiceTable;
import io.elanus.cluster.runtime.TaskChain;
import io.elanus.proto.grpc.AllocateIdsRequest;
import io.elanus.proto.grpc.DdlReply;
import io.elanus.proto.grpc.DdlRequest;
import io.elanus.proto.grpc.EndAllocationsReply;
import io.elanus.proto.grpc.EndAllocationsRequest;
import io.elanus.proto.grpc.Fragment;
import io.elanus.proto.grpc.ProxyGrpc;
import io.elanus.proto.grpc.RefreshTicksRequest;
import io.elanus.proto.grpc.ReportTicksRequest;
import io.elanus.proto.grpc.RootCoordGrpc;
import io.elanus.storage.type.Shard;
import io.elanus.storage.type.TableSchema;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/// The proxy as a role. [TableAccess] may be called from any thread: rows are encoded on the caller's thread, the
/// rest happens on the loop.
public final class ProxyRole implements TableAccess, Role {
    /// Ids fetched at a time, so that single ones cost no call.
    private static final int IDS_AHEAD = 1 << 14;
    /// A statement that reads more of them may need few: it asks for ticks when it knows which.
    private static final int TICKED_WITH_TIMESTAMP = 4;

    private final RoleContext context;
    private final ProxyConfig config;
    private final PatientRpc coordinators;
    private final BufferAllocator memory;
    private final CatalogCache catalog;
    private final TimestampSource timestamps;
    private final InFlightWrites inFlight;
    private final ProxyLease lease;
    private final SegmentSpaces spaces;
    private final WritePath writes;
    private final ReadPath reads;
    private final ChangePath changes;
    private final TaskChain ddl;
    private final TaskChain ids;
    private long nextId;
    private long endOfIds;

    public ProxyRole(RoleContext context, ProxyConfig config, FragmentClient fragments) {
        this.context = context;
        this.config = config;
        this.coordinators = PatientRpc.on(context.loop(), context.rpc(), context.clock(), config.callTimeout());
        this.memory = context.stores().memory().newChildAllocator(context.node(), 0, Long.MAX_VALUE);
        this.catalog = new CatalogCache(context, config.callTimeout(), this::forgetDropped);
        var ticks = new TickDemands(context, config.callTimeout());
        this.timestamps =
                new TimestampSource(context, ticks, config.callTimeout().dividedBy(2), config.readTimeout());
        this.inFlight = new InFlightWrites();
        this.lease = new ProxyLease(context, config, inFlight);
        this.spaces = new SegmentSpaces(context, config.callTimeout(), timestamps);
        this.writes = new WritePath(
                context,
                timestamps,
                spaces,
                inFlight,
                lease,
                config.maxMessage().bytes());
        this.reads = new ReadPath(context, config, fragments, ticks);
        this.changes = new ChangePath(context, config, timestamps, lease, reads, writes, memory);
        this.ddl = new TaskChain(context.loop());
        this.ids = new TaskChain(context.loop());
    }

    @Override
    public ServiceTable services() {
        return new ServiceTable()
                .add(ProxyGrpc.getRefreshTicksMethod(), this::refreshTicks)
                .add(ProxyGrpc.getFenceLocksMethod(), changes::fence)
                .add(ProxyGrpc.getEndAllocationsMethod(), this::endAllocations);
    }

    /// Completes when the proxy is registered and knows the catalog.
    @Override
    public CompletableFuture<Void> start() {
        return onLoop(() -> {
            catalog.start();
            lease.start();
            return CompletableFuture.allOf(catalog.reach(1), lease.held());
        });
    }

    @Override
    public CompletableFuture<Void> stop() {
        return onLoop(() -> {
                    catalog.close();
                    return lease.close();
                })
                .whenComplete((_, _) -> memory.close());
    }

    @Override
    public Catalog catalog() {
        return catalog.catalog();
    }

    /// A statement that got no answer is sent again with its request id: the root coordinator knows it then, and so
    /// does its successor.
    @Override
    public CompletableFuture<DdlReply> execute(DdlRequest statement) {
        return onLoop(() -> {
            DdlRequest request = statement.getRequestId().isEmpty()
                    ? statement.toBuilder().setRequestId(requestId()).build()
                    : statement;
            return ddl.run(() -> coordinators
                    .call(RoleNames.ROOT_COORD, RootCoordGrpc.getExecuteDdlMethod(), request, config.ddlTimeout())
                    .thenComposeAsync(
                            reply -> catalog.reach(reply.getCatalogVersion()).thenApply(_ -> reply), context.loop()));
        });
    }

    @Override
    public CompletableFuture<Long> allocateIds(int count) {
        return allocateIds(count, 0);
    }

    @Override
    public CompletableFuture<Long> allocateKeys(TableSchema table, int count) {
        String above = table.options().get(KEYS_ABOVE);
        return allocateIds(count, above == null ? 0 : Long.parseLong(above) + 1);
    }

    private CompletableFuture<Long> allocateIds(int count, long atLeast) {
        return onLoop(() -> ids.run(() -> {
            if (endOfIds - nextId >= count && nextId >= atLeast) {
                nextId += count;
                return CompletableFuture.completedFuture(nextId - count);
            }
            int fetched = Math.max(count, IDS_AHEAD);
            var request = AllocateIdsRequest.newBuilder()
                    .setCount(fetched)
                    .setAtLeast(atLeast)
                    .build();
            return coordinators
                    .call(RoleNames.ROOT_COORD, RootCoordGrpc.getAllocateIdsMethod(), request, config.readTimeout())
                    .thenApplyAsync(
                            reply -> {
                                nextId = reply.getFirst() + count;
                                endOfIds = reply.getFirst() + fetched;
                                return reply.getFirst();
                            },
                            context.loop());
        }));
    }

    @Override
    public CompletableFuture<Long> now() {
        return onLoop(timestamps::next);
    }

    @Override
    public CompletableFuture<Long> nowToRead(Collection<TableSchema> tables) {
        List<String> pchannels = tables.stream()
                .flatMap(table -> table.shards().stream())
                .map(Shard::pchannel)
                .distinct()
                .toList();
        if (pchannels.isEmpty() || pchannels.size() > TICKED_WITH_TIMESTAMP) {
            return now();
        }
        return onLoop(() -> timestamps.nextToRead(pchannels));
    }

    @Override
    public CompletableFuture<WriteReceipt> append(
            TableSchema table, VectorSchemaRoot rows, RowMode mode, Duration timeout) {
        List<ShardWrites.Part> parts = ShardWrites.split(table, rows, List.of(), memory);
        return onLoop(() -> {
            if (parts.isEmpty()) {
                return timestamps.next().thenApply(now -> new WriteReceipt(now, 0, 0));
            }
            boolean replaces = mode == RowMode.REPLACE;
            return writes.write(new WritePath.Statement(requestId(), table, parts, replaces, null, timeout));
        });
    }

    @Override
    public CompletableFuture<WriteReceipt> change(
            TableSchema table, List<byte[]> keys, Change change, Duration timeout) {
        return onLoop(() -> changes.change(requestId(), table, keys, change, timeout));
    }

    @Override
    public CompletableFuture<List<BatchStream>> read(TableSchema table, Fragment template) {
        return reads.readAtOnce(table, template).orElseGet(() -> onLoop(() -> reads.read(table, template)));
    }

    private CompletableFuture<ReportTicksRequest> refreshTicks(RefreshTicksRequest request) {
        inFlight.promise(request.getAtLeast());
        return CompletableFuture.completedFuture(lease.promises());
    }

    private CompletableFuture<EndAllocationsReply> endAllocations(EndAllocationsRequest request) {
        request.getSegmentsList().forEach(segment -> spaces.end(segment.getSegmentId(), segment.getLastExpiry()));
        return CompletableFuture.completedFuture(EndAllocationsReply.getDefaultInstance());
    }

    private void forgetDropped(Catalog current) {
        Set<Long> tables = new HashSet<>();
        Set<String> vchannels = new HashSet<>();
        for (TableSchema table : current.tables().values()) {
            tables.add(table.tableId());
            table.shards().forEach(shard -> vchannels.add(shard.vchannel()));
        }
        reads.retain(tables);
        spaces.retain(vchannels);
        changes.retain(tables, vchannels);
    }

    /// On the loop only.
    private String requestId() {
        return context.node() + "-" + Long.toHexString(context.random().nextLong());
    }

    private <T> CompletableFuture<T> onLoop(Supplier<CompletableFuture<T>> task) {
        var result = new CompletableFuture<T>();
        try {
            context.loop().execute(() -> {
                CompletableFuture<T> running;
                try {
                    running = task.get();
                } catch (RuntimeException e) { // whatever it is, the caller learns it from the future
                    running = CompletableFuture.failedFuture(e);
                }
                var _ = running.whenComplete((value, error) -> {
                    if (error != null) {
                        result.completeExceptionally(Failures.unwrap(error));
                    } else {
                        result.complete(value);
                    }
                });
            });
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(Failures.toCluster(e));
        }
        return result;
    }
}
