package io.elanus.cluster.datacoord;

import io.elanus.cluster.client.LivingProxies;
import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.datacoord.DataState.Segment;
import io.elanus.proto.grpc.AllocateTimestampsRequest;
import io.elanus.proto.grpc.EndAllocationsRequest;
import io.elanus.proto.grpc.EndedSegment;
import io.elanus.proto.grpc.ProxyGrpc;
import io.elanus.proto.grpc.RootCoordGrpc;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// Ends allocations before they expire, so that a FLUSH need not wait for that.
///
/// The segments take no new allocations when this begins. Every living proxy gives back the space it has in them,
/// also what is still on its way to it; writes that name them have begun by then. So each has a timestamp below one
/// that is handed out afterwards: that is their new last expiry.
final class AllocationEnd {
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private final Term term;
    private final LivingProxies proxies;

    AllocationEnd(Term term) {
        this.term = term;
        this.proxies = new LivingProxies(term.context());
    }

    /// Completes with the timestamp at which allocations have ended. Fails when a proxy does not answer: then they
    /// end as they would have anyway.
    ///
    /// @param expiries of the segments: of all space that was handed out in each so far
    CompletableFuture<Long> end(Map<Segment, Long> expiries) {
        var request = EndAllocationsRequest.newBuilder();
        expiries.forEach((segment, expiry) -> request.addSegments(
                EndedSegment.newBuilder().setSegmentId(segment.id()).setLastExpiry(expiry)));
        var timestamp = AllocateTimestampsRequest.newBuilder()
                .setCount(1)
                .setReadOnly(true)
                .build();
        return proxies.ask(ProxyGrpc.getEndAllocationsMethod(), request.build(), TIMEOUT)
                .thenCompose(_ -> term.context()
                        .rpc()
                        .call(RoleNames.ROOT_COORD, RootCoordGrpc.getAllocateTimestampsMethod(), timestamp, TIMEOUT))
                .thenApplyAsync(reply -> reply.getFirst(), term.context().loop());
    }
}
