package io.elanus.cluster.runtime;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// Remote calls over gRPC.
///
/// Thread rule: any thread; the future completes on a thread of the transport.
public final class GrpcRpc implements Rpc {
    private final Function<String, Channel> channels;
    private final Function<String, CompletableFuture<Boolean>> refusals;

    /// @param channels finds the channel to a node by its address; see [InProcessTransport#channel]
    public GrpcRpc(Function<String, Channel> channels) {
        this(channels, _ -> CompletableFuture.completedFuture(false));
    }

    public GrpcRpc(Transport transport) {
        this(transport::channel, transport::refuses);
    }

    private GrpcRpc(Function<String, Channel> channels, Function<String, CompletableFuture<Boolean>> refusals) {
        this.channels = channels;
        this.refusals = refusals;
    }

    @Override
    public <Q, R> CompletableFuture<R> call(String node, MethodDescriptor<Q, R> method, Q request, Duration timeout) {
        var answer = new Answer<R>();
        try {
            CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS);
            ClientCalls.asyncUnaryCall(channels.apply(node).newCall(method, options), request, answer);
        } catch (RuntimeException e) { // whatever refused the call, the caller learns it from the future
            answer.onError(e);
        }
        return answer.future;
    }

    @Override
    public CompletableFuture<Boolean> refuses(String node) {
        return refusals.apply(node);
    }

    private static final class Answer<R> implements StreamObserver<R> {
        private final CompletableFuture<R> future = new CompletableFuture<>();

        @Override
        public void onNext(R value) {
            future.complete(value);
        }

        @Override
        public void onError(Throwable error) {
            future.completeExceptionally(Failures.toCluster(error));
        }

        @Override
        public void onCompleted() {
            future.completeExceptionally(
                    new IllegalStateException("A unary call completed without an answer")); // no effect after onNext
        }
    }
}
