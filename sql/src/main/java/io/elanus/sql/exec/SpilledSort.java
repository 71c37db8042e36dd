package io.elanus.sql.exec;

import io.elanus.storage.compute.SortKey;
import io.elanus.storage.compute.SortedMerge;
import io.elanus.storage.compute.TopRows;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/// The sorted runs that a sort put on disk, and their merge. At most [#FAN_IN] runs of a level are kept: then they
/// become one run of the next, so that few are read at a time and every row is written once a level. Rows with
/// equal keys stay in the order they came: runs of a higher level came before those of a lower.
final class SpilledSort implements RowSource {
    static final int FAN_IN = 16;

    private final SpillFolder folder;
    private final Schema schema;
    private final List<SortKey> keys;
    private final QueryContext context;
    private final LongConsumer spilled;
    private final List<List<SpilledRun>> levels = new ArrayList<>();
    private int batchRows = QueryContext.BATCH_ROWS;
    private @Nullable SortedMerge merge;

    /// @param spilled told how many bytes were written
    SpilledSort(SpillFolder folder, Schema schema, List<SortKey> keys, QueryContext context, LongConsumer spilled) {
        this.folder = folder;
        this.schema = schema;
        this.keys = keys;
        this.context = context;
        this.spilled = spilled;
    }

    /// Writes all rows out as a run; the caller closes what held them.
    ///
    /// @param most rows of a batch, such that a batch of every run that is merged fits into memory
    void add(TopRows rows, int most) {
        batchRows = Math.min(batchRows, most);
        add(0, () -> rows.next(batchRows));
    }

    private void add(int level, Supplier<@Nullable VectorSchemaRoot> sorted) {
        if (levels.size() == level) {
            levels.add(new ArrayList<>());
        }
        List<SpilledRun> runs = levels.get(level);
        SpilledRun run = folder.begin(schema);
        runs.add(run);
        for (VectorSchemaRoot batch = sorted.get(); batch != null; batch = sorted.get()) {
            try (VectorSchemaRoot rows = batch) {
                context.check();
                run.write(rows);
            }
        }
        spilled.accept(run.bytes());
        if (runs.size() == FAN_IN) {
            try (SortedMerge merging = merge(runs)) {
                add(level + 1, () -> merging.next(batchRows));
            }
            runs.forEach(SpilledRun::close);
            runs.clear();
        }
    }

    private SortedMerge merge(List<SpilledRun> runs) {
        List<Supplier<@Nullable VectorSchemaRoot>> streams = new ArrayList<>();
        runs.forEach(run -> streams.add(() -> run.next(context.allocator())));
        return new SortedMerge(schema, keys, streams, context.allocator());
    }

    @Override
    public @Nullable VectorSchemaRoot next() {
        context.check();
        SortedMerge merging = merge;
        if (merging == null) {
            merging = merge(levels.reversed().stream().flatMap(List::stream).toList());
            merge = merging;
        }
        return merging.next(batchRows);
    }

    @Override
    public void close() {
        if (merge != null) {
            merge.close();
        }
        levels.forEach(runs -> runs.forEach(SpilledRun::close));
        levels.clear();
    }
}
