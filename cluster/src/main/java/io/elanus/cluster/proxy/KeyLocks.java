package io.elanus.cluster.proxy;

import com.google.protobuf.ByteString;
import io.elanus.cluster.ClusterException;
import io.elanus.cluster.client.LeaseGuard;
import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.runtime.Failures;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.proto.grpc.ChannelOwner;
import io.elanus.proto.grpc.ChannelOwnersReply;
import io.elanus.proto.grpc.ChannelOwnersRequest;
import io.elanus.proto.grpc.DataCoordGrpc;
import io.elanus.proto.grpc.DataNodeGrpc;
import io.elanus.proto.grpc.LockKeysReply;
import io.elanus.proto.grpc.LockKeysRequest;
import io.elanus.proto.grpc.UnlockKeysRequest;
import io.elanus.storage.ErrorCode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// Locks the keys of one statement at the data nodes that own their vchannels, one vchannel after the other in the
/// order of their names, so that statements cannot wait for each other in a circle. Lives on the loop.
final class KeyLocks {
    private static final Duration RETRY = Duration.ofMillis(30);

    private final RoleContext context;
    private final Duration callTimeout;
    private final Map<Long, Map<String, String>> owners = new HashMap<>();
    private final Map<String, Long> fences = new HashMap<>();

    KeyLocks(RoleContext context, Duration callTimeout) {
        this.context = context;
        this.callTimeout = callTimeout;
    }

    /// What a statement holds; grows while it locks.
    final class Held {
        private final String requestId;
        private final long tableId;
        private final long askedExpiry;
        private final long deadlineNanos;
        private final LeaseGuard lease;
        private final Map<String, String> nodes = new TreeMap<>();
        private final Map<String, Long> epochs = new TreeMap<>();
        private long expiry;

        private Held(String requestId, long tableId, LeaseGuard lease, long askedExpiry, Duration timeout) {
            this.requestId = requestId;
            this.tableId = tableId;
            this.lease = lease;
            this.askedExpiry = askedExpiry;
            this.expiry = askedExpiry;
            this.deadlineNanos = context.clock().monotonicNanos() + timeout.toNanos();
        }

        /// The statement may write at or below this timestamp.
        long expiry() {
            return expiry;
        }

        /// May a write that was decided under these locks begin under this lease? Not when the proxy had to
        /// register again, nor when a channel has a new owner, which may have granted the keys to others.
        boolean protects(LeaseGuard now) {
            return now.equals(lease)
                    && epochs.entrySet().stream()
                            .allMatch(granted -> granted.getValue() >= fences.getOrDefault(granted.getKey(), 0L));
        }

        /// Is what was locked not older than these epochs of its channels?
        boolean isOf(ToLongFunction<String> newest) {
            return epochs.entrySet().stream()
                    .allMatch(granted -> granted.getValue() >= newest.applyAsLong(granted.getKey()));
        }

        /// Gives the locks back. Nobody waits for it: a lock that is not given back ends at its expiry.
        void release() {
            nodes.forEach((vchannel, node) -> {
                var request = UnlockKeysRequest.newBuilder()
                        .setVchannel(vchannel)
                        .setRequestId(requestId)
                        .build();
                var _ = context.rpc().call(node, DataNodeGrpc.getUnlockKeysMethod(), request, callTimeout);
            });
            nodes.clear();
        }
    }

    /// An empty set of locks, for [#lock].
    Held open(String requestId, long tableId, LeaseGuard lease, long expiry, Duration timeout) {
        return new Held(requestId, tableId, lease, expiry, timeout);
    }

    /// Locks that owners of the channel before this epoch granted protect nothing any more.
    void fence(String vchannel, long epoch) {
        fences.merge(vchannel, epoch, Math::max);
    }

    /// Forgets channels that are gone.
    void retain(Set<Long> tables, Set<String> vchannels) {
        owners.keySet().retainAll(tables);
        fences.keySet().retainAll(vchannels);
    }

    /// Locks keys by vchannel; completes on the loop. Whatever the outcome, the caller releases what is held.
    CompletableFuture<Void> lock(Held held, SortedMap<String, List<byte[]>> keys) {
        CompletableFuture<Void> locked = CompletableFuture.completedFuture(null);
        for (Map.Entry<String, List<byte[]>> entry : keys.entrySet()) {
            locked = locked.thenCompose(_ -> {
                var done = new CompletableFuture<Void>();
                attempt(held, entry.getKey(), request(held, entry.getKey(), entry.getValue()), done);
                return done;
            });
        }
        return locked;
    }

    private static LockKeysRequest request(Held held, String vchannel, List<byte[]> keys) {
        return LockKeysRequest.newBuilder()
                .setVchannel(vchannel)
                .setRequestId(held.requestId)
                .addAllKeys(keys.stream().map(ByteString::copyFrom).toList())
                .setExpiry(held.askedExpiry)
                .build();
    }

    private void attempt(Held held, String vchannel, LockKeysRequest request, CompletableFuture<Void> done) {
        Duration left = Duration.ofNanos(held.deadlineNanos - context.clock().monotonicNanos());
        if (left.isNegative() || left.isZero()) {
            done.completeExceptionally(new ClusterException(
                    ErrorCode.CONFLICT, "Other statements hold the keys, and the time is up. Send it again."));
            return;
        }
        var _ = owner(held.tableId, vchannel)
                .thenCompose(node -> {
                    held.nodes.put(vchannel, node);
                    return context.rpc().call(node, DataNodeGrpc.getLockKeysMethod(), request, left);
                })
                .whenCompleteAsync(
                        (reply, error) -> answered(held, vchannel, request, done, new Answer(reply, error)),
                        context.loop());
    }

    private record Answer(
            @Nullable LockKeysReply reply, @Nullable Throwable error) {}

    private void answered(
            Held held, String vchannel, LockKeysRequest request, CompletableFuture<Void> done, Answer answer) {
        if (answer.reply != null && answer.reply.getEpoch() >= fences.getOrDefault(vchannel, 0L)) {
            held.epochs.put(vchannel, answer.reply.getEpoch());
            held.expiry = Math.min(held.expiry, answer.reply.getExpiry());
            done.complete(null);
        } else if (answer.reply != null
                || Failures.hasCode(
                        answer.error,
                        ErrorCode.NOT_READY,
                        ErrorCode.UNAVAILABLE,
                        ErrorCode.STALE_EPOCH,
                        ErrorCode.UNDEFINED_TABLE,
                        ErrorCode.UNDEFINED_OBJECT)) {
            owners.remove(held.tableId);
            context.loop().schedule(RETRY, () -> attempt(held, vchannel, request, done));
        } else {
            done.completeExceptionally(
                    Failures.toCluster(answer.error == null ? new IllegalStateException("No answer") : answer.error));
        }
    }

    private CompletableFuture<String> owner(long tableId, String vchannel) {
        String known = owners.getOrDefault(tableId, Map.of()).get(vchannel);
        if (known != null) {
            return CompletableFuture.completedFuture(known);
        }
        var request = ChannelOwnersRequest.newBuilder().setTableId(tableId).build();
        return context.rpc()
                .call(RoleNames.DATA_COORD, DataCoordGrpc.getGetChannelOwnersMethod(), request, callTimeout)
                .thenApplyAsync(reply -> remember(tableId, vchannel, reply), context.loop());
    }

    private String remember(long tableId, String vchannel, ChannelOwnersReply reply) {
        Map<String, String> nodes = new HashMap<>();
        for (ChannelOwner owner : reply.getOwnersList()) {
            nodes.put(owner.getVchannel(), owner.getNode());
        }
        owners.put(tableId, nodes);
        String node = nodes.get(vchannel);
        if (node == null) {
            throw new ClusterException(
                    ErrorCode.NOT_READY, "Channel [%s] has no owner yet. Try again.".formatted(vchannel));
        }
        return node;
    }
}
