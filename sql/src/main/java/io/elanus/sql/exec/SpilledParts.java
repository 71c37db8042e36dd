package io.elanus.sql.exec;

import io.elanus.storage.compute.KeyPartitions;
import io.elanus.storage.compute.RowAppender;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/// Rows or partial states that an operator put on disk, a file for each part of the keys. The parts have no key in
/// common, so each is finished by itself. Owns the files until they are taken.
final class SpilledParts implements AutoCloseable {
    private final QueryContext context;
    private final LongConsumer spilled;
    private final KeyPartitions partitions;
    private final RowAppender appender;
    private final List<SpilledRun> files = new ArrayList<>();

    /// @param spilled told how many bytes were written
    SpilledParts(
            SpillFolder folder, Schema schema, KeyPartitions partitions, QueryContext context, LongConsumer spilled) {
        this.context = context;
        this.spilled = spilled;
        this.partitions = partitions;
        this.appender = new RowAppender(schema, context.allocator());
        try {
            for (int i = 0; i < KeyPartitions.COUNT; i++) {
                files.add(folder.begin(schema));
            }
        } catch (RuntimeException e) { // nobody else knows the files yet
            close();
            throw e;
        }
    }

    /// Writes the rows of the batch, which stays with its owner.
    void add(VectorSchemaRoot batch) {
        long before = bytes();
        int[][] rows = partitions.rows(batch);
        for (int i = 0; i < rows.length; i++) {
            if (rows[i].length > 0) {
                appender.append(batch, rows[i], 0, rows[i].length);
                try (VectorSchemaRoot part = appender.take()) {
                    files.get(i).write(part);
                }
            }
        }
        spilled.accept(bytes() - before);
    }

    /// Writes all rows of an input.
    static void fill(SpilledParts parts, RowSource input, QueryContext context) {
        for (VectorSchemaRoot batch = input.next(); batch != null; batch = input.next()) {
            try (VectorSchemaRoot rows = batch) {
                context.check();
                parts.add(rows);
            }
        }
    }

    private long bytes() {
        return files.stream().mapToLong(SpilledRun::bytes).sum();
    }

    /// The rows of a part, the caller's; null after the last part.
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
        appender.close();
        files.forEach(SpilledRun::close);
        files.clear();
    }
}
