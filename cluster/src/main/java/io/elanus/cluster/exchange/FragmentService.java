package io.elanus.cluster.exchange;

import io.elanus.cluster.runtime.Failures;
import io.elanus.cluster.runtime.Workers;
import io.elanus.proto.grpc.Fragment;
import io.elanus.storage.segment.ArrowBatches;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.Objects;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// Serves fragments over gRPC: calls the [FragmentServer] on the transport's thread and pumps its batches from the
/// I/O workers; what a stream has ready is sent by whoever comes by, so that a short answer changes threads
/// nowhere.
public final class FragmentService {
    private final FragmentServer server;
    private final Workers workers;
    private final BufferAllocator memory;

    /// @param memory holds batches that are on their way; borrowed, and outlives every call
    public FragmentService(FragmentServer server, Workers workers, BufferAllocator memory) {
        this.server = server;
        this.workers = workers;
        this.memory = memory;
    }

    public ServerServiceDefinition definition() {
        return ServerServiceDefinition.builder(ExchangeMethod.SERVICE)
                .addMethod(ExchangeMethod.EXECUTE, ServerCalls.asyncServerStreamingCall(this::execute))
                .build();
    }

    private void execute(Fragment fragment, StreamObserver<Reply> replies) {
        var pump = new Pump((ServerCallStreamObserver<Reply>) replies, fragment.getAnalyze());
        try {
            var _ = server.execute(fragment).whenComplete(pump::started);
        } catch (RuntimeException | Error e) { // a server may throw instead of failing its future; callers wait
            pump.fail(e);
        }
    }

    /// One call. Its state is guarded by its monitor; the stream is touched by one pumping task at a time.
    private final class Pump {
        private final ServerCallStreamObserver<Reply> replies;
        private final boolean analyze;
        private final ArrayDeque<BatchMessage> sent = new ArrayDeque<>();
        private @Nullable BatchStream stream;
        private boolean pumping;
        private boolean again;
        private boolean cancelled;
        private boolean ended;

        /// @param analyze sends the statistics before every batch
        Pump(ServerCallStreamObserver<Reply> replies, boolean analyze) {
            this.replies = replies;
            this.analyze = analyze;
            replies.setOnReadyHandler(this::pump);
            replies.setOnCancelHandler(this::cancel);
        }

        void started(@Nullable BatchStream opened, @Nullable Throwable error) {
            if (opened == null) {
                fail(error == null ? new IllegalStateException("A fragment was answered without a stream") : error);
                return;
            }
            replies.onNext(new Reply.Start(opened.schema()));
            // From here on a pump may run: the start is the first reply in any case.
            boolean unwanted;
            synchronized (this) {
                stream = opened;
                unwanted = cancelled;
                ended = unwanted;
            }
            if (unwanted) {
                opened.close();
                return;
            }
            pump();
        }

        void fail(Throwable error) {
            synchronized (this) {
                ended = true;
                if (cancelled) {
                    return;
                }
            }
            replies.onError(Failures.toStatus(ExchangeMethod.EXECUTE.getFullMethodName(), error));
        }

        private void pump() {
            synchronized (this) {
                if (stream == null || ended) {
                    return;
                }
                if (pumping) {
                    again = true;
                    return;
                }
                pumping = true;
            }
            if (Objects.requireNonNull(stream).isReady()) {
                pumpReady();
            } else {
                pumpByWorker();
            }
        }

        private void pumpByWorker() {
            var _ = workers.io(() -> {
                        pumpAll(false);
                        return true;
                    })
                    .exceptionally(error -> {
                        end(error);
                        return false;
                    });
        }

        private void pumpReady() {
            try {
                pumpAll(true);
            } catch (RuntimeException | Error e) { // of the stream or the call; the consumer waits for it
                end(e);
            }
        }

        private void cancel() {
            BatchStream toCancel;
            boolean idle;
            synchronized (this) {
                cancelled = true;
                toCancel = stream;
                idle = !pumping;
                sent.forEach(BatchMessage::release);
            }
            if (toCancel != null) {
                toCancel.cancel();
                if (idle) {
                    end(null);
                }
            }
        }

        private void pumpAll(boolean onlyReady) {
            while (sendReady(onlyReady)) {
                if (onlyReady && canSend() && !Objects.requireNonNull(stream).isReady()) {
                    pumpByWorker();
                    return;
                }
                synchronized (this) {
                    if (!again && !cancelled) {
                        pumping = false;
                        return;
                    }
                    again = false;
                    if (cancelled) {
                        break;
                    }
                }
            }
            end(null);
        }

        /// Sends while the consumer has room; false once everything was sent.
        private boolean sendReady(boolean onlyReady) {
            BatchStream from = Objects.requireNonNull(stream);
            while (canSend() && (!onlyReady || from.isReady())) {
                VectorSchemaRoot batch = from.next();
                if (batch == null) {
                    replies.onNext(new Reply.Counts(from.statistics()));
                    replies.onCompleted();
                    return false;
                }
                var message = new BatchMessage(ArrowBatches.move(batch, memory));
                remember(message);
                if (analyze) {
                    replies.onNext(new Reply.Counts(from.statistics()));
                }
                replies.onNext(new Reply.Batch(message));
            }
            return true;
        }

        private boolean canSend() {
            return replies.isReady() && !replies.isCancelled();
        }

        private synchronized void remember(BatchMessage message) {
            sent.removeIf(BatchMessage::taken);
            sent.add(message);
        }

        /// Closes the stream, once; with an error, tells the consumer.
        private void end(@Nullable Throwable error) {
            synchronized (this) {
                if (ended) {
                    return;
                }
                ended = true;
                if (cancelled) {
                    sent.forEach(BatchMessage::release);
                }
            }
            Objects.requireNonNull(stream).close();
            if (error != null && !replies.isCancelled()) {
                replies.onError(Failures.toStatus(ExchangeMethod.EXECUTE.getFullMethodName(), error));
            }
        }
    }
}
