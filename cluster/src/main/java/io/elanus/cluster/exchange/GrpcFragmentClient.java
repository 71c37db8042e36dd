package io.elanus.cluster.exchange;

import io.elanus.cluster.ClusterException;
import io.elanus.cluster.runtime.Failures;
import io.elanus.proto.grpc.Fragment;
import io.elanus.proto.grpc.FragmentStatistics;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.segment.ArrowBatches;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/// Runs fragments over gRPC. Any thread.
public final class GrpcFragmentClient implements FragmentClient {
    /// How many messages a leader may be ahead of its consumer.
    private static final int AHEAD = 3;
    /// Time beyond the fragment's own deadline in which the leader's error about it may arrive.
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final Function<String, Channel> channels;
    private final BufferAllocator memory;

    /// @param memory holds batches that were received; borrowed, and outlives every stream
    public GrpcFragmentClient(Function<String, Channel> channels, BufferAllocator memory) {
        this.channels = channels;
        this.memory = memory;
    }

    @Override
    public CompletableFuture<BatchStream> execute(String node, Fragment fragment) {
        CallOptions options = CallOptions.DEFAULT;
        if (fragment.getDeadlineMillis() > 0) {
            options = options.withDeadlineAfter(fragment.getDeadlineMillis() + GRACE.toMillis(), TimeUnit.MILLISECONDS);
        }
        var stream = new RemoteStream();
        try {
            ClientCalls.asyncServerStreamingCall(
                    channels.apply(node).newCall(ExchangeMethod.EXECUTE, options), fragment, stream);
        } catch (RuntimeException e) { // whatever refused the call, the caller learns it from the future
            stream.onError(e);
        }
        return stream.started;
    }

    /// The consumer's end of one call. The transport fills the queue, the consumer empties it.
    private final class RemoteStream implements BatchStream, ClientResponseObserver<Fragment, Reply> {
        /// What a consumer waits for: a batch, the end, or an error.
        private sealed interface Item {
            record Batch(Reply reply) implements Item {}

            record End() implements Item {}

            record Failed(ClusterException error) implements Item {}
        }

        private final CompletableFuture<BatchStream> started = new CompletableFuture<>();
        private final LinkedBlockingQueue<Item> items = new LinkedBlockingQueue<>();
        private @Nullable ClientCallStreamObserver<Fragment> call;
        private volatile @Nullable Schema schema;
        private volatile @Nullable FragmentStatistics statistics;
        private volatile boolean closed;
        private boolean ended;

        @Override
        public void beforeStart(ClientCallStreamObserver<Fragment> requests) {
            call = requests;
            requests.disableAutoRequestWithInitial(AHEAD);
        }

        @Override
        public void onNext(Reply reply) {
            switch (reply) {
                case Reply.Start(Schema given) -> {
                    schema = given;
                    started.complete(this);
                    more();
                }
                case Reply.Batch _, Reply.EncodedBatch _ -> {
                    items.add(new Item.Batch(reply));
                    if (closed) {
                        freeUntaken();
                    }
                }
                case Reply.Counts(FragmentStatistics counted) -> {
                    statistics = counted;
                    more();
                }
            }
        }

        @Override
        public void onError(Throwable error) {
            ClusterException failure = Failures.toCluster(error);
            if (!started.completeExceptionally(failure)) {
                items.add(new Item.Failed(failure));
            }
        }

        @Override
        public void onCompleted() {
            if (started.isDone()) {
                items.add(new Item.End());
            } else {
                onError(new IllegalStateException("A fragment was answered without a schema"));
            }
        }

        @Override
        public Schema schema() {
            return Objects.requireNonNull(schema);
        }

        @Override
        public @Nullable VectorSchemaRoot next() {
            if (ended) {
                return null;
            }
            return switch (take()) {
                case Item.Batch(Reply reply) -> {
                    VectorSchemaRoot rows = rows(reply);
                    more();
                    yield rows;
                }
                case Item.End() -> {
                    ended = true;
                    yield null;
                }
                case Item.Failed(ClusterException error) -> {
                    ended = true;
                    throw new ClusterException(error.code(), String.valueOf(error.getMessage()), error);
                }
            };
        }

        @Override
        public boolean isReady() {
            return ended || !items.isEmpty();
        }

        @Override
        public FragmentStatistics statistics() {
            FragmentStatistics counted = statistics;
            return counted == null ? FragmentStatistics.getDefaultInstance() : counted;
        }

        @Override
        public void cancel() {
            Objects.requireNonNull(call).cancel("The consumer wants no more", null);
        }

        @Override
        public void close() {
            closed = true;
            cancel();
            freeUntaken();
        }

        private void more() {
            Objects.requireNonNull(call).request(1);
        }

        private Item take() {
            try {
                return items.take();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                cancel();
                throw new ClusterException(ErrorCode.CANCELLED, "The statement was cancelled.", e);
            }
        }

        private VectorSchemaRoot rows(Reply reply) {
            return switch (reply) {
                case Reply.Batch(BatchMessage message) -> {
                    VectorSchemaRoot rows = message.take();
                    if (rows == null) {
                        throw new ClusterException(ErrorCode.CANCELLED, "The statement was cancelled.");
                    }
                    yield ArrowBatches.move(rows, memory);
                }
                case Reply.EncodedBatch(byte[] bytes) -> ReplyCodec.load(bytes, schema(), memory);
                case Reply.Start _, Reply.Counts _ -> throw new IllegalStateException("Not a batch");
            };
        }

        private void freeUntaken() {
            for (Item item = items.poll(); item != null; item = items.poll()) {
                if (item instanceof Item.Batch(Reply.Batch(BatchMessage message))) {
                    message.release();
                }
            }
        }
    }
}
