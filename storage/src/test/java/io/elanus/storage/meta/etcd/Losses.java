package io.elanus.storage.meta.etcd;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/// A network that loses the answers of some transactions: etcd has carried them out, the client learns only
/// UNAVAILABLE.
final class Losses implements ClientInterceptor {
    private final Random random;
    private final double share;
    private final AtomicInteger lost = new AtomicInteger();

    Losses(long seed, double share) {
        this.random = new Random(seed);
        this.share = share;
    }

    int lost() {
        return lost.get();
    }

    private synchronized boolean lose() {
        return random.nextDouble() < share;
    }

    @Override
    public <Q, R> ClientCall<Q, R> interceptCall(MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
        ClientCall<Q, R> call = next.newCall(method, options);
        if (!method.getFullMethodName().endsWith("/Txn") || !lose()) {
            return call;
        }
        return new SimpleForwardingClientCall<>(call) {
            @Override
            public void start(Listener<R> listener, Metadata headers) {
                super.start(new LostAnswer<>(listener), headers);
            }
        };
    }

    private final class LostAnswer<R> extends SimpleForwardingClientCallListener<R> {
        LostAnswer(ClientCall.Listener<R> listener) {
            super(listener);
        }

        @Override
        public void onMessage(R message) {
            lost.incrementAndGet();
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            super.onClose(Status.UNAVAILABLE.withDescription("the answer was lost"), new Metadata());
        }
    }
}
