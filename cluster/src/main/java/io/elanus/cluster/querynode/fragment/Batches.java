package io.elanus.cluster.querynode.fragment;

import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Projection;
import io.elanus.storage.type.ArrowTypes;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/// How batches of an answer are sized and named. Pure but for the buffers it moves.
final class Batches {
    private static final int MOST_ROWS = 4096;
    private static final int LEAST_ROWS = 64;
    private static final int TARGET_BYTES = 4 << 20;

    private Batches() {}

    /// Rows of a batch with these columns: a few megabytes, but no more rows than a reader wants at once.
    static int rows(List<Column> columns) {
        long width = 8;
        for (Column column : columns) {
            width += width(column.type());
        }
        return Math.clamp(TARGET_BYTES / width, LEAST_ROWS, MOST_ROWS);
    }

    private static int width(ColumnType type) {
        return switch (type) {
            case ColumnType.Vector vector -> vector.sparse() ? 1024 : vector.bytes();
            case ColumnType.Simple _ -> 16;
            case ColumnType.Decimal _ -> 16;
            case ColumnType.Varchar _ -> 64;
            case ColumnType.Array _ -> 128;
        };
    }

    static Schema schema(List<Expr> exprs, List<String> names) {
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < exprs.size(); i++) {
            fields.add(ArrowTypes.field(names.get(i), exprs.get(i).type()));
        }
        return new Schema(fields);
    }

    /// The projected batch; `input` is closed.
    static VectorSchemaRoot project(Projection projection, VectorSchemaRoot input, BufferAllocator allocator) {
        try (input) {
            return projection.project(input, allocator);
        }
    }
}
