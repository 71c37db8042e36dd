package io.elanus.cluster.client;

import io.elanus.cluster.runtime.Clock;
import io.elanus.cluster.runtime.EventLoop;
import io.elanus.cluster.runtime.Failures;
import io.elanus.cluster.runtime.Rpc;
import io.elanus.storage.ErrorCode;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/// Calls to coordinators that outlast a change of their term: whoever is asked while one ends and the next begins
/// waits, and is answered by the next. For requests that may be carried out twice, because they carry an id or a
/// second time changes nothing.
///
/// The time limit of a call is that of all its attempts. An attempt has a limit of its own, so that a coordinator
/// which stands still does not keep a request from its successor.
///
/// Thread rule: any thread; the future completes on a thread of the calls below, or on that of the pauses.
public final class PatientRpc implements Rpc {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(200);

    /// Runs tasks later.
    @FunctionalInterface
    public interface Pauses {
        void after(Duration pause, Runnable task);
    }

    private final Rpc rpc;
    private final Clock clock;
    private final Pauses pauses;
    private final Duration attemptLimit;

    /// @param attemptLimit for one attempt; its request is then sent again
    public PatientRpc(Rpc rpc, Clock clock, Pauses pauses, Duration attemptLimit) {
        this.rpc = rpc;
        this.clock = clock;
        this.pauses = pauses;
        this.attemptLimit = attemptLimit;
    }

    /// With pauses on a loop.
    public static PatientRpc on(EventLoop loop, Rpc rpc, Clock clock, Duration attemptLimit) {
        return new PatientRpc(rpc, clock, loop::schedule, attemptLimit);
    }

    @Override
    public <Q, R> CompletableFuture<R> call(String node, MethodDescriptor<Q, R> method, Q request, Duration timeout) {
        var answer = new CompletableFuture<R>();
        new Call<>(node, method, request, clock.monotonicNanos() + timeout.toNanos(), answer).attempt();
        return answer;
    }

    @Override
    public CompletableFuture<Boolean> refuses(String node) {
        return rpc.refuses(node);
    }

    private final class Call<Q, R> {
        private final String node;
        private final MethodDescriptor<Q, R> method;
        private final Q request;
        private final long deadlineNanos;
        private final CompletableFuture<R> answer;
        private Duration pause = FIRST_PAUSE;

        Call(String node, MethodDescriptor<Q, R> method, Q request, long deadlineNanos, CompletableFuture<R> answer) {
            this.node = node;
            this.method = method;
            this.request = request;
            this.deadlineNanos = deadlineNanos;
            this.answer = answer;
        }

        void attempt() {
            Duration left = left();
            Duration limit = left.compareTo(attemptLimit) < 0 ? left : attemptLimit;
            var _ = rpc.call(node, method, request, limit).whenComplete(this::answered);
        }

        private Duration left() {
            return Duration.ofNanos(deadlineNanos - clock.monotonicNanos());
        }

        private void answered(@Nullable R reply, @Nullable Throwable error) {
            if (error == null) {
                answer.complete(reply);
                return;
            }
            boolean passes = Failures.hasCode(error, ErrorCode.NOT_READY, ErrorCode.UNAVAILABLE);
            if (!passes || left().compareTo(pause) <= 0) {
                answer.completeExceptionally(error instanceof CompletionException ? Failures.unwrap(error) : error);
                return;
            }
            Duration next = pause;
            Duration doubled = pause.multipliedBy(2);
            pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
            try {
                pauses.after(next, this::attempt);
            } catch (RejectedExecutionException e) { // the process ends
                answer.completeExceptionally(Failures.toCluster(error));
            }
        }
    }
}
