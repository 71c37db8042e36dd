package io.elanus.cluster.indexcoord;

import io.elanus.cluster.ClusterException;
import io.elanus.cluster.client.Election;
import io.elanus.cluster.client.Leadership;
import io.elanus.cluster.client.NodeRegistry;
import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.client.Sequences;
import io.elanus.cluster.runtime.EventLoop;
import io.elanus.cluster.runtime.Role;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.cluster.runtime.ServiceTable;
import io.elanus.proto.grpc.AddIndexReply;
import io.elanus.proto.grpc.DamagedIndexReply;
import io.elanus.proto.grpc.IndexCoordGrpc;
import io.elanus.proto.grpc.NotifySegmentsReply;
import io.elanus.proto.grpc.RemoveIndexReply;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.meta.MetaStore;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The index coordinator. Stands for election, loads its state when it has won, and serves until its term ends;
/// then it forgets everything and stands again.
public final class IndexCoord implements Role {
    private static final Logger LOG = LoggerFactory.getLogger(IndexCoord.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final RoleContext context;
    private final IndexCoordConfig config;
    private final ServiceTable services = new ServiceTable();
    private @Nullable Election election;
    private @Nullable Tenure tenure;
    private boolean stopped;

    public IndexCoord(RoleContext context, IndexCoordConfig config) {
        this.context = context;
        this.config = config;
        declare();
    }

    @Override
    public ServiceTable services() {
        return services;
    }

    @Override
    public CompletableFuture<Void> start() {
        var serving = new CompletableFuture<Void>();
        context.loop().execute(() -> stand(serving));
        return serving;
    }

    @Override
    public CompletableFuture<Void> stop() {
        return CompletableFuture.runAsync(
                        () -> {
                            stopped = true;
                            leave();
                        },
                        context.loop())
                .thenComposeAsync(
                        _ -> election == null ? CompletableFuture.completedFuture(null) : election.withdraw(),
                        context.loop());
    }

    private void stand(CompletableFuture<Void> serving) {
        if (stopped) {
            return;
        }
        Election standing = Election.stand(context, RoleNames.INDEX_COORD, config.leaseTime(), this::onTermEnded);
        election = standing;
        var _ = standing.won()
                .thenComposeAsync(this::takeOffice, context.loop())
                .whenCompleteAsync(
                        (_, error) -> {
                            if (error == null) {
                                serving.complete(null);
                            } else if (!stopped) {
                                LOG.warn("The index coordinator could not start, will stand again", error);
                                leave();
                                var _ = standing.withdraw();
                                context.loop().schedule(RETRY, () -> stand(serving));
                            }
                        },
                        context.loop());
    }

    private void onTermEnded() {
        LOG.warn("The index coordinator's term has ended, stands again");
        leave();
        stand(new CompletableFuture<>());
    }

    private void leave() {
        if (tenure != null) {
            tenure.close();
            tenure = null;
        }
    }

    private CompletableFuture<Void> takeOffice(Leadership leadership) {
        var store = new IndexStore(context.stores().meta(), leadership);
        var sequences = new Sequences(context);
        return sequences
                .start()
                .thenCompose(_ -> store.load())
                .thenAcceptAsync(
                        loaded -> {
                            var office = new IndexOffice(context, config, store, IndexState.of(loaded), sequences);
                            var taken = new Tenure(office, store, sequences);
                            taken.open(loaded.revision());
                            tenure = taken;
                        },
                        context.loop())
                .whenCompleteAsync(
                        (_, error) -> {
                            if (error != null) {
                                sequences.close();
                            }
                        },
                        context.loop());
    }

    private void declare() {
        serve(
                IndexCoordGrpc.getAddIndexMethod(),
                (office, request) ->
                        office.addIndex(request.getIndex()).thenApply(_ -> AddIndexReply.getDefaultInstance()));
        serve(
                IndexCoordGrpc.getRemoveIndexMethod(),
                (office, request) ->
                        office.removeIndex(request.getIndexId()).thenApply(_ -> RemoveIndexReply.getDefaultInstance()));
        serve(
                IndexCoordGrpc.getListSegmentIndexesMethod(),
                (office, request) -> CompletableFuture.completedFuture(office.list(request.getTableId())));
        serve(
                IndexCoordGrpc.getGetIndexProgressMethod(),
                (office, request) -> CompletableFuture.completedFuture(office.progress(request.getIndexId())));
        serve(IndexCoordGrpc.getNotifySegmentsMethod(), (office, request) -> {
            var _ = office.check(request.getTableId());
            return CompletableFuture.completedFuture(NotifySegmentsReply.getDefaultInstance());
        });
        serve(
                IndexCoordGrpc.getReportDamagedIndexMethod(),
                (office, request) -> office.onDamaged(request).thenApply(_ -> DamagedIndexReply.getDefaultInstance()));
    }

    private <Q, R> void serve(MethodDescriptor<Q, R> method, BiFunction<IndexOffice, Q, CompletableFuture<R>> handler) {
        services.add(method, request -> {
            Tenure current = tenure;
            if (current == null) {
                return CompletableFuture.failedFuture(new ClusterException(
                        ErrorCode.NOT_READY, "The index coordinator is not active here (yet). Try again shortly."));
            }
            return handler.apply(current.office, request);
        });
    }

    /// What runs beside the office: timers, the watch of tasks, the discovery of nodes.
    private final class Tenure implements AutoCloseable {
        private final IndexOffice office;
        private final IndexStore store;
        private final Sequences sequences;
        private final List<EventLoop.Timer> timers = new ArrayList<>();
        private NodeRegistry.@Nullable Discovery discovery;
        private MetaStore.@Nullable Watch watch;
        private boolean closed;

        Tenure(IndexOffice office, IndexStore store, Sequences sequences) {
            this.office = office;
            this.store = store;
            this.sequences = sequences;
        }

        void open(long revision) {
            watch = store.watchTasks(revision, new MetaStore.WatchListener() {
                @Override
                public void onChange(long changed, List<MetaStore.Change> changes) {
                    context.loop().execute(() -> {
                        if (!closed) {
                            office.onChanges(changes);
                        }
                    });
                }

                @Override
                public void onLost(Throwable cause) {
                    LOG.warn("The watch of index tasks was lost, starts over", cause);
                    context.loop().execute(() -> {
                        if (!closed) {
                            restart();
                        }
                    });
                }
            });
            discovery = new NodeRegistry(context, config.leaseTime()).watch(RoleNames.INDEX_NODE, office::onNodes);
            every(config.assignInterval(), office::onTimer);
            every(config.assignInterval(), office::pollProgress);
            every(config.sweepInterval(), office::sweep);
            office.sweep();
        }

        /// Gives up the term and stands again: everything is loaded afresh.
        private void restart() {
            leave();
            Election held = election;
            if (held != null) {
                var _ = held.withdraw().whenCompleteAsync((_, _) -> stand(new CompletableFuture<>()), context.loop());
            }
        }

        private void every(Duration interval, Runnable task) {
            timers.add(context.loop().repeat(interval, task));
        }

        @Override
        public void close() {
            closed = true;
            timers.forEach(EventLoop.Timer::cancel);
            if (discovery != null) {
                discovery.close();
            }
            if (watch != null) {
                watch.close();
            }
            sequences.close();
        }
    }
}
