package io.elanus.cluster.rootcoord;

import io.elanus.cluster.ClusterException;
import io.elanus.cluster.client.Election;
import io.elanus.cluster.client.Leadership;
import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.runtime.Role;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.cluster.runtime.ServiceTable;
import io.elanus.proto.grpc.RootCoordGrpc;
import io.elanus.storage.ErrorCode;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The root coordinator as a role: stands for election, serves while it holds the term, and stands again when it
/// has lost it. While it stands by, its methods fail with NOT_READY.
public final class RootCoord implements Role {
    private static final Logger LOG = LoggerFactory.getLogger(RootCoord.class);

    private final RoleContext context;
    private final RootConfig config;
    private final CompletableFuture<Void> serving = new CompletableFuture<>();
    private @Nullable Election election;
    private @Nullable RootTerm term;
    private boolean stopped;

    public RootCoord(RoleContext context, RootConfig config) {
        this.context = context;
        this.config = config;
    }

    @Override
    public ServiceTable services() {
        return new ServiceTable()
                .add(RootCoordGrpc.getAllocateTimestampsMethod(), request -> serve(active -> active.allocate(request)))
                .add(RootCoordGrpc.getAllocateIdsMethod(), request -> serve(active -> active.allocate(request)))
                .add(RootCoordGrpc.getExecuteDdlMethod(), request -> serve(active -> active.execute(request)))
                .add(RootCoordGrpc.getWatchCatalogMethod(), request -> serve(active -> active.watch(request)))
                .add(RootCoordGrpc.getReportTicksMethod(), request -> serve(active -> active.report(request)))
                .add(RootCoordGrpc.getRequestTickMethod(), request -> serve(active -> active.request(request)));
    }

    /// Completes when this node has been elected and serves; a standby stays incomplete.
    @Override
    public CompletableFuture<Void> start() {
        context.loop().execute(this::stand);
        return serving.copy();
    }

    @Override
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
                .thenCompose(Function.identity());
    }

    static ClusterException notServing() {
        return new ClusterException(
                ErrorCode.NOT_READY, "This node is not the active root coordinator. Try again shortly.");
    }

    private <R> CompletableFuture<R> serve(Function<RootTerm, CompletableFuture<R>> method) {
        RootTerm active = term;
        if (active == null || !active.serves()) {
            return CompletableFuture.failedFuture(notServing());
        }
        return method.apply(active);
    }

    private void stand() {
        if (stopped) {
            return;
        }
        var standing = Election.stand(context, RoleNames.ROOT_COORD, config.lease(), this::lost);
        election = standing;
        var _ = standing.won().thenAcceptAsync(leadership -> begin(standing, leadership), context.loop());
    }

    private void begin(Election standing, Leadership leadership) {
        var _ = RootTerm.begin(context, config, leadership, () -> resign(standing))
                .whenCompleteAsync((begun, error) -> begun(standing, begun, error), context.loop());
    }

    private void begun(Election standing, @Nullable RootTerm begun, @Nullable Throwable error) {
        if (begun == null) {
            LOG.atWarn().setCause(error).log("The root coordinator could not read its state; standing again");
            resign(standing);
        } else if (stopped || !standing.equals(election)) {
            begun.close();
        } else {
            term = begun;
            serving.complete(null);
        }
    }

    /// Gives the term up and stands again.
    private void resign(Election resigning) {
        if (resigning.equals(election)) {
            var _ = resigning.withdraw();
            lost();
        }
    }

    private void lost() {
        endTerm();
        stand();
    }

    private void endTerm() {
        if (term != null) {
            term.close();
            term = null;
        }
    }
}
