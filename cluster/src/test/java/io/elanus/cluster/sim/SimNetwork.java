package io.elanus.cluster.sim;

import io.elanus.cluster.ClusterException;
import io.elanus.cluster.runtime.Failures;
import io.elanus.cluster.runtime.Rpc;
import io.elanus.cluster.runtime.ServiceTable;
import io.elanus.storage.ErrorCode;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Messages between processes. Each takes its own time, so they overtake each other; each may be lost or come
/// twice; a cut link loses all in its direction.
final class SimNetwork {
    private static final long UNANSWERED = 500_000_000;

    private final SimWorld world;
    private final SimScheduler scheduler;
    private final Set<String> cuts = new HashSet<>();
    private final Set<String> rejected = new HashSet<>();

    SimNetwork(SimWorld world) {
        this.world = world;
        this.scheduler = world.scheduler();
    }

    void cut(String from, String to) {
        cuts.add(from + ">" + to);
    }

    void heal() {
        cuts.clear();
    }

    Rpc rpc(SimProcess caller) {
        return new Rpc() {
            @Override
            public <Q, R> CompletableFuture<R> call(
                    String node, MethodDescriptor<Q, R> method, Q request, Duration timeout) {
                return SimNetwork.this.call(caller, node, method, request, timeout);
            }

            @Override
            public CompletableFuture<Boolean> refuses(String node) {
                return SimNetwork.this.refuses(caller, node);
            }
        };
    }

    /// Something answers for a node's address, and refuses, whether the node lives or not.
    void reject(String node) {
        rejected.add(node);
    }

    /// The kernel of a process that crashed refuses; that of one that is paused does not, and a link that is cut
    /// answers nothing.
    private CompletableFuture<Boolean> refuses(SimProcess caller, String node) {
        boolean refused = rejected.contains(node) || world.findProcess(node) == null;
        if (!refused) {
            return CompletableFuture.completedFuture(false);
        }
        var answer = new CompletableFuture<Boolean>();
        boolean lost = isLost(caller.name(), node) || isLost(node, caller.name());
        caller.after(lost ? UNANSWERED : latency(), () -> answer.complete(!lost));
        return answer;
    }

    /// Brings a message from one process to another: runs `arrive` there once, twice, late, or never.
    void send(SimProcess from, String to, Runnable arrive) {
        int copies = scheduler.chance(world.faults().network().copies()) ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            if (!isLost(from.name(), to)) {
                deliver(to, arrive);
            }
        }
    }

    /// An answer on its way back: late or never, but not twice, since the caller knows its calls.
    void answer(String from, SimProcess to, Runnable arrive) {
        if (!isLost(from, to.name())) {
            to.after(latency(), arrive);
        }
    }

    private void deliver(String to, Runnable arrive) {
        scheduler.after(latency(), () -> {
            SimProcess target = world.findProcess(to);
            if (target != null) {
                target.after(0, arrive);
            }
        });
    }

    private boolean isLost(String from, String to) {
        return !from.equals(to)
                && (cuts.contains(from + ">" + to)
                        || scheduler.chance(world.faults().network().loss()));
    }

    private long latency() {
        return scheduler.delay(20_000, world.faults().network().slowest());
    }

    private <Q, R> CompletableFuture<R> call(
            SimProcess caller, String node, MethodDescriptor<Q, R> method, Q request, Duration timeout) {
        var answer = new CompletableFuture<R>();
        caller.loop().schedule(timeout, () -> {
            if (!answer.isDone()) {
                answer.completeExceptionally(noAnswer(method.getFullMethodName()));
            }
        });
        String target = world.resolve(node);
        if (target == null) {
            caller.after(latency(), () -> answer.completeExceptionally(noAnswer(method.getFullMethodName())));
            return answer;
        }
        send(caller, target, () -> handle(caller, target, method, request, answer));
        return answer;
    }

    private <Q, R> void handle(
            SimProcess caller, String target, MethodDescriptor<Q, R> method, Q request, CompletableFuture<R> answer) {
        SimProcess callee = world.findProcess(target);
        if (callee == null) {
            return;
        }
        String name = method.getFullMethodName();
        ServiceTable.Entry<?, ?> entry = callee.service(name);
        if (entry == null) {
            answer(
                    target,
                    caller,
                    () -> answer.completeExceptionally(new ClusterException(
                            ErrorCode.NOT_READY, "[%s] does not serve [%s] yet.".formatted(target, name))));
            return;
        }
        callee.loop().execute(() -> {
            CompletableFuture<R> handled;
            try {
                handled = world.plants().handle(callee, entry, method, request);
            } catch (RuntimeException e) { // a handler may throw instead of failing its future
                handled = CompletableFuture.failedFuture(e);
            }
            var _ = handled.whenComplete((reply, error) -> {
                ClusterException failure = error == null ? null : checked(callee, name, error);
                if (failure == null) {
                    world.checks().onReply(name, request, reply);
                }
                answer(target, caller, () -> complete(answer, reply, failure));
            });
        });
    }

    /// An unexpected error of a handler is a bug, and ends the run.
    private ClusterException checked(SimProcess callee, String method, Throwable error) {
        ClusterException failure = Failures.toCluster(error);
        if (failure.code() == ErrorCode.INTERNAL && callee.alive()) {
            world.fail(new SimFailure("Method [%s] of [%s] failed: %s".formatted(method, callee.name(), error), error));
        }
        return failure;
    }

    private static <R> void complete(
            CompletableFuture<R> answer, @Nullable R reply, @Nullable ClusterException failure) {
        if (failure != null) {
            answer.completeExceptionally(failure);
        } else {
            answer.complete(reply);
        }
    }

    private static ClusterException noAnswer(String method) {
        return new ClusterException(ErrorCode.UNAVAILABLE, "No answer to [%s].".formatted(method));
    }
}
