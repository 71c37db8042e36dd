package io.elanus.sql.exec;

import io.elanus.storage.compute.HashAggregator;
import io.elanus.storage.compute.KeyPartitions;
import io.elanus.storage.compute.RowAppender;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/// Groups that an aggregation put on disk as partial states, a file for each part of the keys. The parts have no
/// group in common, so each is finished by itself. Owns the files until they are taken.
final class SpilledGroups implements AutoCloseable {
    private final QueryContext context;
    private final LongConsumer spilled;
    private final KeyPartitions partitions;
    private final Schema schema;
    private final List<SpilledRun> files = new ArrayList<>();

    /// @param spilled told how many bytes were written
    SpilledGroups(
            SpillFolder folder, Schema schema, KeyPartitions partitions, QueryContext context, LongConsumer spilled) {
        this.context = context;
        this.spilled = spilled;
        this.partitions = partitions;
        this.schema = schema;
        try {
            for (int i = 0; i < KeyPartitions.COUNT; i++) {
                files.add(folder.begin(schema));
            }
        } catch (RuntimeException e) { // nobody else knows the files yet
            close();
            throw e;
        }
    }

    /// Writes all groups out; the caller closes what held them.
    void add(HashAggregator groups, int batchRows) {
        long before = bytes();
        try (var appender = new RowAppender(schema, context.allocator())) {
            for (VectorSchemaRoot batch = groups.nextPartial(batchRows);
                    batch != null;
                    batch = groups.nextPartial(batchRows)) {
                try (VectorSchemaRoot states = batch) {
                    context.check();
                    add(states, appender);
                }
            }
        }
        spilled.accept(bytes() - before);
    }

    private void add(VectorSchemaRoot states, RowAppender appender) {
        int[][] rows = partitions.rows(states);
        for (int i = 0; i < rows.length; i++) {
            if (rows[i].length > 0) {
                appender.append(states, rows[i], 0, rows[i].length);
                try (VectorSchemaRoot part = appender.take()) {
                    files.get(i).write(part);
                }
            }
        }
    }

    private long bytes() {
        return files.stream().mapToLong(SpilledRun::bytes).sum();
    }

    /// The states of a part, the caller's; null after the last part.
    @Nullable
    RowSource takePart() {
        if (files.isEmpty()) {
            return null;
        }
        SpilledRun file = files.removeLast();
        return new Part(file, context);
    }

    private record Part(SpilledRun file, QueryContext context) implements RowSource {
        @Override
        public @Nullable VectorSchemaRoot next() {
            context.check();
            return file.next(context.allocator());
        }

        @Override
        public void close() {
            file.close();
        }
    }

    @Override
    public void close() {
        files.forEach(SpilledRun::close);
        files.clear();
    }
}
