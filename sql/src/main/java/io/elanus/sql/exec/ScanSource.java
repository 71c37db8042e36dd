package io.elanus.sql.exec;

import io.elanus.cluster.exchange.BatchStream;
import io.elanus.sql.error.QueryErrors;
import io.elanus.sql.plan.Merge;
import io.elanus.sql.plan.Plan;
import io.elanus.storage.filter.Expr;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// Reads a table: sends the fragment to its shards on the first pull, and makes their answers one.
final class ScanSource implements RowSource {
    private static final long WAIT_MILLIS = 50;

    private final Plan.FragmentScan scan;
    private final TableReader tables;
    private final QueryContext context;
    private @Nullable RowSource merged;

    ScanSource(Plan.FragmentScan scan, TableReader tables, QueryContext context) {
        this.scan = scan;
        this.tables = tables;
        this.context = context;
    }

    @Override
    public @Nullable VectorSchemaRoot next() {
        RowSource source = merged;
        if (source == null) {
            source = merge(Fragments.nothing(scan, context) ? List.of() : open());
            merged = source;
        }
        return source.next();
    }

    private List<BatchStream> open() {
        CompletableFuture<List<BatchStream>> answer = tables.read(scan.table(), Fragments.of(scan, context));
        try {
            while (true) {
                context.check();
                try {
                    return answer.get(WAIT_MILLIS, TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    // Not yet: look whether the statement is still wanted.
                    continue;
                }
            }
        } catch (ExecutionException e) {
            throw QueryErrors.of(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            context.cancel();
            throw abandon(answer, e);
        } catch (RuntimeException e) { // cancelled or late: what still arrives must be closed
            throw abandon(answer, e);
        }
    }

    private static RuntimeException abandon(CompletableFuture<List<BatchStream>> answer, Exception cause) {
        answer.thenAccept(streams -> streams.forEach(BatchStream::close));
        return QueryErrors.of(cause);
    }

    private RowSource merge(List<BatchStream> streams) {
        var shards = new ArrayList<RowSource>();
        for (BatchStream stream : streams) {
            shards.add(new ShardSource(stream, context));
        }
        context.onCancel(() -> streams.forEach(BatchStream::cancel));
        RowSource all = new ConcatSource(shards, List.of(), context);
        return switch (scan.merge()) {
            case Merge.Concat(var offset, var limit) -> limited(all, offset, limit);
            case Merge.Sorted(var keys, var offset, var limit)
            when shards.size() > 1 -> new SortSource(new Plan.Sort(scan, keys, offset, limit), all, context);
            case Merge.Sorted(var _, var offset, var limit) -> limited(all, offset, limit);
            case Merge.FinalAggregate(var keys, var calls) ->
                AggregateSource.ofPartials(all, keys, calls, scan.columns(), context);
        };
    }

    private RowSource limited(RowSource all, Optional<Expr> offset, Optional<Expr> limit) {
        return offset.isEmpty() && limit.isEmpty()
                ? all
                : new LimitSource(all, Executor.count(offset, 0, context), Executor.limit(limit, context), context);
    }

    @Override
    public void close() {
        RowSource source = merged;
        if (source != null) {
            source.close();
        }
    }
}
