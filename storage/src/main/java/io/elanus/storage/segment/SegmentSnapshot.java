package io.elanus.storage.segment;

import io.elanus.storage.index.RowFilter;
import io.elanus.storage.index.ValueSource;
import io.elanus.storage.index.VectorSource;
import io.elanus.storage.index.scalar.ScalarSource;
import io.elanus.storage.type.Column;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/// The rows that a segment had when this was taken: ordinals 0 to [#rows], at addresses that stay put until
/// [#close]. Appends after that are not in it. Ends that arrive later are: at a read timestamp that the segment had
/// reached they change nothing, since every later write has a later timestamp.
///
/// Columns are named by the reader's schema and found by id. A column that was added after a row was written reads
/// as its default, or NULL.
///
/// Thread rule: any number of threads at once; close it once, after the last of them.
public interface SegmentSnapshot extends AutoCloseable {
    SegmentId id();

    int rows();

    int chunkRows();

    default int chunks() {
        return (rows() + chunkRows() - 1) / chunkRows();
    }

    /// Rows of this chunk; chunk i holds the ordinals from i × [#chunkRows].
    default int rowsOf(int chunk) {
        return Math.min(chunkRows(), rows() - chunk * chunkRows());
    }

    long ts(int row);

    /// [io.elanus.storage.type.HybridTime#MAX] while the row lives.
    long endTs(int row);

    /// The rows that a read at this timestamp sees.
    RowFilter visible(long readTs);

    /// What is known of the rows of a chunk, for pruning; unknown columns are left out.
    SegmentStatistics statistics(int chunk);

    /// The rows of one chunk without copying. The vectors are read only and stay good after the snapshot is closed;
    /// the caller closes them.
    VectorSchemaRoot chunk(int chunk, List<Column> columns);

    /// The vectors of a VECTOR column at their addresses; good until the snapshot is closed. All rows are NULL when
    /// the segment is older than the column and it has no default. Of a text column: its texts as UTF-8.
    VectorSource vectors(Column column);

    /// The same for an index over them that answers before every byte of the column was read; whoever opens the
    /// index asks for [#vectors] later, which fails when they are damaged.
    default VectorSource uncheckedVectors(Column column) {
        return vectors(column);
    }

    /// Brings in the bytes of a column, after everybody who waits for some. False when they are to come when they
    /// are needed only, or there is no room for them.
    default boolean fetch(Column column) {
        return true;
    }

    /// The values of a column, for building an index over them.
    default ScalarSource values(Column column) {
        return new ColumnValues(this, column);
    }

    /// The values of a column of variable width, such as text, at their addresses; as [#vectors] otherwise.
    ValueSource variable(Column column);

    /// A copy of the rows with these ordinals, in their order (an ordinal may occur more than once).
    VectorSchemaRoot gather(int[] ordinals, int count, List<Column> columns, BufferAllocator allocator);

    /// Ordinals of every row that has this key, visible or not, rising.
    int[] findRows(byte[] key);

    @Override
    void close();
}
