package io.elanus.cluster.client;

import io.elanus.cluster.ClusterException;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.cluster.runtime.ServiceTable;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One node's share in a coordinator's role: stands for election, opens a term when it has won, serves while the
/// term lasts, and stands again when it has ended.
///
/// Everything a coordinator knows lives in its term `T`, which is read from the store when the term opens and is
/// thrown away with it, so nothing is carried from one term to the next. A standby, and a node whose lease is not
/// certain any more (it was paused, or cannot reach the store), refuses its methods with NOT_READY.
///
/// @param <T> the term
public final class Candidate<T extends Candidate.Term> {
    private static final Logger LOG = LoggerFactory.getLogger(Candidate.class);
    /// Before a node stands again that won but could not open its term.
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /// What a coordinator knows and does between winning an election and losing it. Lives on the loop.
    public interface Term extends AutoCloseable {
        /// Ends timers and watches, and fails who waits. No write of the term may be begun afterwards.
        @Override
        void close();
    }

    /// Reads the state of a new term and begins its work.
    @FunctionalInterface
    public interface Opening<T> {
        /// @param resign gives the term up, because it cannot be gone on with; has no effect once it has ended. On
        ///     the loop
        CompletableFuture<T> open(Leadership leadership, Runnable resign);
    }

    private record Held<T>(T term, Leadership leadership) {}

    private final RoleContext context;
    private final String role;
    private final Duration leaseTime;
    private final Opening<T> opening;
    private final CompletableFuture<Void> serving = new CompletableFuture<>();
    private @Nullable Election election;
    private @Nullable Held<T> held;
    private boolean stopped;

    /// @param role one of the coordinators in [RoleNames]
    public Candidate(RoleContext context, String role, Duration leaseTime, Opening<T> opening) {
        this.context = context;
        this.role = role;
        this.leaseTime = leaseTime;
        this.opening = opening;
    }

    public static ClusterException notServing(String role) {
        return new ClusterException(
                ErrorCode.NOT_READY, "This node is not the active [%s] (yet). Try again shortly.".formatted(role));
    }

    /// Completes when this node serves for the first time; a standby stays incomplete.
    public CompletableFuture<Void> start() {
        context.loop().execute(this::stand);
        return serving.copy();
    }

    /// Ends the term and gives the lease back, so that a standby need not wait for it to expire.
    public CompletableFuture<Void> stop() {
        return CompletableFuture.supplyAsync(
                        () -> {
                            stopped = true;
                            endTerm();
                            return election == null
                                    ? CompletableFuture.<Void>completedFuture(null)
                                    : election.withdraw();
                        },
                        context.loop())
                .thenCompose(withdrawn -> withdrawn);
    }

    /// Adds a method that the term answers.
    public <Q, R> void serve(
            ServiceTable services, MethodDescriptor<Q, R> method, BiFunction<T, Q, CompletableFuture<R>> handler) {
        services.add(method, request -> {
            Held<T> current = held;
            if (current == null || !current.leadership().lease().certainlyValid()) {
                return CompletableFuture.failedFuture(notServing(role));
            }
            try {
                return handler.apply(current.term(), request);
            } catch (ClusterException | StorageException e) {
                return CompletableFuture.failedFuture(e);
            }
        });
    }

    private void stand() {
        if (stopped) {
            return;
        }
        Election standing = Election.stand(context, role, leaseTime, this::lost);
        election = standing;
        var _ = standing.won().thenAcceptAsync(leadership -> open(standing, leadership), context.loop());
    }

    private void open(Election standing, Leadership leadership) {
        var _ = opening.open(leadership, () -> resign(standing))
                .whenCompleteAsync((term, error) -> opened(standing, leadership, term, error), context.loop());
    }

    private void opened(Election standing, Leadership leadership, @Nullable T term, @Nullable Throwable error) {
        if (term == null) {
            withdrawForNow(standing, error);
        } else if (stopped || !standing.equals(election)) {
            term.close();
        } else {
            held = new Held<>(term, leadership);
            serving.complete(null);
        }
    }

    private void withdrawForNow(Election standing, @Nullable Throwable error) {
        if (stopped || !standing.equals(election)) {
            return;
        }
        LOG.atWarn().addKeyValue("role", role).setCause(error).log("The term could not be opened; standing again soon");
        election = null;
        var _ = standing.withdraw();
        context.loop().schedule(PAUSE, this::stand);
    }

    private void resign(Election resigning) {
        if (resigning.equals(election)) {
            var _ = resigning.withdraw();
            lost();
        }
    }

    private void lost() {
        LOG.atWarn()
                .addKeyValue("role", role)
                .addKeyValue("node", context.node())
                .log("The term has ended; standing again");
        endTerm();
        stand();
    }

    private void endTerm() {
        if (held != null) {
            held.term().close();
            held = null;
        }
    }
}
