package io.elanus.storage.compute;

import io.elanus.proto.grpc.Literal;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.ColumnType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/// Keeps copies of rows, numbered from 0 in the order they came. The owner closes it.
public final class RowStore implements AutoCloseable {
    private static final int CHUNK_BITS = 15;
    private static final int CHUNK_ROWS = 1 << CHUNK_BITS;

    private final List<VectorSchemaRoot> chunks = new ArrayList<>();
    private final RowAppender open;
    private final VectorSchemaRoot empty;
    /// Those that were asked for, once all rows are there.
    private @Nullable SourceColumn[] columns = new @Nullable SourceColumn[0];

    public RowStore(Schema schema, BufferAllocator allocator) {
        this.open = new RowAppender(schema, allocator);
        this.empty = VectorSchemaRoot.create(schema, allocator);
    }

    /// Rows of the batch, which stays with its owner.
    public void add(VectorSchemaRoot batch) {
        int[] rows = Selections.all(batch.getRowCount());
        for (int from = 0; from < rows.length; ) {
            int count = Math.min(CHUNK_ROWS - open.rows(), rows.length - from);
            open.append(batch, rows, from, count);
            from += count;
            if (open.rows() == CHUNK_ROWS) {
                open.expect(CHUNK_ROWS);
                chunks.add(open.take());
            }
        }
    }

    /// Ends adding; rows can be read from now on.
    public void seal() {
        if (open.rows() > 0) {
            chunks.add(open.take());
        }
        columns = new @Nullable SourceColumn[empty.getFieldVectors().size()];
    }

    public int rows() {
        return chunks.isEmpty()
                ? 0
                : (chunks.size() - 1) * CHUNK_ROWS + chunks.getLast().getRowCount();
    }

    /// All rows, in order, in the batches that hold them; those stay the store's.
    public List<VectorSchemaRoot> batches() {
        return List.copyOf(chunks);
    }

    /// The values of a column, without NULL.
    public Set<Literal> distinct(int column, ColumnType type) {
        var values = new HashSet<Literal>();
        for (VectorSchemaRoot chunk : chunks) {
            for (int row = 0; row < chunk.getRowCount(); row++) {
                if (!chunk.getVector(column).isNull(row)) {
                    values.add(Literals.read(chunk.getVector(column), row, type));
                }
            }
        }
        return values;
    }

    /// A column over all rows, once they are sealed.
    SourceColumn column(int column) {
        SourceColumn found = columns[column];
        if (found == null) {
            found = SourceColumn.of(chunks.isEmpty() ? List.of(empty) : chunks, column, CHUNK_BITS);
            columns[column] = found;
        }
        return found;
    }

    @Override
    public void close() {
        chunks.forEach(VectorSchemaRoot::close);
        chunks.clear();
        open.close();
        empty.close();
    }
}
