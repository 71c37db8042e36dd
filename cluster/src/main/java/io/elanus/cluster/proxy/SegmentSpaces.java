package io.elanus.cluster.proxy;

import io.elanus.cluster.ClusterException;
import io.elanus.cluster.client.LeaseGuard;
import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.runtime.Failures;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.proto.grpc.AssignSegmentsReply;
import io.elanus.proto.grpc.AssignSegmentsRequest;
import io.elanus.proto.grpc.DataCoordGrpc;
import io.elanus.proto.grpc.RowSlice;
import io.elanus.proto.grpc.SegmentSpace;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.HybridTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Space in segments, as granted by the data coordinator. Lives on the loop.
///
/// Requests for one vchannel that come while one is under way are asked for together, and a little ahead when many
/// come. What is not used before it expires goes back to the coordinator by itself, and sooner when it asks
/// ([#end]). Space is good only under the lease under which it was asked for: see
/// [io.elanus.cluster.client.LivingProxies].
final class SegmentSpaces {
    /// Most rows asked for beyond those that are needed.
    private static final long MOST_AHEAD = 4_096;
    /// An ended segment is remembered for so long after the last space in it has expired.
    private static final long MEMORY_MILLIS = 10_000;

    /// Room for rows, good for writes at or below `expiry`.
    record Space(List<RowSlice> slices, long expiry) {}

    /// For a part of a statement: all of these.
    static Space join(List<Space> spaces) {
        var slices = new ArrayList<RowSlice>();
        long expiry = Long.MAX_VALUE;
        for (Space space : spaces) {
            slices.addAll(space.slices);
            expiry = Math.min(expiry, space.expiry);
        }
        return new Space(slices, expiry);
    }

    private record Caller(int rows, CompletableFuture<Space> space) {}

    /// What space is asked for: segments hold rows of one partition of one shard.
    record Place(long tableId, String vchannel, long partitionId) {}

    private static final class Pool {
        private final Place place;
        private final ArrayDeque<SegmentSpace> granted = new ArrayDeque<>();
        private final ArrayDeque<Caller> waiting = new ArrayDeque<>();
        private boolean asking;
        private long takenSinceAsked;

        Pool(Place place) {
            this.place = place;
        }
    }

    private final RoleContext context;
    private final Duration callTimeout;
    private final TimestampSource timestamps;
    private final Map<Place, Pool> pools = new HashMap<>();
    /// Segments that take no rows any more, and the last expiry of space in them.
    private final Map<Long, Long> ended = new HashMap<>();
    /// Of channels, as told with space in them.
    private final Map<String, Long> epochs = new HashMap<>();
    private @Nullable LeaseGuard lease;

    SegmentSpaces(RoleContext context, Duration callTimeout, TimestampSource timestamps) {
        this.context = context;
        this.callTimeout = callTimeout;
        this.timestamps = timestamps;
    }

    /// Takes room for rows. Completes on the loop; fails with what the data coordinator answered.
    CompletableFuture<Space> take(LeaseGuard now, Place place, int rows) {
        if (!now.equals(lease)) {
            lease = now;
            pools.values().forEach(pool -> pool.granted.clear());
        }
        Pool pool = pools.computeIfAbsent(place, Pool::new);
        var space = new CompletableFuture<Space>();
        pool.waiting.add(new Caller(rows, space));
        serve(pool);
        return space;
    }

    /// May a write with this space still begin? Asked right before it does.
    boolean isGood(Space space) {
        return space.slices.stream().noneMatch(slice -> ended.getOrDefault(slice.getSegmentId(), 0L) >= space.expiry);
    }

    /// The channel was at this epoch, or above, when space in it was granted last; 0: none was.
    long epoch(String vchannel) {
        return epochs.getOrDefault(vchannel, 0L);
    }

    /// Gives all space in the segment back.
    void end(long segmentId, long lastExpiry) {
        ended.merge(segmentId, lastExpiry, Math::max);
        pools.values().forEach(pool -> pool.granted.removeIf(this::hasEnded));
    }

    private boolean hasEnded(SegmentSpace space) {
        return ended.getOrDefault(space.getSegmentId(), 0L) >= space.getExpiry();
    }

    /// Forgets the pools of tables that are gone.
    void retain(Set<String> vchannels) {
        epochs.keySet().retainAll(vchannels);
        pools.values()
                .removeIf(pool -> !vchannels.contains(pool.place.vchannel) && pool.waiting.isEmpty() && !pool.asking);
    }

    private void serve(Pool pool) {
        pool.granted.removeIf(space -> space.getExpiry() <= timestamps.newest());
        ended.values().removeIf(expiry -> HybridTime.plusMillis(expiry, MEMORY_MILLIS) < timestamps.newest());
        long room = pool.granted.stream().mapToLong(SegmentSpace::getRows).sum();
        while (!pool.waiting.isEmpty() && pool.waiting.peek().rows <= room) {
            Caller caller = pool.waiting.remove();
            room -= caller.rows;
            pool.takenSinceAsked += caller.rows;
            caller.space.complete(cut(pool, caller.rows));
        }
        if (!pool.waiting.isEmpty() && !pool.asking) {
            ask(pool, room);
        }
    }

    private static Space cut(Pool pool, int rows) {
        ArrayDeque<SegmentSpace> granted = pool.granted;
        List<RowSlice> slices = new ArrayList<>();
        long expiry = Long.MAX_VALUE;
        int left = rows;
        while (left > 0) {
            SegmentSpace space = granted.remove();
            int used = (int) Math.min(left, space.getRows());
            slices.add(RowSlice.newBuilder()
                    .setPartitionId(pool.place.partitionId)
                    .setSegmentId(space.getSegmentId())
                    .setRows(used)
                    .build());
            expiry = Math.min(expiry, space.getExpiry());
            left -= used;
            if (used < space.getRows()) {
                granted.addFirst(
                        space.toBuilder().setRows(space.getRows() - used).build());
            }
        }
        return new Space(slices, expiry);
    }

    private void ask(Pool pool, long room) {
        pool.asking = true;
        long needed = pool.waiting.stream().mapToLong(Caller::rows).sum() - room;
        long ahead = Math.min(MOST_AHEAD, pool.takenSinceAsked);
        pool.takenSinceAsked = 0;
        var request = AssignSegmentsRequest.newBuilder()
                .setTableId(pool.place.tableId)
                .setPartitionId(pool.place.partitionId)
                .setVchannel(pool.place.vchannel)
                .setRows(Math.max(needed, ahead))
                .build();
        List<Caller> served = List.copyOf(pool.waiting);
        LeaseGuard asked = lease;
        var _ = context.rpc()
                .call(RoleNames.DATA_COORD, DataCoordGrpc.getAssignSegmentsMethod(), request, callTimeout)
                .thenApplyAsync(
                        reply -> {
                            epochs.merge(pool.place.vchannel, reply.getEpoch(), Math::max);
                            return stillGood(reply, asked);
                        },
                        context.loop())
                .whenCompleteAsync((granted, error) -> answered(pool, served, granted, error), context.loop());
    }

    private List<SegmentSpace> stillGood(AssignSegmentsReply reply, @Nullable LeaseGuard asked) {
        return asked == null || !asked.equals(lease)
                ? List.of()
                : reply.getSpacesList().stream()
                        .filter(space -> !hasEnded(space))
                        .toList();
    }

    private void answered(
            Pool pool, List<Caller> served, @Nullable List<SegmentSpace> granted, @Nullable Throwable error) {
        pool.asking = false;
        if (granted == null || error != null) {
            pool.waiting.removeAll(served);
            Throwable cause = error == null ? new IllegalStateException("No answer") : error;
            served.forEach(caller -> caller.space.completeExceptionally(Failures.toCluster(cause)));
        } else if (granted.isEmpty()) {
            pool.waiting.removeAll(served);
            served.forEach(caller -> caller.space.completeExceptionally(
                    new ClusterException(ErrorCode.NOT_READY, "No segment space was granted. Try again.")));
        } else {
            pool.granted.addAll(granted);
        }
        serve(pool);
    }
}
