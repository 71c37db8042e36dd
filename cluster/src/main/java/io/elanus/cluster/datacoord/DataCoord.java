package io.elanus.cluster.datacoord;

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
import io.elanus.cluster.runtime.TaskChain;
import io.elanus.proto.grpc.AddTableReply;
import io.elanus.proto.grpc.CompactReply;
import io.elanus.proto.grpc.DataCoordGrpc;
import io.elanus.proto.grpc.ImportSegmentsReply;
import io.elanus.proto.grpc.ImportSegmentsRequest;
import io.elanus.proto.grpc.IndexCoordGrpc;
import io.elanus.proto.grpc.ListSegmentsReply;
import io.elanus.proto.grpc.ListSegmentsRequest;
import io.elanus.proto.grpc.NotifySegmentsRequest;
import io.elanus.proto.grpc.QueryCoordGrpc;
import io.elanus.proto.grpc.RefreshTableRequest;
import io.elanus.proto.grpc.RemoveTableReply;
import io.elanus.proto.grpc.SaveSegmentsReply;
import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.type.SchemaProtos;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The data coordinator. Stands for election, loads its state when it has won, and serves until its term ends; then
/// it forgets everything and stands again.
public final class DataCoord implements Role {
    private static final Logger LOG = LoggerFactory.getLogger(DataCoord.class);
    private static final Duration NOTIFY_TIMEOUT = Duration.ofSeconds(5);

    private final RoleContext context;
    private final DataCoordConfig config;
    private final ServiceTable services = new ServiceTable();
    private @Nullable Election election;
    private @Nullable Office office;
    private boolean stopped;

    public DataCoord(RoleContext context, DataCoordConfig config) {
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
        Election standing =
                Election.stand(context, RoleNames.DATA_COORD, config.channels().leaseTime(), this::onTermEnded);
        election = standing;
        var _ = standing.won()
                .thenComposeAsync(this::takeOffice, context.loop())
                .whenCompleteAsync(
                        (_, error) -> {
                            if (error == null) {
                                serving.complete(null);
                            } else if (!stopped) {
                                LOG.warn("The data coordinator could not start, will stand again", error);
                                leave();
                                var _ = standing.withdraw();
                                context.loop().schedule(Duration.ofSeconds(1), () -> stand(serving));
                            }
                        },
                        context.loop());
    }

    private void onTermEnded() {
        LOG.warn("The data coordinator's term has ended, stands again");
        leave();
        stand(new CompletableFuture<>());
    }

    private void leave() {
        if (office != null) {
            office.close();
            office = null;
        }
    }

    private CompletableFuture<Void> takeOffice(Leadership leadership) {
        var store = new DataStore(context.stores().meta(), leadership);
        var sequences = new Sequences(context);
        return sequences
                .start()
                .thenCompose(_ -> store.load())
                .thenComposeAsync(
                        loaded -> {
                            DataState state =
                                    DataState.of(loaded, context.clock().monotonicNanos());
                            var term =
                                    new Term(context, config, state, store, new TaskChain(context.loop()), sequences);
                            var taken = new Office(term);
                            return taken.open(loaded.imports()).thenRunAsync(() -> office = taken, context.loop());
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
        serve(DataCoordGrpc.getAssignSegmentsMethod(), (to, request) -> to.segments.assign(request));
        serve(
                DataCoordGrpc.getSaveSegmentsMethod(),
                (to, request) -> to.segments.save(request).thenApply(_ -> SaveSegmentsReply.getDefaultInstance()));
        serve(DataCoordGrpc.getReportChannelsMethod(), (to, request) -> done(to.flushes.report(request)));
        serve(
                DataCoordGrpc.getGetRecoveryInfoMethod(),
                (to, request) -> done(to.channels.recovery(request.getVchannel())));
        serve(
                DataCoordGrpc.getGetChannelOwnersMethod(),
                (to, request) -> done(to.channels.owners(request.getTableId())));
        serve(
                DataCoordGrpc.getFlushMethod(),
                (to, request) -> to.flushes.flush(request.getTableId(), request.getWait()));
        serve(
                DataCoordGrpc.getCompactMethod(),
                (to, request) -> done(CompactReply.newBuilder()
                        .setPlans(to.compactions.compact(request.getTableId()))
                        .build()));
        serve(DataCoordGrpc.getListSegmentsMethod(), (to, request) -> done(list(to, request)));
        serve(
                DataCoordGrpc.getAddTableMethod(),
                (to, request) -> to.channels
                        .addTable(SchemaProtos.fromProto(request.getTable()))
                        .thenApply(_ -> AddTableReply.getDefaultInstance()));
        serve(
                DataCoordGrpc.getRemoveTableMethod(),
                (to, request) -> to.channels
                        .removeTable(request.getTableId())
                        .thenApply(_ -> RemoveTableReply.getDefaultInstance()));
        serve(
                DataCoordGrpc.getImportSegmentsMethod(),
                (to, request) -> to.imports.add(request).thenApply(_ -> ImportSegmentsReply.getDefaultInstance()));
    }

    private <Q, R> void serve(MethodDescriptor<Q, R> method, BiFunction<Office, Q, CompletableFuture<R>> handler) {
        services.add(method, request -> {
            Office current = office;
            if (current == null) {
                return CompletableFuture.failedFuture(new ClusterException(
                        ErrorCode.NOT_READY, "The data coordinator is not active here (yet). Try again shortly."));
            }
            try {
                return handler.apply(current, request);
            } catch (ClusterException | StorageException e) {
                return CompletableFuture.failedFuture(e);
            }
        });
    }

    private static <R> CompletableFuture<R> done(R reply) {
        return CompletableFuture.completedFuture(reply);
    }

    /// Every segment whose metadata is left, dropped ones too.
    private static ListSegmentsReply list(Office office, ListSegmentsRequest request) {
        var reply = ListSegmentsReply.newBuilder();
        for (DataState.Segment segment : office.term.state().segments()) {
            if (request.getTableId() == 0 || segment.info().getTableId() == request.getTableId()) {
                reply.addSegments(
                        segment.info().toBuilder().setRows(segment.rows()).setBytes(segment.bytes()));
            }
        }
        office.term
                .state()
                .findTable(request.getTableId())
                .ifPresent(table -> reply.setSchema(SchemaProtos.toProto(table)));
        return reply.build();
    }

    /// The coordinator while it is in office: its parts, and the timers that drive them.
    private final class Office implements AutoCloseable {
        private final Term term;
        private final ChannelService channels;
        private final SegmentService segments;
        private final FlushService flushes;
        private final CompactionService compactions;
        private final ImportService imports;
        private final GarbageCollector garbage;
        private final List<EventLoop.Timer> timers = new ArrayList<>();
        private NodeRegistry.@Nullable Discovery discovery;

        Office(Term term) {
            this.term = term;
            channels = new ChannelService(term);
            flushes = new FlushService(term);
            segments = new SegmentService(term, this::onFlushed);
            compactions = new CompactionService(term, this::onFlushed);
            imports = new ImportService(term, channels, this::onFlushed);
            garbage = new GarbageCollector(term);
        }

        CompletableFuture<Void> open(List<ImportSegmentsRequest> unfinished) {
            for (ImportSegmentsRequest marker : unfinished) {
                var _ = term.chain().run(() -> imports.finish(marker));
            }
            return term.chain().run(() -> {
                channels.resume();
                discovery = new NodeRegistry(context, config.channels().leaseTime())
                        .watch(RoleNames.DATA_NODE, channels::onNodes);
                every(config.channels().checkInterval(), channels::check);
                every(config.compaction().interval(), compactions::check);
                every(config.log().truncateInterval(), channels::truncateLogs);
                every(config.garbage().interval(), () -> {
                    var _ = garbage.collect();
                });
                return CompletableFuture.completedFuture(null);
            });
        }

        private void every(Duration interval, Runnable task) {
            timers.add(context.loop().repeat(interval, task));
        }

        private void onFlushed(SegmentInfo info) {
            flushes.settled(info.getSegmentId());
            var request = NotifySegmentsRequest.newBuilder()
                    .setTableId(info.getTableId())
                    .build();
            var _ = context.rpc()
                    .call(RoleNames.INDEX_COORD, IndexCoordGrpc.getNotifySegmentsMethod(), request, NOTIFY_TIMEOUT)
                    .whenComplete((_, error) -> {
                        if (error != null) {
                            LOG.debug("Index coordinator not told of a flush, it will look: {}", error.getMessage());
                        }
                    });
            var refresh = RefreshTableRequest.newBuilder()
                    .setTableId(info.getTableId())
                    .build();
            var _ = context.rpc()
                    .call(RoleNames.QUERY_COORD, QueryCoordGrpc.getRefreshTableMethod(), refresh, NOTIFY_TIMEOUT)
                    .whenComplete((_, error) -> {
                        if (error != null) {
                            LOG.debug("Query coordinator not told of a flush, it will look: {}", error.getMessage());
                        }
                    });
        }

        @Override
        public void close() {
            timers.forEach(EventLoop.Timer::cancel);
            if (discovery != null) {
                discovery.close();
            }
            flushes.close();
            term.sequences().close();
        }
    }
}
