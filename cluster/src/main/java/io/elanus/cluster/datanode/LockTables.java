package io.elanus.cluster.datanode;

import io.elanus.cluster.ClusterException;
import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.proto.grpc.LockKeysReply;
import io.elanus.proto.grpc.LockKeysRequest;
import io.elanus.proto.grpc.QueryCoordGrpc;
import io.elanus.proto.grpc.RecoveryInfo;
import io.elanus.proto.grpc.RefreshTableRequest;
import io.elanus.proto.grpc.UnlockKeysRequest;
import io.elanus.storage.ErrorCode;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// The [KeyLocks] of the channels that the node owns, one table per vchannel and epoch. A table lives as long as
/// the epoch, also when the channel's flow starts over: what it granted is still held. Lives on the loop.
final class LockTables {
    /// May locks on the channel be granted right now?
    interface Ownership {
        boolean isCertain(String vchannel, long epoch);
    }

    private record Table(long epoch, KeyLocks locks) {}

    private static final Duration REFRESH = Duration.ofSeconds(10);
    private static final Duration RETRY = Duration.ofMillis(100);

    private final RoleContext context;
    private final DataNodeConfig.Locks config;
    private final Ownership ownership;
    private final LockFences fences;
    private final Map<String, Table> tables = new HashMap<>();
    private boolean closed;

    LockTables(RoleContext context, DataNodeConfig.Locks config, Ownership ownership) {
        this.context = context;
        this.config = config;
        this.ownership = ownership;
        this.fences = new LockFences(context);
    }

    /// The table of this epoch. A new one is fenced off from those of owners before, where there were any. Segments
    /// that were imported into the channel do not come through the log: no lock is granted before reads see them,
    /// or whoever holds it would not.
    KeyLocks open(RecoveryInfo channel, long epoch) {
        String vchannel = channel.getVchannel();
        Table known = tables.get(vchannel);
        if (known != null && known.epoch == epoch) {
            return known.locks;
        }
        if (known != null) {
            known.locks.close();
        }
        var locks = new KeyLocks(config, () -> ownership.isCertain(vchannel, epoch));
        tables.put(vchannel, new Table(epoch, locks));
        if (epoch == 1) {
            locks.open();
        } else {
            long tableId = channel.getSchema().getTableId();
            fences.raise(
                    vchannel, epoch, channel.getImportedTs() == 0 ? locks::open : () -> refresh(tableId, locks::open));
        }
        return locks;
    }

    /// Has every reader of the table go by what is stored now; asks until it is so.
    private void refresh(long tableId, Runnable onRefreshed) {
        var request = RefreshTableRequest.newBuilder().setTableId(tableId).build();
        var _ = context.rpc()
                .call(RoleNames.QUERY_COORD, QueryCoordGrpc.getRefreshTableMethod(), request, REFRESH)
                .whenCompleteAsync(
                        (_, error) -> {
                            if (error == null) {
                                onRefreshed.run();
                            } else if (!closed) {
                                context.loop().schedule(RETRY, () -> refresh(tableId, onRefreshed));
                            }
                        },
                        context.loop());
    }

    CompletableFuture<LockKeysReply> lock(LockKeysRequest request) {
        Table table = tables.get(request.getVchannel());
        if (table == null) {
            return CompletableFuture.failedFuture(new ClusterException(
                    ErrorCode.NOT_READY,
                    "Channel [%s] is not open here. Ask the data coordinator for its owner."
                            .formatted(request.getVchannel())));
        }
        return table.locks
                .lock(request.getRequestId(), request.getKeysList(), request.getExpiry())
                .thenApply(expiry -> LockKeysReply.newBuilder()
                        .setExpiry(expiry)
                        .setEpoch(table.epoch)
                        .build());
    }

    void unlock(UnlockKeysRequest request) {
        Table table = tables.get(request.getVchannel());
        if (table != null) {
            table.locks.unlock(request.getRequestId());
        }
    }

    /// The channel is not ours any more, if this was its epoch.
    void drop(String vchannel, long epoch) {
        Table known = tables.get(vchannel);
        if (known != null && known.epoch <= epoch) {
            tables.remove(vchannel);
            known.locks.close();
            fences.forget(vchannel);
        }
    }

    void close() {
        closed = true;
        tables.values().forEach(table -> table.locks.close());
        tables.clear();
        fences.close();
    }
}
