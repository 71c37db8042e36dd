package io.elanus.sql.session;

import io.elanus.sql.session.PreparedQuery.ResultColumn;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.ArrowTypes;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/// A finished statement: a row count, or a few rows that it answers with.
final class RowsRun implements Running {
    private final String queryId;
    private final long updateCount;
    private final BufferAllocator allocator;
    private final List<ResultColumn> columns;
    private final List<List<@Nullable Object>> rows;
    private boolean given;

    RowsRun(
            String queryId,
            long updateCount,
            BufferAllocator allocator,
            List<ResultColumn> columns,
            List<List<@Nullable Object>> rows) {
        this.queryId = queryId;
        this.updateCount = updateCount;
        this.allocator = allocator;
        this.columns = columns;
        this.rows = rows;
    }

    /// Only a number.
    static RowsRun counted(String queryId, long count, BufferAllocator allocator) {
        return new RowsRun(queryId, count, allocator, List.of(), List.of());
    }

    @Override
    public String queryId() {
        return queryId;
    }

    @Override
    public @Nullable VectorSchemaRoot next() {
        if (given || columns.isEmpty() || rows.isEmpty()) {
            return null;
        }
        given = true;
        var schema = new Schema(columns.stream()
                .map(column -> ArrowTypes.field(column.name(), column.type()))
                .toList());
        VectorSchemaRoot batch = VectorSchemaRoot.create(schema, allocator);
        for (int c = 0; c < columns.size(); c++) {
            for (int r = 0; r < rows.size(); r++) {
                var type = columns.get(c).type();
                Literals.write(Literals.of(rows.get(r).get(c), type), type, batch.getVector(c), r);
            }
            batch.getVector(c).setValueCount(rows.size());
        }
        batch.setRowCount(rows.size());
        return batch;
    }

    @Override
    public boolean isReady() {
        return true;
    }

    @Override
    public long updateCount() {
        return updateCount;
    }

    @Override
    public void cancel() {
        // It is done.
    }

    @Override
    public void close() {
        given = true;
    }
}
