package io.elanus.sql.copy;

import io.elanus.proto.grpc.Literal;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.Column;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rows of Arrow batches, one by one. Owns their source.
final class BatchReader implements CopyReader {
    private final ArrowSource source;
    private final List<Column> columns;
    private @Nullable CopyBatch batch;
    private int next;
    private long row;

    /// @param columns of the table, all of which are read
    BatchReader(ArrowSource source, List<Column> columns) {
        this.source = source;
        this.columns = columns;
    }

    @Override
    public Literal @Nullable [] next() {
        CopyBatch current = batch;
        if (current == null || next == current.rows().getRowCount()) {
            free();
            current = source.read();
            batch = current;
            next = 0;
            if (current == null) {
                return null;
            }
        }
        Literal[] literals = new Literal[columns.size()];
        for (int i = 0; i < literals.length; i++) {
            literals[i] = Literals.read(
                    current.rows().getVector(i), next, columns.get(i).type());
        }
        next++;
        row++;
        return literals;
    }

    private void free() {
        CopyBatch done = batch;
        if (done != null) {
            batch = null;
            done.close();
        }
    }

    @Override
    public long position() {
        return source.position();
    }

    @Override
    public long row() {
        return Math.max(row, source.failedRow());
    }

    @Override
    public void close() {
        free();
        source.close();
    }
}
