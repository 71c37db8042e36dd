package io.elanus.cluster.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.cluster.runtime.Workers;
import io.elanus.proto.grpc.Fragment;
import io.elanus.proto.grpc.FragmentStatistics;
import io.elanus.storage.type.ArrowTypes;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What a transport sees of one call, with readiness coming at the worst moment.
class FragmentServiceTest {
    private static final Schema SCHEMA = ArrowTypes.schema(List.of(Column.key(1, "id", ColumnType.Simple.BIGINT)));

    /// Runs what it is given at once, on the caller's thread.
    private static final class Inline implements Workers {
        @Override
        public <T> CompletableFuture<T> io(Callable<T> task) {
            try {
                return CompletableFuture.completedFuture(task.call());
            } catch (Exception e) {
                return CompletableFuture.failedFuture(e);
            }
        }

        @Override
        public <T> CompletableFuture<T> compute(Callable<T> task) {
            return io(task);
        }
    }

    /// Keeps the order of replies; always has room.
    private static final class Call extends ServerCall<Fragment, Reply> {
        private final List<String> events = new ArrayList<>();
        private final CountDownLatch closed = new CountDownLatch(1);
        private @Nullable Listener<Fragment> listener;

        void ready() {
            Objects.requireNonNull(listener).onReady();
        }

        @Override
        public void request(int messages) {}

        @Override
        public void sendHeaders(Metadata headers) {
            events.add("headers");
        }

        @Override
        public void sendMessage(Reply message) {
            events.add(message.getClass().getSimpleName());
        }

        @Override
        public void close(Status status, Metadata trailers) {
            events.add(status.getCode().name());
            closed.countDown();
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public Attributes getAttributes() {
            return Attributes.EMPTY;
        }

        @Override
        public MethodDescriptor<Fragment, Reply> getMethodDescriptor() {
            return ExchangeMethod.EXECUTE;
        }
    }

    @Test
    @SuppressWarnings("unchecked") // the service has one method, and this is its type
    void theStartIsTheFirstReplyAlsoWhenTheConsumerTurnsReadyBeforeIt() throws InterruptedException {
        var call = new Call();
        var empty = new BatchStream() {
            @Override
            public Schema schema() {
                call.ready();
                return SCHEMA;
            }

            @Override
            public @Nullable VectorSchemaRoot next() {
                return null;
            }

            @Override
            public FragmentStatistics statistics() {
                return FragmentStatistics.getDefaultInstance();
            }

            @Override
            public void close() {}
        };
        try (var memory = new RootAllocator()) {
            var service = new FragmentService(_ -> CompletableFuture.completedFuture(empty), new Inline(), memory);
            var handler = (ServerCallHandler<Fragment, Reply>) service.definition()
                    .getMethod(ExchangeMethod.EXECUTE.getFullMethodName())
                    .getServerCallHandler();
            var listener = handler.startCall(call, new Metadata());
            call.listener = listener;
            listener.onMessage(Fragment.getDefaultInstance());
            listener.onHalfClose();
            assertThat(call.closed.await(20, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(call.events).containsExactly("headers", "Start", "Counts", "OK");
    }
}
