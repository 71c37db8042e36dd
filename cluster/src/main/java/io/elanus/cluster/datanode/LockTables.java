package io.elanus.cluster.datanode;

import io.elanus.cluster.ClusterException;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.proto.grpc.LockKeysReply;
import io.elanus.proto.grpc.LockKeysRequest;
import io.elanus.proto.grpc.UnlockKeysRequest;
import io.elanus.storage.ErrorCode;
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

    private final DataNodeConfig.Locks config;
    private final Ownership ownership;
    private final LockFences fences;
    private final Map<String, Table> tables = new HashMap<>();

    LockTables(RoleContext context, DataNodeConfig.Locks config, Ownership ownership) {
        this.config = config;
        this.ownership = ownership;
        this.fences = new LockFences(context);
    }

    /// The table of this epoch. A new one is fenced off from those of owners before, where there were any.
    KeyLocks open(String vchannel, long epoch) {
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
            fences.raise(vchannel, epoch, locks::open);
        }
        return locks;
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
        tables.values().forEach(table -> table.locks.close());
        tables.clear();
        fences.close();
    }
}
