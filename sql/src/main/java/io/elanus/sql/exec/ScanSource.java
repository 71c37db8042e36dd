package io.elanus.sql.exec;

import io.elanus.cluster.exchange.BatchStream;
import io.elanus.proto.grpc.Fragment;
import io.elanus.sql.error.QueryErrors;
import io.elanus.sql.plan.FragmentTemplate;
import io.elanus.sql.plan.Merge;
import io.elanus.sql.plan.Plan;
import io.elanus.storage.compute.GroupResults;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.type.Shard;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// Reads a table: sends the fragment to its shards, and makes their answers one.
final class ScanSource implements RowSource {

    private final Plan.FragmentScan scan;
    private final TableReader tables;
    private final TextCalls texts;
    private final QueryContext context;
    private final List<Expr> restrictions = new ArrayList<>();
    private int awaited;
    private @Nullable CompletableFuture<List<BatchStream>> opening;
    private @Nullable RowSource merged;

    ScanSource(Plan.FragmentScan scan, TableReader tables, TextCalls texts, QueryContext context) {
        this.scan = scan;
        this.tables = tables;
        this.texts = texts;
        this.context = context;
    }

    boolean reads(Plan.FragmentScan plan) {
        return scan == plan;
    }

    /// What an output column is in terms of the columns that the fragment reads: of a plain scan, or a group's key.
    Optional<Expr> column(int column) {
        Expr expr = switch (scan.fragment().shape()) {
            case FragmentTemplate.Shape.Scan(var limit) ->
                limit.isEmpty() ? scan.fragment().projection().get(column) : null;
            case FragmentTemplate.Shape.PartialAggregate(var keys, var _) ->
                column < keys.size() ? keys.get(column) : null;
            case FragmentTemplate.Shape.TopK _,
                    FragmentTemplate.Shape.GroupedTopK _,
                    FragmentTemplate.Shape.SortLimit _ -> null;
        };
        return expr instanceof Expr.Input input ? Optional.of(input) : Optional.empty();
    }

    /// A join may yet restrict it: the fragment is not sent before that, or before its first row is wanted.
    void expectKeys() {
        awaited++;
    }

    boolean expectsKeys() {
        return awaited > 0;
    }

    /// One of the joins has said what it has to say.
    void keysKnown() {
        awaited--;
        if (awaited == 0) {
            start();
        }
    }

    /// Only rows for which this is TRUE; over the columns that the fragment reads.
    void restrict(Expr condition) {
        if (opening == null) {
            restrictions.add(condition);
        }
    }

    /// Sends the fragment, unless that was done; waits for nothing but the statistics of a text search.
    CompletableFuture<List<BatchStream>> start() {
        CompletableFuture<List<BatchStream>> answer = opening;
        if (answer == null) {
            answer = Fragments.nothing(scan, context)
                    ? CompletableFuture.completedFuture(List.of())
                    : tables.read(scan.table(), fragment());
            opening = answer;
        }
        return answer;
    }

    private Fragment fragment() {
        Fragment all = Fragments.of(texts.complete(scan), restrictions, texts, context);
        if (context.onlyShard().isEmpty()) {
            return all;
        }
        Shard shard = scan.table().shards().get(context.onlyShard().getAsInt());
        return all.toBuilder().setVchannel(shard.vchannel()).build();
    }

    @Override
    public @Nullable VectorSchemaRoot next() {
        RowSource source = merged;
        if (source == null) {
            source = merge(await(start(), context));
            merged = source;
        }
        return source.next();
    }

    @Override
    public boolean isReady() {
        RowSource source = merged;
        if (source != null) {
            return source.isReady();
        }
        CompletableFuture<List<BatchStream>> answer = opening;
        return answer != null && answer.isDone() && (answer.isCompletedExceptionally() || areReady(answer.join()));
    }

    private static boolean areReady(List<BatchStream> streams) {
        return streams.stream().allMatch(BatchStream::isReady);
    }

    static List<BatchStream> await(CompletableFuture<List<BatchStream>> answer, QueryContext context) {
        try {
            return context.poll(answer);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            context.cancel();
            throw QueryErrors.of(e);
        }
    }

    private RowSource merge(List<BatchStream> streams) {
        var shards = new ArrayList<RowSource>();
        for (BatchStream stream : streams) {
            shards.add(shard(stream));
        }
        context.onCancel(() -> streams.forEach(BatchStream::cancel));
        RowSource all = new ConcatSource(shards, List.of(), context);
        return switch (scan.merge()) {
            case Merge.Concat(var offset, var limit) -> limited(all, offset, limit);
            case Merge.Sorted sorted
            when shards.size() > 1 ->
                limited(
                        new MergeSource(shards, streams.getFirst().schema(), sorted, context),
                        sorted.offset(),
                        sorted.limit());
            case Merge.Sorted(var _, var offset, var limit) -> limited(all, offset, limit);
            case Merge.FinalAggregate(var keys, var calls) -> {
                var grouping = AggregateSource.Grouping.of(keys, calls, scan.columns(), context);
                boolean once = streams.size() == 1
                        && GroupResults.isOnce(streams.getFirst().schema());
                yield once
                        ? new FinishedGroups(all, grouping, context)
                        : AggregateSource.ofPartials(all, grouping, this::spilled, context);
            }
        };
    }

    private void spilled(long bytes) {
        context.profile().ifPresent(profile -> Profile.spilled(profile.node(scan), bytes));
    }

    private RowSource shard(BatchStream stream) {
        return context.profile()
                .<RowSource>map(profile -> new ShardSource(stream, context, profile.node(scan)))
                .orElseGet(() -> new ShardSource(stream, context, null));
    }

    private RowSource limited(RowSource all, Optional<Expr> offset, Optional<Expr> limit) {
        return offset.isEmpty() && limit.isEmpty()
                ? all
                : new LimitSource(all, Executor.count(offset, 0, context), Executor.limit(limit, context), context);
    }

    @Override
    public void close() {
        RowSource source = merged;
        CompletableFuture<List<BatchStream>> answer = opening;
        if (source != null) {
            source.close();
        } else if (answer != null) {
            // Nobody waits any more: what still arrives is closed then.
            var _ = answer.thenAccept(streams -> streams.forEach(BatchStream::close));
        }
    }
}
