package io.elanus.cluster.datacoord;

import io.elanus.cluster.client.Candidate;
import io.elanus.cluster.client.Leadership;
import io.elanus.cluster.client.NodeRegistry;
import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.client.Sequences;
import io.elanus.cluster.runtime.EventLoop;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.cluster.runtime.TaskChain;
import io.elanus.proto.grpc.ImportSegmentsRequest;
import io.elanus.proto.grpc.IndexCoordGrpc;
import io.elanus.proto.grpc.NotifySegmentsRequest;
import io.elanus.proto.grpc.QueryCoordGrpc;
import io.elanus.proto.grpc.RefreshTableRequest;
import io.elanus.proto.grpc.SegmentInfo;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The data coordinator while it is in office: its parts, and the timers that drive them. Lives on the loop.
final class Office implements Candidate.Term {
    private static final Logger LOG = LoggerFactory.getLogger(Office.class);
    private static final Duration NOTIFY_TIMEOUT = Duration.ofSeconds(5);

    private final Term term;
    private final ChannelService channels;
    private final SegmentService segments;
    private final FlushService flushes;
    private final CompactionService compactions;
    private final ImportService imports;
    private final GarbageCollector garbage;
    private final PinService pins;
    private final List<EventLoop.Timer> timers = new ArrayList<>();
    private NodeRegistry.@Nullable Discovery discovery;

    private Office(Term term) {
        this.term = term;
        channels = new ChannelService(term);
        flushes = new FlushService(term);
        segments = new SegmentService(term, this::onFlushed);
        var pinned = new Pins();
        pins = new PinService(term, pinned, flushes);
        compactions = new CompactionService(term, pinned, this::onFlushed);
        imports = new ImportService(term, channels, this::onFlushed);
        garbage = new GarbageCollector(term, pinned);
    }

    /// Reads the state from the store, finishes the imports that the last term began, and starts to work.
    static CompletableFuture<Office> open(RoleContext context, DataCoordConfig config, Leadership leadership) {
        var store = new DataStore(context.stores().meta(), leadership);
        return Sequences.open(
                context,
                sequences -> store.load()
                        .thenComposeAsync(
                                loaded -> {
                                    DataState state =
                                            DataState.of(loaded, context.clock().monotonicNanos());
                                    var term = new Term(
                                            context, config, state, store, new TaskChain(context.loop()), sequences);
                                    var office = new Office(term);
                                    return office.begin(loaded.imports()).thenApply(_ -> office);
                                },
                                context.loop()));
    }

    private CompletableFuture<Void> begin(List<ImportSegmentsRequest> unfinished) {
        for (ImportSegmentsRequest marker : unfinished) {
            var _ = term.chain().run(() -> imports.finish(marker));
        }
        return term.chain().run(() -> {
            DataCoordConfig config = term.config();
            channels.resume();
            discovery = new NodeRegistry(term.context(), config.channels().leaseTime())
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

    Term term() {
        return term;
    }

    ChannelService channels() {
        return channels;
    }

    SegmentService segments() {
        return segments;
    }

    FlushService flushes() {
        return flushes;
    }

    CompactionService compactions() {
        return compactions;
    }

    ImportService imports() {
        return imports;
    }

    PinService pins() {
        return pins;
    }

    private void every(Duration interval, Runnable task) {
        timers.add(term.context().loop().repeat(interval, task));
    }

    private void onFlushed(SegmentInfo info) {
        flushes.settled(info.getSegmentId());
        tell(
                RoleNames.INDEX_COORD,
                IndexCoordGrpc.getNotifySegmentsMethod(),
                NotifySegmentsRequest.newBuilder().setTableId(info.getTableId()).build());
        tell(
                RoleNames.QUERY_COORD,
                QueryCoordGrpc.getRefreshTableMethod(),
                RefreshTableRequest.newBuilder().setTableId(info.getTableId()).build());
    }

    /// Who is not reached looks for itself, a little later.
    private <Q, R> void tell(String role, MethodDescriptor<Q, R> method, Q request) {
        var _ = term.context().rpc().call(role, method, request, NOTIFY_TIMEOUT).whenComplete((_, error) -> {
            if (error != null) {
                LOG.debug("Not told of a flush, will look: role={} cause={}", role, error.getMessage());
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
