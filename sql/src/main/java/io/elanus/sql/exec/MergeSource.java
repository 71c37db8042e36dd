package io.elanus.sql.exec;

import io.elanus.sql.plan.Merge;
import io.elanus.storage.compute.SortedMerge;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/// Merges answers of shards that are sorted already, holding one batch of each.
final class MergeSource implements RowSource {
    private final List<RowSource> shards;
    private final SortedMerge merge;
    private final QueryContext context;

    MergeSource(List<RowSource> shards, Schema schema, Merge.Sorted order, QueryContext context) {
        this.shards = List.copyOf(shards);
        this.context = context;
        this.merge = new SortedMerge(
                schema,
                order.keys().stream().map(key -> key.bind(context.parameters())).toList(),
                shards.stream().map(MergeSource::batches).toList(),
                context.allocator());
    }

    private static java.util.function.Supplier<@Nullable VectorSchemaRoot> batches(RowSource shard) {
        return shard::next;
    }

    @Override
    public @Nullable VectorSchemaRoot next() {
        context.check();
        return merge.next(QueryContext.BATCH_ROWS);
    }

    @Override
    public void close() {
        merge.close();
        shards.forEach(RowSource::close);
    }
}
