package io.elanus.cluster.querynode.fragment;

import io.elanus.cluster.exchange.BatchStream;
import io.elanus.cluster.runtime.Workers;
import io.elanus.storage.memory.MappedFault;
import io.elanus.storage.object.ObjectStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/// Runs fragments over views. Any thread; holds nothing between fragments.
public final class FragmentRunner {
    /// Less work than this is not worth a second task, nor another thread.
    private static final double WORTH_SPLITTING_NANOS = 1_000_000;
    /// About so many rows a grouping or an order takes in that time.
    private static final int LITTLE_ROWS = 8_192;

    private static final int FEW_ROWS = 256;

    private final Workers workers;
    private final BufferAllocator results;
    private final LostFiles lostFiles;

    /// @param results the process's root allocator, to which batches move when they are handed out
    /// @param objects where the files of segments are
    public FragmentRunner(Workers workers, BufferAllocator results, ObjectStore objects) {
        this.workers = workers;
        this.results = results;
        this.lostFiles = new LostFiles(objects);
    }

    /// Owner of one fragment's view and memory from here on.
    ///
    /// @param memory the fragment's own allocator; closed with the stream
    public CompletableFuture<BatchStream> run(
            String queryId, FragmentRequest request, ReadView view, BufferAllocator memory, Guard guard) {
        var resources = new FragmentResources(queryId, request.readTs(), view, memory, guard, new Tally(), lostFiles);
        CompletableFuture<BatchStream> started;
        try {
            started = start(request, resources);
        } catch (RuntimeException | Error e) { // memory may run out: what was opened is closed all the same
            started = CompletableFuture.failedFuture(e);
        }
        return started.exceptionally(error -> {
            CompletionException failure = failure(error, resources);
            resources.close();
            throw failure;
        });
    }

    private static CompletionException failure(Throwable error, FragmentResources resources) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        return new CompletionException(
                switch (cause) {
                    case RuntimeException e -> FragmentStream.translated(e, resources);
                    case InternalError e
                    when MappedFault.is(e) -> resources.lostFiles().explain(e, resources.view());
                    default -> cause;
                });
    }

    private CompletableFuture<BatchStream> start(FragmentRequest request, FragmentResources resources) {
        Schema schema = Batches.schema(request.projection(), request.outputNames());
        return switch (request.shape()) {
            case Shape.Scan(long limit) -> CompletableFuture.completedFuture(scan(schema, request, resources, limit));
            case Shape.Nearest nearest -> {
                var search = new NearestSearch(request, nearest, resources);
                yield inParallel(
                                resources,
                                split(resources.view().segments(), search::costNanos),
                                sum(resources.view().segments(), search::costNanos) < WORTH_SPLITTING_NANOS,
                                places -> searchAll(search, places))
                        .thenApply(found -> chosen(
                                schema,
                                request,
                                resources,
                                search.merge(
                                        found.stream().flatMap(List::stream).toList())));
            }
            case Shape.Streamed(var nearest) ->
                streams(new NearestSearch(request, nearest, resources), resources)
                        .thenApply(rows ->
                                stream(schema, new StreamedRows(rows, request, resources, nearest.k()), resources));
            case Shape.Grouped grouped ->
                streams(new NearestSearch(request, grouped.nearest(), resources), resources)
                        .thenCompose(rows -> compute(
                                        resources,
                                        isLittle(resources),
                                        () -> new GroupedRows(request, grouped, resources).choose(rows))
                                .whenComplete((_, _) -> rows.close()))
                        .thenApply(choice -> chosen(schema, request, resources, choice));
            case Shape.Sorted sorted -> {
                var rows = new SortedRows(request, sorted, resources);
                yield compute(resources, isLittle(resources), rows::choose)
                        .thenApply(choice -> chosen(schema, request, resources, choice));
            }
            case Shape.TextCount(var column, var search) ->
                compute(resources, isLittle(resources), () -> TextCounts.of(column, search, resources))
                        .thenApply(counts -> stream(TextCounts.SCHEMA, counts, resources));
            case Shape.Groups groups -> {
                var grouping = new Grouping(request, groups, resources);
                yield inParallel(
                                resources,
                                grouping.split(resources.view().segments(), workers.computeThreads()),
                                isLittle(resources),
                                grouping::group)
                        .thenCompose(parts -> merged(grouping, parts, resources));
            }
        };
    }

    /// Begins to search all segments; whoever gets the stream closes it.
    private CompletableFuture<NearestStream> streams(NearestSearch search, FragmentResources resources) {
        List<SegmentView> segments = resources.view().segments();
        return inParallel(
                        resources,
                        split(segments, search::costNanos),
                        sum(segments, search::costNanos) < WORTH_SPLITTING_NANOS,
                        places -> NearestStream.open(search, places))
                .thenApply(parts -> NearestStream.join(search, parts));
    }

    /// The groups of all tasks made one, if there are more than one task and memory allows it.
    private CompletableFuture<BatchStream> merged(
            Grouping grouping, List<RowProducer> parts, FragmentResources resources) {
        var apart = new JoinedRows(parts);
        List<Integer> shares = grouping.shares(parts, workers.computeThreads());
        if (shares.isEmpty()) {
            return CompletableFuture.completedFuture(stream(grouping.schema(parts), apart, resources));
        }
        return inParallel(resources, shares, false, share -> grouping.merge(parts, share, shares.size()))
                .whenComplete((_, _) -> apart.close())
                .thenApply(whole -> stream(grouping.mergedSchema(), new JoinedRows(whole), resources));
    }

    /// A few keys are looked up by the calling thread.
    private BatchStream scan(Schema schema, FragmentRequest request, FragmentResources resources, long limit) {
        var stream = new FragmentStream(schema, new ScanRows(request, resources, limit), resources, results);
        int keys = request.keys().size();
        return keys > 0 && keys <= FEW_ROWS ? stream.ahead() : stream;
    }

    private static boolean isLittle(FragmentResources resources) {
        long rows = 0;
        for (SegmentView segment : resources.view().segments()) {
            rows += segment.rows().rows();
        }
        return rows <= LITTLE_ROWS;
    }

    private static List<NearestSearch.Found> searchAll(NearestSearch search, List<Integer> places) {
        return places.stream().map(search::search).filter(Objects::nonNull).toList();
    }

    /// A few rows are fetched by the thread that found them.
    private BatchStream chosen(
            Schema schema, FragmentRequest request, FragmentResources resources, ChosenRows.Choice choice) {
        var stream = new FragmentStream(schema, new ChosenRows(request, resources, choice), resources, results);
        return choice.locators().length <= FEW_ROWS ? stream.ahead() : stream;
    }

    private BatchStream stream(Schema schema, RowProducer producer, FragmentResources resources) {
        return new FragmentStream(schema, producer, resources, results);
    }

    /// Runs the task over each of the shares. Completes when all have ended, so that what they share can be freed.
    ///
    /// @param soon all of it takes little time
    private <S, T> CompletableFuture<List<T>> inParallel(
            FragmentResources resources, List<S> shares, boolean soon, Function<S, T> task) {
        List<CompletableFuture<T>> parts = new ArrayList<>();
        for (S share : shares) {
            parts.add(compute(resources, soon, () -> task.apply(share)));
        }
        return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
                .handle((_, error) -> {
                    if (error != null) {
                        parts.forEach(FragmentRunner::discard);
                        throw error instanceof CompletionException e ? e : new CompletionException(error);
                    }
                    return parts.stream().map(CompletableFuture::join).toList();
                });
    }

    private static <T> void discard(CompletableFuture<T> part) {
        if (!part.isCompletedExceptionally()) {
            switch (part.join()) {
                case RowProducer producer -> producer.close();
                case NearestStream stream -> stream.close();
                default -> {} // nothing of its own
            }
        }
    }

    private static double sum(List<SegmentView> segments, ToDoubleFunction<SegmentView> cost) {
        return segments.stream().mapToDouble(cost).sum();
    }

    /// One task for all segments if there is little to do, else one for each that is worth it.
    private static List<List<Integer>> split(List<SegmentView> segments, ToDoubleFunction<SegmentView> cost) {
        List<List<Integer>> parts = new ArrayList<>();
        @Nullable List<Integer> part = null;
        double left = 0;
        for (int place = 0; place < segments.size(); place++) {
            if (part == null || left <= 0) {
                part = new ArrayList<>();
                parts.add(part);
                left = WORTH_SPLITTING_NANOS;
            }
            part.add(place);
            left -= cost.applyAsDouble(segments.get(place));
        }
        return parts.isEmpty() ? List.of(List.of()) : parts;
    }

    private <T> CompletableFuture<T> compute(FragmentResources resources, boolean soon, Callable<T> task) {
        Callable<T> counted = () -> {
            long from = resources.guard().nanos();
            try {
                resources.guard().check();
                return task.call();
            } finally {
                resources.tally().nanos.add(resources.guard().nanos() - from);
            }
        };
        return soon ? workers.computeSoon(counted) : workers.compute(counted);
    }
}
